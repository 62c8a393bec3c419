"""An export whose worker is killed in the middle: nothing looks whole, and the next worker makes it from the start."""

from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from analytics.exports import making
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish
from analytics.models import Export
from privacy.disclosures import Recipient
from privacy.enums import Duty
from privacy.models import DisclosedPerson, Disclosure
from privacy.purposes import Basis
from privacy.roles import Role
from records.intake.locks import is_held
from tests.broker import Broker
from tests.factories import make_user
from tests.processes import kill, running, wait_for

pytestmark = pytest.mark.slow

ROWS = 60_000
WORK = "from analytics.exports.making import make; make({})"
FILL = """
INSERT INTO records_customer (key, number, name, email, phone, street, city, state, postal_code, job_title,
    job_description, role, level, relationship_end_reason, source, location, created_at)
SELECT gen_random_uuid(), 'C' || n, 'Somebody ' || n, '', '', '', '', '', '', '', '', '', '', '', 'personnel',
    'headquarters', now()
FROM generate_series(1, %s) AS n
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_whole_and_the_next_one_finishes(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, broker: Broker
) -> None:
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    settings.MEDIA_ROOT = tmp_path
    with connection.cursor() as cursor:
        cursor.execute(FILL, [ROWS])
    user = make_user(Role.PRIVACY_OFFICER)
    recipient = Recipient("Office of X", "1 Main Street", 1)
    wish = Wish(user, "customers", "", "jsonl", Basis(duty=Duty.ACCESS), recipient)  # the slow way: row by row
    export = making.enqueue(wish, source_of(user, "customers", ""), ROWS)

    def is_half_done() -> bool:
        export.refresh_from_db()
        return 0 < export.rows_done < ROWS

    with running("manage", "shell", "-v", "0", "-c", WORK.format(export.pk)) as process:
        wait_for(is_half_done, "some rows are written")
        making.make(export.pk)  # nobody else is at it meanwhile
        kill(process)
    wait_for(lambda: not is_held(export.lock), "the dead worker's lock is gone")
    export.refresh_from_db()
    assert (export.state, export.stored_as, export.attempts) == ("running", "", 1)
    assert [path.suffix for path in making.folder().iterdir()] == [making.PART]
    assert not Disclosure.objects.exists()

    Export.objects.update(touched_at=timezone.now() - making.QUIET)
    broker.calls.clear()
    assert (making.tend(), broker.asked(making.MAKE)) == (1, [export.pk])
    making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows_done, export.attempts) == ("ready", ROWS, 2)
    assert len(making.path_of(export).read_bytes().splitlines()) == ROWS
    assert (Disclosure.objects.count(), DisclosedPerson.objects.count()) == (1, ROWS)

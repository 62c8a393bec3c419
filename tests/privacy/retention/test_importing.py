"""A deletion during an import, and an import during a deletion: what came in meanwhile stays, and is counted."""

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from privacy.models import User
from privacy.retention import runs
from privacy.retention.enums import RunState
from records.models import Customer, ListMembership
from tests.intake import counts, run, write
from tests.records.test_intake_lists import MAPPING
from tests.retention import gone_customer, signed_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def joined(folder: Path, *lines: str) -> None:
    """Members of a list, as an import brings them in."""
    (folder / "m.toml").write_text(MAPPING)
    run("lists", write(folder, "l.csv", "customer,since,until,why", *lines), "--mapping", folder / "m.toml")


def test_what_an_import_brings_in_after_the_signature_stops_the_list(grace: User, tmp_path: Path) -> None:
    """It ended long ago, so that a list made now would have it: no longer what was signed."""
    gone_customer()
    signed = signed_list(grace)
    joined(tmp_path, "C-1,2019-01-01,2020-01-01,Moved away")
    assert runs.carry_on(signed) == RunState.STOPPED
    signed.refresh_from_db()
    assert signed.said.startswith(
        "It is no longer what was signed; make another list. records.ListMembership under rule"
    )
    assert Customer.objects.exists()


def test_what_an_import_brings_in_mid_run_stays_with_whom_it_is_of(grace: User, tmp_path: Path) -> None:
    kept, gone = gone_customer("C-1"), gone_customer("C-2", ended=date(2023, 1, 9))
    signed = signed_list(grace)
    runs.begin(signed)
    joined(tmp_path, "C-1,2026-01-01,,")
    assert runs.carry_on(signed) == RunState.DONE
    assert list(Customer.objects.all()) == [kept]
    assert ListMembership.objects.get().customer == kept
    line = signed.steps.get(model="records.Customer")
    assert (line.planned, line.disposed, line.kept_changed) == (2, 1, 1)
    assert gone.number == "C-2"


def test_an_import_after_the_deletion_rejects_what_names_nobody_any_more(grace: User, tmp_path: Path) -> None:
    gone_customer("C-1")
    assert runs.carry_on(signed_list(grace)) == RunState.DONE
    joined(tmp_path, "C-1,2026-01-01,,")
    assert counts() == (1, 0, 0, 1)
    assert not ListMembership.objects.exists()

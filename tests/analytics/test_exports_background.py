"""Exports in the background: made, watched, cancelled, told of, downloaded, expired."""

import csv
import io
import os
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from analytics.enums import ExportState
from analytics.exports import base, delimited, ended_words, feeding, making, telling
from analytics.exports.formats import formats
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish
from analytics.models import Export
from analytics.signals import export_ready
from analytics.tasks import tend_exports
from campaigns.materials import processes
from privacy.agency import agency_day
from privacy.disclosures import Recipient
from privacy.models import AccessEntry, DisclosedPerson, Disclosure, Notification, User, WebhookEvent
from privacy.notifications.kinds import lines_of
from privacy.notifications.mailing import mail_waiting
from privacy.purposes import Basis
from privacy.roles import Role
from privacy.webhooks import endpoints
from records import figures
from tests.broker import Broker, by_the_clock
from tests.exporting import asked
from tests.factories import make_campaign, make_customer, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = "https://waymark.example"
    return tmp_path


@pytest.fixture
def sales() -> User:
    user = make_user(Role.SALES)
    for number in range(3):
        make_customer(f"C-{number}", user, name=f"Ann {number}")
    return user


def queued(user: User, query: str = "sort=name", form: str = "csv", recipient: Recipient | None = None) -> Export:
    wish = Wish(user, "customers", query, form, Basis(12), recipient)
    return making.enqueue(wish, source_of(user, "customers", query), 3)


def files(media: Path) -> list[str]:
    folder = media / "exports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_made_export_is_whole_private_and_says_as_of_when(sales: User, media: Path) -> None:
    export = queued(sales)
    told = list[Export]()
    export_ready.connect(lambda export, **_more: told.append(export), weak=False, dispatch_uid="test")
    making.make(export.pk)
    export_ready.disconnect(dispatch_uid="test")
    export.refresh_from_db()
    assert (export.state, export.rows_done, export.rows_counted, export.attempts) == ("ready", 3, 3, 1)
    assert told == [export]
    assert export.as_of is not None
    assert export.ended_at is not None
    assert export.expires_at == export.ended_at + timedelta(days=7)
    path = making.path_of(export)
    assert files(media) == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size == export.size
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Name", "Ann 0", "Ann 1", "Ann 2"]
    making.make(export.pk)  # harmless when repeated
    export.refresh_from_db()
    assert (export.attempts, files(media)) == (1, [path.name])


def test_it_reads_as_whoever_asked_and_is_logged_so(sales: User) -> None:
    making.make(queued(sales).pk)
    lines = list(AccessEntry.objects.order_by("at").values_list("kind", "user_id", "purpose", "place", "records"))
    assert lines == [("intent", sales.pk, 12, "customers", None), ("shown", sales.pk, 12, "customers", 3)]


def test_what_leaves_is_accounted_for_once_however_often_it_is_begun(sales: User) -> None:
    export = queued(sales, recipient=Recipient("Office of X", "1 Main Street", 1))
    making.make(export.pk)
    Export.objects.update(state="queued", stored_as="", ended_at=None)
    making.make(export.pk)
    assert Disclosure.objects.get().reference == export.key
    assert DisclosedPerson.objects.count() == 3


def test_a_cancelled_export_is_noticed_between_chunks_and_leaves_nothing(
    sales: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "CHUNK", 1)
    monkeypatch.setattr(base, "LOOKS_EVERY", 0)
    export = queued(sales)
    monkeypatch.setattr(delimited.Counted, "write", cancelled_by_another_process)
    making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.stored_as, files(media)) == ("cancelled", "", [])
    assert making.cancel(export) is False


def test_a_cancelled_document_is_given_up_while_it_is_made(
    sales: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has all its rows then, and may take minutes more, for which its worker would make nothing else."""
    export, fed = queued(sales, form="pdf"), feeding.feed
    taken = list[object]()

    def cancelled_when_fed(table: base.Table, pipe: IO[bytes]) -> None:
        fed(table, pipe)
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("UPDATE analytics_export SET state = 'cancelled', ended_at = now()")

    monkeypatch.setattr(feeding, "feed", cancelled_when_fed)
    monkeypatch.setattr("shutil.copyfileobj", lambda *files: taken.append(files))
    monkeypatch.setattr(processes, "LOOKS_EVERY", 0.01)
    making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, files(media), taken) == ("cancelled", [], [])


def cancelled_by_another_process(self: delimited.Counted, row: bytes) -> None:
    if self._progress.rows == 1:
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("UPDATE analytics_export SET state = 'cancelled', ended_at = now()")
    self._file.write(row)
    self._progress.add()


def test_a_failed_export_leaves_no_file_and_says_so(sales: User, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: delimited.Counted, row: bytes) -> None:
        self._file.write(row)
        raise ZeroDivisionError

    monkeypatch.setattr(delimited.Counted, "write", fail)
    export = queued(sales)
    with pytest.raises(ZeroDivisionError):
        making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.error, files(media)) == ("failed", ended_words.AN_ERROR, [])


def test_whoever_lost_the_permit_gets_no_file(sales: User, media: Path) -> None:
    export = queued(sales)
    sales.groups.clear()
    making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.error, files(media)) == ("failed", ended_words.GONE, [])


def test_work_that_nobody_is_at_is_asked_for_again_and_given_up_after_three_times(sales: User, broker: Broker) -> None:
    export = queued(sales)
    assert broker.asked(making.MAKE) == [export.pk]
    assert making.tend() == 0  # it was asked for a moment ago
    Export.objects.update(touched_at=timezone.now() - making.QUIET, state="running")
    assert (making.tend(), broker.asked(making.MAKE)) == (1, [export.pk] * 2)
    Export.objects.update(attempts=making.MOST_ATTEMPTS)
    making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.error) == ("failed", ended_words.BROKE_OFF % {"count": 3})


def test_an_export_is_made_by_the_clock_where_the_broker_is_away(
    client: Client, sales: User, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(formats()["csv"].__dict__, "at_once", 2)
    client.force_login(sales)
    broker.is_away = True
    assert asked(client, "customers", "csv").status_code == 302
    export = Export.objects.get()
    assert (export.state, broker.calls) == ("queued", [])
    Export.objects.update(touched_at=timezone.now() - making.QUIET)
    broker.is_away, broker.does = False, {making.MAKE}
    by_the_clock(tend_exports)
    export.refresh_from_db()
    assert export.state == "ready"


def test_whoever_asked_gets_one_mail_with_a_link_and_no_personal_data(sales: User) -> None:
    export = queued(sales, "search=Ann")
    assert telling.tell_waiting() == 0
    making.make(export.pk)
    assert (telling.tell_waiting(), telling.tell_waiting()) == (1, 0)
    assert (mail_waiting(), mail_waiting()) == (1, 0)
    (letter,) = mail.outbox
    export.refresh_from_db()
    assert export.expires_at is not None
    until = figures.day(agency_day(export.expires_at))
    assert (letter.to, letter.subject) == ([sales.email], f"Ready: Customers (csv), available until {until}")
    row = Notification.objects.get()
    assert (row.user, row.kind, row.address) == (sales, "export.ready", f"/exports/{export.key}/")
    assert f"https://waymark.example/notifications/{row.id}/" in str(letter.body)
    assert "Ann" not in str(letter.body)
    assert letter.attachments == []


def test_programs_are_told_once_that_an_export_is_ready_by_identifiers_alone(sales: User) -> None:
    endpoints.make("Program", "https://hooks.example/", ["export.ready"], make_user(name="Maker"))
    export = queued(sales, "search=Ann")
    making.make(export.pk)
    for _ in range(2):
        telling.tell_waiting()
        Export.objects.update(told_at=None)  # as if a worker had died before its mark stood
    (event,) = WebhookEvent.objects.all()
    assert (event.kind, event.about) == ("export.ready", export.key)
    assert event.data == {"export": str(export.key), "format": "csv", "rows": Export.objects.get().rows_done}
    assert Notification.objects.count() == 1


def test_telling_is_all_or_nothing(sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    making.make(queued(sales).pk)

    def broken(*_args: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(telling, "notify", broken)
        with pytest.raises(RuntimeError):
            telling.tell_waiting()
    assert telling.tell_waiting() == 1


def test_an_export_that_is_gone_is_said_to_be_without_an_end(sales: User) -> None:
    export = queued(sales)
    making.make(export.pk)
    telling.tell_waiting()
    rows = list(Notification.objects.all())
    making.delete_file(Export.objects.get())
    assert lines_of(sales, rows, names=False)[rows[0].id].text == "Ready: Customers (csv)"
    assert lines_of(make_user(name="Other"), rows, names=False) == {}


def test_whoever_has_left_is_not_written_to(sales: User) -> None:
    making.make(queued(sales).pk)
    User.objects.update(is_active=False)
    telling.tell_waiting()
    assert mail_waiting() == 0
    assert mail.outbox == []


# Downloaded ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ready(client: Client, sales: User) -> Export:
    client.force_login(sales)
    export = queued(sales)
    making.make(export.pk)
    export.refresh_from_db()
    return export


def test_it_is_called_in_its_owners_language(client: Client, sales: User, ready: Export) -> None:
    User.objects.update(language="es")
    assert ready.as_of is not None
    header = f'attachment; filename="clientes-{ready.as_of:%Y-%m-%d}.csv"'
    answer = client.get(f"/exports/{ready.key}/file/")
    assert answer["Content-Disposition"] == header
    answer.close()


def test_only_its_owner_downloads_it_and_each_time_is_logged(client: Client, sales: User, ready: Export) -> None:
    answer = client.get(f"/exports/{ready.key}/file/")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == ready.size  # type: ignore[attr-defined]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ready.as_of is not None
    name = f"customers-{ready.as_of:%Y-%m-%d}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert AccessEntry.objects.filter(kind="shown", records=3).count() == 2
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    for page in ("", "file/", "state/"):
        assert client.get(f"/exports/{ready.key}/{page}").status_code == 404
    for verb in ("cancel", "delete"):
        assert client.post(f"/exports/{ready.key}/{verb}/").status_code == 404


def test_the_permit_is_asked_again_at_the_download(client: Client, sales: User, ready: Export) -> None:
    sales.groups.clear()
    assert client.get(f"/exports/{ready.key}/file/").status_code == 403
    sales.give_role(Role.MARKETING_MANAGER)  # may export, and sees no customers
    assert client.get(f"/exports/{ready.key}/file/").status_code == 403


def test_a_file_whose_time_is_over_is_deleted_with_its_filters(
    client: Client, sales: User, ready: Export, media: Path
) -> None:
    assert ready.expires_at is not None
    assert making.expire(ready.expires_at - timedelta(seconds=1)) == 0
    assert making.expire(ready.expires_at) == 1
    ready.refresh_from_db()
    assert (ready.state, ready.stored_as, ready.query, files(media)) == ("expired", "", "", [])
    assert client.get(f"/exports/{ready.key}/file/").status_code == 404
    assert "The file was deleted, along with the filters" in client.get(f"/exports/{ready.key}/").content.decode()


def test_a_file_can_be_deleted_before_its_time(client: Client, ready: Export, media: Path) -> None:
    client.post(f"/exports/{ready.key}/delete/")
    ready.refresh_from_db()
    assert (ready.state, files(media)) == ("expired", [])


def test_what_broken_work_left_is_swept_after_a_day(ready: Export, media: Path) -> None:
    left, fresh = media / "exports" / "left.part", media / "exports" / "fresh.part"
    left.touch()
    fresh.touch()
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(left, (old, old))
    os.utime(making.path_of(ready), (old, old))
    making.expire()
    assert files(media) == sorted([ready.stored_as, "fresh.part"])


def test_the_page_shows_how_far_it_is(client: Client, sales: User) -> None:
    client.force_login(sales)
    export = queued(sales)
    Export.objects.update(state="running", rows_counted=4000, rows_done=1000)
    page = client.get(f"/exports/{export.key}/").content.decode()
    assert 'value="25"' in page
    assert "1,000 of 4,000 rows written." in page
    state = client.get(f"/exports/{export.key}/state/").json()
    assert state == {"is_under_way": True, "percent": 25, "text": "1,000 of 4,000 rows written."}
    client.post(f"/exports/{export.key}/cancel/")
    assert client.get(f"/exports/{export.key}/state/").json()["is_under_way"] is False


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_exports_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    client.force_login(sales)
    make_campaign("spring")
    for _ in range(count):
        queued(sales)
    client.get("/exports/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/exports/")
    # The user, what is kept of the list, count, rows.
    assert len(queries) == 4


@pytest.mark.parametrize(
    "columns",
    [
        {"state": ExportState.READY},
        {"state": ExportState.RUNNING, "stored_as": "x"},
        {"state": ExportState.FAILED},
        {"state": "nonsense"},
        {"routine_use": 1},
        {"recipient_name": "X", "recipient_address": "Y"},
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(sales: User, columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.create(asked_by=sales, of="campaigns", title="Campaigns", format="csv", **columns)


def test_a_file_of_what_is_gone_is_not_given_out_and_its_page_says_why(client: Client) -> None:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    make_campaign("spring")
    summer = make_campaign("summer")
    query = "campaign=spring&campaign=summer"
    export = making.enqueue(Wish(user, "compare", query, "csv"), source_of(user, "compare", query), 1)
    making.make(export.pk)
    with closing(client.get(f"/exports/{export.key}/file/")) as given:
        assert given.status_code == 200
    summer.delete()
    answer = client.get(f"/exports/{export.key}/file/", follow=True)
    assert answer.redirect_chain == [(f"/exports/{export.key}/", 302)]
    assert "What this file was made from is no longer available to you" in answer.content.decode()
    assert client.get(f"/api/v1/exports/{export.key}/file").status_code == 404

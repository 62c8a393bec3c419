"""After a restore: the journal says what had gone, and it goes again; old sealed values stay unreadable."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.models import Event, Viewer
from privacy.models import User
from privacy.retention import journal
from privacy.retention.journal import Gone, JournalBroken
from privacy.retention.replaying import replay
from privacy.vault import KeyDestroyed, opening
from records.enums import ContactKind
from records.models import ContactPoint, Customer, MatchKey
from tests.events import append, event, make_viewer
from tests.factories import make_customer
from tests.retention import dispose, gone_customer, hold_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules", "own_journal")]

TABLES = ("records_customer", "records_contactpoint", "records_matchkey", "campaigns_viewer")


@pytest.fixture
def own_journal(settings: Any, tmp_path: Any) -> Iterator[None]:
    """A store of this test alone: the journal cannot be emptied."""
    (tmp_path / "vault").mkdir(mode=0o700)
    settings.VAULT_URL = f"sqlite:///{tmp_path / 'vault' / 'keys.sqlite'}"
    yield
    opening.close_all()


def backup() -> dict[str, list[str]]:
    """All rows of some tables as they are, as COPY writes them."""
    kept = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            out = io.StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", out)
            kept[table] = [out.getvalue()]
    return kept


def restore(kept: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")
        for table in TABLES:
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(kept[table][0]))


def people() -> tuple[Customer, Customer]:
    gone, stays = gone_customer("C-1"), make_customer("C-2")
    for customer in (gone, stays):
        customer.date_of_birth = date(1980, 1, 1)
        customer.save()
        ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value="1", normalized="1")
        MatchKey.objects.create(customer=customer, kind="phone", value="1")
    return gone, stays


def test_what_had_gone_goes_again_after_a_restore(grace: User) -> None:
    gone, stays = people()
    kept = backup()
    dispose(grace)
    restore(kept)
    assert Customer.objects.count() == 2

    done = replay()
    assert done.rows == {
        "records.ContactPoint": 1, "records.MatchKey": 1, "campaigns.Viewer": 1, "records.Customer": 1,
    }  # fmt: skip
    assert list(Customer.objects.all()) == [stays]
    assert list(MatchKey.objects.values_list("customer", flat=True)) == [stays.pk]
    assert Viewer.objects.get(key=gone.key).customer is None
    assert replay().total == 0


def test_an_old_dump_cannot_be_read(grace: User) -> None:
    gone, stays = people()
    kept = backup()
    dispose(grace)
    restore(kept)
    with pytest.raises(KeyDestroyed):
        _ = Customer.objects.get(pk=gone.pk).date_of_birth
    assert Customer.objects.get(pk=stays.pk).date_of_birth == date(1980, 1, 1)


def test_a_row_that_got_the_number_of_one_that_went_is_left_alone(grace: User) -> None:
    gone, stays = people()
    number = MatchKey.objects.get(customer=gone).pk
    dispose(grace)
    MatchKey.objects.filter(customer=stays).update(id=number)
    assert replay().total == 0
    assert MatchKey.objects.get(pk=number).customer == stays


def test_what_is_held_now_is_kept_and_counted(grace: User) -> None:
    gone, _ = people()
    kept = backup()
    dispose(grace)
    restore(kept)
    hold_on(grace, people=[gone.key])
    done = replay()
    assert (done.total, done.held) == (0, 4)
    assert Customer.objects.count() == 2


def test_a_month_of_the_log_goes_again(grace: User) -> None:
    old = datetime(2022, 3, 10, 16, tzinfo=UTC)
    viewer = make_viewer("C-1")
    append(event(viewer, "view", occurred_at=old))
    dispose(grace)
    assert not Event.objects.exists()
    append(event(viewer, "view", occurred_at=old))  # as a restore brings it back
    done = replay()
    assert (done.partitions, done.total) == (["campaigns_event_insight_2022_03"], 1)
    assert not Event.objects.exists()


def test_the_command_tells_what_went(grace: User, capsys: pytest.CaptureFixture[str]) -> None:
    people()
    kept = backup()
    dispose(grace)
    restore(kept)
    call_command("retention", "replay")
    out = capsys.readouterr().out
    assert "1  records.Customer" in out
    assert "4  rows disposed of again by 4 entries of the journal; kept: 0 held, 0 that other rows need" in out


def entry(name: str) -> Gone:
    return Gone(name, "run", "2026-11-28", "records.Customer", "RET-3", "", [["a", "b"]], [])


def test_the_journal_takes_an_entry_once_and_gives_all_in_order() -> None:
    assert [journal.write(entry(name)) for name in ("a", "b", "a")] == [True, True, False]
    assert [gone.entry for gone in journal.entries()] == ["a", "b"]
    assert (journal.count(), journal.head()[0]) == (2, 2)


def test_the_journal_refuses_to_be_changed() -> None:
    from privacy.vault import StoreUnavailable

    journal.write(entry("a"))
    for statement in ("DELETE FROM disposal_journal", "UPDATE disposal_journal SET content = '{}'"):
        with pytest.raises(StoreUnavailable, match="append-only"):
            opening.current().execute(statement)
    assert journal.count() == 1


def test_an_entry_that_was_changed_past_the_store_stops_the_replay() -> None:
    for name in ("a", "b"):
        journal.write(entry(name))
    store = opening.current()
    store.execute("DROP TRIGGER disposal_journal_no_UPDATE")
    store.execute("UPDATE disposal_journal SET content = replace(content, 'RET-3', 'RET-7') WHERE number = 1")
    with pytest.raises(JournalBroken, match="at entry 1"):
        replay()
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("retention", "replay")


def test_an_entry_that_is_missing_stops_the_replay() -> None:
    for name in ("a", "b", "c"):
        journal.write(entry(name))
    store = opening.current()
    store.execute("DROP TRIGGER disposal_journal_no_DELETE")
    store.execute("DELETE FROM disposal_journal WHERE number = 2")
    with pytest.raises(JournalBroken, match="at entry 2"):
        list(journal.entries())

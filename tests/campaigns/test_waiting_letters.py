"""The one sender of letters that wait, by those of registrations: whatever is away, and whatever one of them has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from campaigns.programmes import confirming, waiting_letters
from campaigns.tasks.letters import LETTERS, write_letters, write_soon
from campaigns.tasks.registrations import tend_registrations
from config.schedule import SCHEDULE
from privacy.purposes import Basis
from records import moving
from records.intake import locks
from records.models import Gathering, Registration
from tests.campaigns.lettering import waiting
from tests.factories import make_user
from tests.mailings import use
from tests.smtp import Server, serving

pytestmark = pytest.mark.django_db
NAME = "letters"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        use(settings, server)
        yield server


def registered(count: int = 3) -> Gathering:
    """An event for which C-0, C-1 … wait to be told that they are registered, each since a second later."""
    forum: Gathering = waiting(Registration, count)[0].gathering
    return forum


def numbers() -> list[str]:
    """Whose letters wait."""
    rows = Registration.objects.filter(letter_due_at__isnull=False).order_by("pk")
    return list(rows.values_list("customer__number", flat=True))


def written_by(monkeypatch: pytest.MonkeyPatch, letter: Any) -> None:
    """Letters of registrations are written by this function."""
    kind = waiting_letters.KINDS["records_registration"]
    monkeypatch.setitem(waiting_letters.KINDS, kind.table, replace(kind, letter=letter))


def due(thing: Any) -> None:
    """Its time has come again."""
    type(thing)._base_manager.filter(pk=thing.pk).update(letter_due_at=timezone.now())


def test_they_go_over_one_connection_in_the_order_in_which_they_were_asked_for(server: Server) -> None:
    registered(3)
    Registration.objects.filter(customer__number="C-2").update(letter_due_at=timezone.now() - timedelta(hours=1))
    assert not waiting_letters.write_all()
    assert server.recipients == ["c-2@example.org", "c-0@example.org", "c-1@example.org"]
    assert {message["Subject"] for _, message in server.taken} == {"You have a place: The forum"}
    assert server.at_mail.waiting == 0
    assert numbers() == []


@pytest.mark.parametrize("count", [2, waiting_letters.CHUNK])
def test_many_take_as_many_statements_as_a_few(count: int, django_assert_num_queries: Any) -> None:
    registered(count)
    # The lock with its setting, what waits, whose it is, what went, and the lock's end.
    with django_assert_num_queries(6):
        waiting_letters.write_all()
    assert len(mail.outbox) == count


def test_of_more_than_are_looked_up_at_once_each_goes_once() -> None:
    registered(waiting_letters.CHUNK + 3)
    Registration.objects.update(letter_due_at=timezone.now())  # all at the same moment
    waiting_letters.write_all()
    assert len({tuple(letter.to) for letter in mail.outbox}) == len(mail.outbox) == waiting_letters.CHUNK + 3
    assert numbers() == []


def test_what_no_worker_was_told_of_goes_by_the_clock() -> None:
    registered(1)
    write_letters()
    assert "campaigns.tasks.letters.write_letters" in {entry["task"] for entry in SCHEDULE.values()}
    assert [letter.to for letter in mail.outbox] == [["c-0@example.org"]]


def test_of_many_who_ask_one_is_heard_until_a_worker_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("campaigns.tasks.letters.write_letters.apply_async", lambda **told: asked.append(told))
    for _ in range(3):
        LETTERS.ask(write_letters)
    assert asked == [{"countdown": 1, "retry": False}]
    write_letters()
    LETTERS.ask(write_letters)
    assert len(asked) == 2


def test_nothing_is_lost_while_the_mail_server_is_away(settings: Any) -> None:
    registered(2)
    with serving() as gone:
        use(settings, gone)
    assert not waiting_letters.write_all()
    assert numbers() == ["C-0", "C-1"]
    with serving() as server:
        use(settings, server)
        waiting_letters.write_all()
    assert server.recipients == ["c-0@example.org", "c-1@example.org"]
    assert numbers() == []


def test_one_that_is_refused_keeps_no_other_back_and_waits_only_where_it_is_refused_for_now(server: Server) -> None:
    registered(3)
    server.rcpt_answers |= {"c-0": "550 5.1.1 no such mailbox", "c-1": "451 4.7.1 try again later"}
    waiting_letters.write_all()
    assert server.recipients == ["c-2@example.org"]
    assert numbers() == ["C-1"]


def test_one_that_is_refused_for_now_goes_after_however_many_tries_and_not_before_its_time(server: Server) -> None:
    registered(1)
    server.rcpt_answers["c-0"] = "451 4.7.1 try again later"
    for _ in range(confirming.LETTERS.tries + 2):
        waiting_letters.write_all()
        waiting_letters.write_all()  # too early: it is not asked again
        made = Registration.objects.get()
        assert made.letter_due_at is not None
        assert made.letter_due_at > timezone.now() + timedelta(seconds=90)
        Registration.objects.update(letter_due_at=timezone.now())
    server.rcpt_answers.clear()
    waiting_letters.write_all()
    assert server.recipients == ["c-0@example.org"]
    assert numbers() == []


def test_a_server_that_hangs_up_is_left_alone_until_the_next_time(server: Server) -> None:
    registered(3)
    server.rcpt_answers["c-1"] = "421 4.3.2 closing"
    waiting_letters.write_all()
    assert server.recipients == ["c-0@example.org"]
    assert numbers() == ["C-1", "C-2"]


def test_an_error_of_ours_in_one_keeps_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(2)
    written = confirming.letter

    def odd(registration: Registration) -> Any:
        if registration.customer.number == "C-0":
            raise LookupError
        return written(registration)

    written_by(monkeypatch, odd)
    waiting_letters.write_all()
    assert [letter.to for letter in mail.outbox] == [["c-1@example.org"]]
    assert numbers() == ["C-0"]


@pytest.fixture
def deadlocks() -> Iterator[Any]:
    """How many times PostgreSQL is to refuse whoever notes what became of letters, as it does one of two who wait for
    each other."""

    def refuse(times: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE SEQUENCE refused; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF nextval('refused') <= {times} THEN RAISE 'refused' USING ERRCODE = 'deadlock_detected'; END IF;"
                " RETURN NEW; END $$;"
                "CREATE TRIGGER refuse BEFORE UPDATE ON records_registration EXECUTE FUNCTION refuse()"
            )

    yield refuse
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION refuse CASCADE; DROP SEQUENCE refused")


@pytest.mark.django_db(transaction=True)
def test_letters_that_went_do_not_go_again_where_their_rows_are_waited_for_by_others(
    server: Server, deadlocks: Any
) -> None:
    registered(3)
    deadlocks(2)
    assert not waiting_letters.write_all()
    assert len(server.taken) == 3
    assert numbers() == []


@pytest.mark.django_db(transaction=True)
def test_one_who_is_refused_each_time_says_so(server: Server, deadlocks: Any) -> None:
    registered(3)
    deadlocks(3)
    with pytest.raises(OperationalError, match="refused"):
        waiting_letters.write_all()
    assert numbers() == ["C-0", "C-1", "C-2"]


def test_what_is_asked_for_while_it_is_written_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    forum = registered(1)
    written = confirming.letter

    def meanwhile(registration: Registration) -> Any:
        letter = written(registration)
        write_soon(registration)
        return letter

    written_by(monkeypatch, meanwhile)
    waiting_letters.write_all()
    assert numbers() == ["C-0"]
    assert forum.registrations.get().letter_due_at is not None


def test_a_task_ends_in_time_and_another_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(waiting_letters.CHUNK + 1)
    monkeypatch.setattr(waiting_letters, "STRETCH", -1)
    asked: list[Any] = []
    monkeypatch.setattr("campaigns.tasks.letters.write_letters.apply_async", lambda **told: asked.append(told))
    write_letters()
    assert (len(mail.outbox), len(asked)) == (waiting_letters.CHUNK, 1)


@pytest.mark.django_db(transaction=True)
def test_where_another_worker_is_at_it_one_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(1)
    asked: list[Any] = []
    monkeypatch.setattr("campaigns.tasks.letters.write_letters.apply_async", lambda **told: asked.append(told))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [NAME])
        assert locks.is_held(NAME)
        write_letters()
    finally:
        other.close()
    assert (mail.outbox, len(asked), numbers()) == ([], 1, ["C-0"])


def test_of_an_event_that_is_called_off_only_the_letter_goes_that_says_so(work: None) -> None:
    forum = registered(1)
    moving.call_off(forum, make_user(), Basis(3))
    write_letters()
    tend_registrations()
    assert [letter.subject for letter in mail.outbox] == ["Event canceled: The forum"]
    assert numbers() == []

"""A worker that sends a mailing is killed at every step, against a real mail server on loopback.

Whatever the step: by itself each message is at the server once or not at all, none is skipped silently, at most as many
are in doubt as were under way, and every message is in one state.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from campaigns.enums import MailingState, MessageState
from campaigns.mailing import running as mailing_running
from campaigns.mailing.claiming import recover_all
from campaigns.mailing.letters import message_id
from campaigns.mailing.settling import send_again, was_sent
from campaigns.models import Event, Mailing, MailMessage
from config.celery import app
from privacy.models import User
from privacy.roles import Role
from tests.broker import asked_in_place
from tests.factories import make_user
from tests.mailings import make_mailing, make_recipients, start, states_of, use
from tests.processes import kill, wait_for, worker
from tests.smtp import Gate, Server, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

COUNT = 8
SEND = "campaigns.tasks.mail.send_mailing"
Die = Callable[[], None]


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    cache.clear()
    app.control.purge()


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        use(settings, server)
        yield server


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def mailing(server: Server, sales: User) -> Mailing:
    mailing = make_mailing(sales, make_recipients(COUNT, sales))
    start(mailing)
    return mailing


def sending(server: Server) -> Any:
    """A worker that sends by this server."""
    url = f"smtp://127.0.0.1:{server.port}"
    return worker(EMAIL_URL=url, PUBLIC_URL="https://waymark.example.gov", MAIL_RETURN_ADDRESS="bounces@example.gov")


@contextmanager
def other_session(statement: str, *values: int | str) -> Iterator[None]:
    """Hold what the statement locks, in a session of its own."""
    with closing(connection.copy()) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(statement, values)
        yield
        cursor.execute("COMMIT")


def waits_for_a_lock(within: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s", [f"%{within}%"]
        )
        return bool(cursor.fetchone()[0])


def die_waiting(die: Die, within: str) -> None:
    """Die while a statement waits; it ends without effect, for what it waits for is held until it has ended."""
    die()
    wait_for(lambda: not waits_for_a_lock(within), "the database has noticed")


def first_message() -> MailMessage:
    return MailMessage.objects.order_by("pk")[0]


def is_waiting(gate: Gate) -> Callable[[], bool]:
    return lambda: gate.waiting > 0


# Each gets the worker to a step, kills it there with `die`, and returns how many messages must be in doubt, and how
# many of these the server has.
def before_the_claim(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    with other_session("LOCK TABLE campaigns_mailmessage IN ACCESS EXCLUSIVE MODE"):
        app.send_task(SEND, [mailing.pk])
        wait_for(lambda: waits_for_a_lock("campaigns_mailmessage"), "the worker wants to claim")
        die_waiting(die, "campaigns_mailmessage")
    return 0, 0


def after_the_claim(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    with other_session("LOCK TABLE privacy_accessentry IN EXCLUSIVE MODE"):
        app.send_task(SEND, [mailing.pk])
        wait_for(lambda: waits_for_a_lock("privacy_accessentry"), "the worker wants to read the recipients")
        assert MailMessage.objects.filter(state=MessageState.CLAIMED, begun_at=None).count() == COUNT
        die_waiting(die, "privacy_accessentry")
    return 0, 0


def after_the_first_word(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    return at(server.at_mail, mailing, die), 0


def before_the_content(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    return at(server.at_data, mailing, die), 0


def before_the_server_answers(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    doubtful = at(server.at_content, mailing, die)
    assert len(server.taken) == 1
    return doubtful, 1


def at(gate: Gate, mailing: Mailing, die: Die) -> int:
    gate.shut()
    app.send_task(SEND, [mailing.pk])
    wait_for(is_waiting(gate), "the server has the message at this step")
    die()
    gate.open()
    return 1


def before_the_mark(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    server.at_content.shut()
    app.send_task(SEND, [mailing.pk])
    wait_for(is_waiting(server.at_content), "the server has the content")
    with other_session("SELECT FROM campaigns_mailmessage WHERE id = %s FOR UPDATE", first_message().pk):
        server.at_content.open()
        wait_for(lambda: waits_for_a_lock("campaigns_mailmessage"), "the worker wants to mark it")
        die_waiting(die, "campaigns_mailmessage")
    return 1, 1


def after_the_mark(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    """The next is begun in the same commit, and it is this one that is in doubt."""
    server.at_content.shut()
    app.send_task(SEND, [mailing.pk])
    wait_for(is_waiting(server.at_content), "the server has the content of the first")
    server.at_mail.shut()
    server.at_content.open()
    wait_for(is_waiting(server.at_mail), "the worker is at the second")
    assert first_message().state == MessageState.SENT
    die()
    server.at_mail.open()
    return 1, 0


def before_the_log_is_told(server: Server, mailing: Mailing, die: Die) -> tuple[int, int]:
    app.control.purge()  # of the fold that the shares asked for: it would wait first
    with other_session("LOCK TABLE campaigns_eventbatch IN EXCLUSIVE MODE"):
        app.send_task(SEND, [mailing.pk])
        wait_for(lambda: waits_for_a_lock("campaigns_eventbatch"), "the worker wants to tell the log")
        assert states_of(mailing) == {"sent": COUNT}
        die_waiting(die, "campaigns_eventbatch")
    assert not Event.objects.filter(kind="delivered").exists()
    return 0, 0


STEPS = [
    before_the_claim,
    after_the_claim,
    after_the_first_word,
    before_the_content,
    before_the_server_answers,
    before_the_mark,
    after_the_mark,
    before_the_log_is_told,
]


def nothing_is_claimed() -> bool:
    recover_all()
    return not MailMessage.objects.filter(state=MessageState.CLAIMED).exists()


def tend(mailing: Mailing) -> None:
    """What the schedule brings about, with this process as the worker."""
    with asked_in_place(mailing_running.SEND):
        for _ in range(3):
            mailing_running.tend()
    mailing.refresh_from_db()


def identifiers(**wanted: object) -> set[str]:
    return {message_id(message.identifier) for message in MailMessage.objects.filter(**wanted)}


@pytest.mark.parametrize("step", STEPS)
def test_worker_killed(server: Server, mailing: Mailing, sales: User, step: Callable[..., tuple[int, int]]) -> None:
    with sending(server) as process:
        doubtful, taken = step(server, mailing, lambda: kill(process))
    under_way = MailMessage.objects.filter(state=MessageState.CLAIMED).count()
    wait_for(nothing_is_claimed, "the dead worker's lock is gone")
    assert MailMessage.objects.filter(state=MessageState.IN_DOUBT).count() == doubtful <= under_way
    assert sum(states_of(mailing).values()) == COUNT

    tend(mailing)
    wanted = {"sent": COUNT - doubtful} | ({"in doubt": doubtful} if doubtful else {})
    assert (states_of(mailing), mailing.state) == (wanted, MailingState.DONE)
    assert set(server.ids.values()) == {1}
    in_doubt = identifiers(state=MessageState.IN_DOUBT)
    assert set(server.ids) - in_doubt == identifiers(state=MessageState.SENT)
    assert len(set(server.ids) & in_doubt) == taken
    assert Event.objects.filter(kind="delivered").count() == COUNT - doubtful

    # Somebody looks into the server's log, and says what it shows.
    for message in MailMessage.objects.filter(state=MessageState.IN_DOUBT):
        settle = was_sent if message_id(message.identifier) in server.ids else send_again
        settle(message, sales)
    tend(mailing)
    assert (states_of(mailing), mailing.state) == ({"sent": COUNT}, MailingState.DONE)
    assert set(server.ids) == identifiers()
    assert set(server.ids.values()) == {1}
    assert Event.objects.filter(kind="delivered").count() == COUNT


def test_a_task_whose_child_is_killed_is_run_again_and_repeats_nothing(server: Server, mailing: Mailing) -> None:
    """The worker's main process lives and hands the task out again at once."""
    server.at_content.shut()
    with sending(server) as process:
        app.send_task(SEND, [mailing.pk])
        wait_for(is_waiting(server.at_content), "the server has the content")
        for child in children(process):
            os.kill(child, signal.SIGKILL)
        server.at_content.open()
        wait_for(lambda: states_of(mailing) == {"sent": COUNT - 1, "in doubt": 1}, "the rest is sent")
    assert set(server.ids.values()) == {1}
    assert len(server.taken) == COUNT


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    listed = subprocess.run(["pgrep", "--parent", str(process.pid)], capture_output=True, text=True, check=True)
    return [int(number) for number in listed.stdout.split()]


def test_a_worker_that_was_taken_for_dead_repeats_nothing_when_it_goes_on(server: Server, mailing: Mailing) -> None:
    """It is stopped in the middle, its claim is over meanwhile, and others send the rest."""
    server.at_content.shut()
    with sending(server) as process:
        app.send_task(SEND, [mailing.pk])
        wait_for(is_waiting(server.at_content), "the server has the content")
        os.killpg(process.pid, signal.SIGSTOP)
        server.at_content.open()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE campaigns_mailmessage SET claimed_at = claimed_at - interval '1 hour'")
        assert recover_all() == COUNT
        tend(mailing)
        assert states_of(mailing) == {"sent": COUNT - 1, "in doubt": 1}
        os.killpg(process.pid, signal.SIGCONT)
        # It learns what the server had answered, and marks what it had begun.
        wait_for(lambda: states_of(mailing) == {"sent": COUNT}, "the worker marks its message after all")
    assert set(server.ids.values()) == {1}
    assert len(server.taken) == COUNT


def test_two_workers_send_each_message_once(server: Server, sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(120, sales), material="guide")
    start(mailing)
    with sending(server), sending(server):
        for _ in range(4):
            app.send_task(SEND, [mailing.pk])
        wait_for(lambda: states_of(mailing) == {"sent": 120}, "all are sent")
    assert (len(server.taken), set(server.ids.values())) == (120, {1})

"""Messages in doubt: settled by a person or by the mail server's log, and by nothing else."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from campaigns.enums import MailingState
from campaigns.mailing.settling import Settled, send_again, settle_by_log, was_not_sent, was_sent
from campaigns.mailing.telling import tell
from campaigns.models import Event, Mailing, MailMessage
from privacy.models import User
from privacy.roles import Role
from records.intake.problems import Refused
from tests.factories import make_user
from tests.mailings import make_mailing, make_recipients, start, states_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def doubtful(sales: User) -> list[MailMessage]:
    """Three messages in doubt of a mailing that is done."""
    start(make_mailing(sales, make_recipients(3, sales)))
    MailMessage.objects.update(
        state="in doubt", begun_at=timezone.now(), claimed_by="gone", attempts=1, why="its sender died"
    )
    Mailing.objects.update(state=MailingState.DONE, ended_at=timezone.now())
    return list(MailMessage.objects.order_by("pk"))


def now_of(message: MailMessage) -> MailMessage:
    return MailMessage.objects.get(pk=message.pk)


def test_sent_again_waits_as_for_the_first_time(doubtful: list[MailMessage], sales: User) -> None:
    send_again(doubtful[0], sales)
    message = now_of(doubtful[0])
    assert (message.state, message.attempts, message.claimed_by, message.why) == ("waiting", 0, "", "")
    assert message.settled_by == sales
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.ended_at) == (MailingState.SENDING, None)
    assert states_of(mailing) == {"waiting": 1, "in doubt": 2}


def test_known_to_be_sent_is_told_to_the_log_as_of_when_it_was_begun(doubtful: list[MailMessage], sales: User) -> None:
    was_sent(doubtful[0], sales)
    message = now_of(doubtful[0])
    assert (message.state, message.sent_at, message.settled_by) == ("sent", message.begun_at, sales)
    assert tell() == 1
    assert Event.objects.get(kind="delivered").occurred_at == message.begun_at
    assert tell() == 0


def test_known_not_to_be_sent_is_failed_with_the_reason(doubtful: list[MailMessage], sales: User) -> None:
    was_not_sent(doubtful[0], sales, " the server was reinstalled ")
    message = now_of(doubtful[0])
    assert (message.state, message.why, message.settled_by) == ("failed", "the server was reinstalled", sales)
    with pytest.raises(Refused, match="State why"):
        was_not_sent(doubtful[1], sales, "  ")
    assert now_of(doubtful[1]).state == "in doubt"


@pytest.mark.parametrize("state", ["waiting", "sent", "bounced", "left out"])
def test_what_is_settled_stays_so(doubtful: list[MailMessage], sales: User, state: str) -> None:
    MailMessage.objects.update(state=state, sent_at=timezone.now())
    acts: list[Any] = [send_again, was_sent, lambda message, by: was_not_sent(message, by, "why")]
    for act in acts:
        with pytest.raises(Refused, match="settled this message in the meantime"):
            act(doubtful[0], sales)
    assert now_of(doubtful[0]).state == state


def test_failed_can_be_sent_again_but_not_called_sent(doubtful: list[MailMessage], sales: User) -> None:
    MailMessage.objects.update(state="failed", why="the mail server said 550")
    with pytest.raises(Refused):
        was_sent(doubtful[0], sales)
    send_again(doubtful[0], sales)
    assert now_of(doubtful[0]).state == "waiting"


# The mail server's log -----------------------------------------------------------------------------------------------
def postfix(queue: str, identifier: str, *rest: str) -> list[str]:
    head = "Mar  2 10:00:00 mail postfix"
    return [
        f"{head}/smtpd[11]: {queue}: client=web[10.0.0.2]",
        f"{head}/cleanup[12]: {queue}: message-id=<{identifier}@waymark.example.gov>",
        *(line.format(head=head, queue=queue) for line in rest),
    ]


ACTIVE = "{head}/qmgr[13]: {queue}: from=<bounces@example.gov>, size=900, nrcpt=1 (queue active)"
DEFERRED = "{head}/smtp[14]: {queue}: to=<ann@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (timed out)"
LOST = "{head}/smtpd[11]: lost connection after DATA from web[10.0.0.2]"
EXIM = (
    "2026-03-02 10:00:00 1t7abc-000000001Ab-2xYz <= bounces@example.gov H=web [10.0.0.2] P=esmtp S=900"
    " id={}@waymark.example.gov"
)


def test_postfix_has_what_it_queued_and_not_what_it_only_began(doubtful: list[MailMessage]) -> None:
    first, second, third = (message.identifier for message in doubtful)
    lines = [
        *postfix("4XyZ1", first, ACTIVE),
        *postfix("4XyZ2", second, LOST),
        *postfix("4XyZ3", third, DEFERRED),
        *postfix("4XyZ4", "f" * 32, ACTIVE),
        "nothing of mail",
    ]
    assert settle_by_log(lines) == Settled(lines=13, found=2, settled=2, left=1)
    assert [now_of(message).state for message in doubtful] == ["sent", "in doubt", "sent"]
    assert now_of(doubtful[0]).sent_at == doubtful[0].begun_at
    assert settle_by_log(lines) == Settled(lines=13, found=2, settled=0, left=1)


def test_a_queue_name_that_is_used_again_is_the_newer_message(doubtful: list[MailMessage]) -> None:
    first, second, _ = (message.identifier for message in doubtful)
    settle_by_log([*postfix("ABC", first, LOST), *postfix("ABC", second, ACTIVE)])
    assert [now_of(message).state for message in doubtful] == ["in doubt", "sent", "in doubt"]


def test_exim_has_what_it_logs_as_arrived(doubtful: list[MailMessage]) -> None:
    assert settle_by_log([EXIM.format(doubtful[1].identifier)]).settled == 1
    assert now_of(doubtful[1]).state == "sent"


def test_the_log_changes_nothing_that_is_not_in_doubt(doubtful: list[MailMessage]) -> None:
    MailMessage.objects.filter(pk=doubtful[0].pk).update(state="failed", why="tried 5 times")
    found = settle_by_log([EXIM.format(doubtful[0].identifier)])
    assert (found.found, found.settled, now_of(doubtful[0]).state) == (1, 0, "failed")


def test_the_command_reads_a_log_and_says_what_came_of_it(doubtful: list[MailMessage], tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_bytes(b"\xff\xfe broken\n" + EXIM.format(doubtful[0].identifier).encode() + b"\n")
    out = StringIO()
    call_command("mailings", "settle", "--log", str(log), stdout=out)
    assert out.getvalue() == ("read 2 lines: they name 1 messages of ours; 1 in doubt are now sent, 2 still in doubt\n")
    with pytest.raises(CommandError, match="No such file"):
        call_command("mailings", "settle", "--log", str(tmp_path / "gone"))

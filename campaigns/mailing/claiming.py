"""The states of messages while they are sent: claimed, begun, marked, given back, in doubt.

Whoever sends holds a lock of the database that ends with its connection, so that it is known at once when it has died.
Each claim carries the sender's own name: one that was taken for dead can neither begin nor mark what is no longer its.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from campaigns.enums import MessageState
from campaigns.mailing.audience import Recipient
from campaigns.models import Mailing, MailMessage
from records.intake.locks import held, is_held
from records.intake.problems import Refused

SQL = Path(__file__).parents[1] / "sql"
CLAIM = (SQL / "mail_claim.sql").read_text()
STEP = (SQL / "mail_step.sql").read_text()
SENDERS = 4  # that send one mailing at the same time
# After this a claim is over whatever the lock says: a machine that lost its network leaves its lock behind for hours.
# It is longer than any task may last (CELERY_TASK_TIME_LIMIT).
LEASE = timedelta(minutes=45)
NOBODY_KNOWS = "its sender died while handing it over"
# Both rely on the partial index mail_message_claimed.
RECOVER = """
UPDATE campaigns_mailmessage
SET state = CASE WHEN begun_at IS NULL THEN 'waiting' ELSE 'in doubt' END,
    claimed_by = CASE WHEN begun_at IS NULL THEN '' ELSE claimed_by END,
    why = CASE WHEN begun_at IS NULL THEN '' ELSE %s END
WHERE state = 'claimed' AND claimed_by = ANY(%s)
"""
CLAIMERS = """
SELECT claimed_by, min(claimed_at) < statement_timestamp() - %(lease)s
FROM campaigns_mailmessage WHERE state = 'claimed' GROUP BY claimed_by
"""


@dataclass(frozen=True)
class Claimed:
    """A message that this sender has taken. `attempts`: how often it was begun before."""

    id: int
    share: int
    identifier: str
    attempts: int


@dataclass(frozen=True)
class Mark:
    """What became of a begun message: its next state, why, and when it may be tried again where it still waits."""

    message: int
    state: MessageState
    why: str = ""
    after: timedelta | None = None


@contextmanager
def sender(mailing: int) -> Iterator[str | None]:
    """Be one of the senders of this mailing, under a name of one's own; None where there are enough of them.

    What an earlier sender in the same place left behind is recovered first; what is not begun is given back at the end.
    """
    with ExitStack() as stack:
        for place in (f"mailing {mailing}/{number}" for number in range(SENDERS)):
            try:
                stack.enter_context(held(place, patience=0, otherwise="another sender is in this place"))
            except Refused:
                continue
            recover([name for name, _ in _claimers() if _place(name) == place])
            name = f"{place}/{uuid.uuid4().hex}"
            stack.callback(_give_back, name)
            yield name
            return
        yield None


def _place(name: str) -> str:
    return name.rpartition("/")[0]


def claim(mailing: Mailing, by: str, most: int) -> list[Claimed]:
    """Take up to so many waiting messages, committed when it returns."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"mailing": mailing.pk, "by": by, "most": most})
        return sorted((Claimed(*row) for row in cursor.fetchall()), key=lambda one: one.id)


def leave_out(one: Claimed, by: str, why: str) -> None:
    """Say of a message that is not begun that it is not to be sent."""
    _unbegun(by).filter(pk=one.id).update(state=MessageState.LEFT_OUT, why=why)


def fail(one: Claimed, by: str, why: str) -> None:
    """Say of a message that is not begun that it cannot be sent."""
    _unbegun(by).filter(pk=one.id).update(state=MessageState.FAILED, why=why)


def step(by: str, done: Mark | None, next_one: tuple[Claimed, Recipient] | None) -> bool:
    """Mark what was begun and begin the next, in one commit. Returns whether the next may be sent now."""
    values: dict[str, Any] = {
        "by": by,
        "done": done.message if done else None,
        "state": done.state.value if done else None,
        "why": done.why if done else None,
        "after": done.after if done else None,
        "next": next_one[0].id if next_one else None,
        "address_hash": next_one[1].address_hash if next_one else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(STEP, values)
        return bool(cursor.rowcount)


def _give_back(by: str) -> None:
    """What was claimed and not begun waits again. Without a connection, `recover` does it later."""
    if connection.is_usable():
        _unbegun(by).update(state=MessageState.WAITING, claimed_by="", claimed_at=None)


def _unbegun(by: str) -> "QuerySet[MailMessage]":
    return MailMessage.objects.filter(claimed_by=by, state=MessageState.CLAIMED, begun_at=None)


def recover(names: Sequence[str]) -> int:
    """Settle what these senders, who are gone, had claimed: begun means in doubt, the rest waits again."""
    if not names:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(RECOVER, [NOBODY_KNOWS, list(names)])
        return int(cursor.rowcount)


def recover_all() -> int:
    """Settle what every sender had claimed that is gone. Returns of how many messages."""
    gone = [name for name, is_over in _claimers() if is_over or not is_held(_place(name))]
    return recover(gone)


def _claimers() -> list[tuple[str, bool]]:
    """Everybody who has claimed something, and whether the lease of it is over."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"lease": LEASE}
        cursor.execute(CLAIMERS, values)
        return list(cursor.fetchall())

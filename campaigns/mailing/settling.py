"""What became of messages that the sender itself does not know: decided by a person, or read in a mail server's log."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import MailingState, MessageState
from campaigns.models import Mailing, MailMessage
from privacy.models import User
from records.intake.problems import Refused

SETTLED_MEANWHILE = gettext_lazy("Someone or something has settled this message in the meantime: look again.")
AGAIN_FROM = (MessageState.IN_DOUBT, MessageState.FAILED)


def send_again(message: MailMessage, by: User) -> None:
    """Let it wait as if for the first time. Raises Refused where it is neither in doubt nor failed."""
    with transaction.atomic():
        _settle(message, by, AGAIN_FROM, state=MessageState.WAITING, why="", attempts=0, retry_at=None, claimed_by="")
        Mailing.objects.filter(pk=message.mailing_id, state=MailingState.DONE).update(
            state=MailingState.SENDING, ended_at=None
        )


def was_sent(message: MailMessage, by: User) -> None:
    """It did go. Raises Refused where it is not in doubt."""
    _settle(message, by, (MessageState.IN_DOUBT,), state=MessageState.SENT, why="", sent_at=F("begun_at"))


def was_not_sent(message: MailMessage, by: User, why: str) -> None:
    """It did not go, and is not to. Raises Refused where it is not in doubt, or `why` is empty."""
    if not why.strip():
        raise Refused(_("State why it should not be sent."))
    _settle(message, by, (MessageState.IN_DOUBT,), state=MessageState.FAILED, why=why.strip())


def _settle(message: MailMessage, by: User, within: tuple[MessageState, ...], **values: object) -> None:
    rows = MailMessage.objects.filter(pk=message.pk, state__in=within)
    if not rows.update(settled_by=by, **values):
        raise Refused(SETTLED_MEANWHILE)


# A mail server's log -------------------------------------------------------------------------------------------------
# Postfix writes the Message-ID when it reads a message's head, and the queue manager's line once it has all of it.
POSTFIX_ID = re.compile(r"postfix[\w/.-]*/cleanup\[\d+\]: (?P<queue>\w+): message-id=<(?P<left>[0-9a-f]{32})@")
POSTFIX_HAS = re.compile(
    r"postfix[\w/.-]*/(?:qmgr\[\d+\]: (?P<queue>\w+): from=.*queue active"
    r"|\w+\[\d+\]: (?P<delivered>\w+): .*status=(?:sent|bounced|deferred))"
)
# Exim writes one line when it has the message.
EXIM_HAS = re.compile(r"\b[\w-]{16,24} <= .*\bid=(?P<left>[0-9a-f]{32})@")


@dataclass
class LogReading:
    """Which messages a server's log says that it took. Queue names are kept from their first line to the end."""

    lines: int = 0
    taken: set[str] = field(default_factory=set)
    _queued: dict[str, str] = field(default_factory=dict)

    def read(self, line: str) -> None:
        self.lines += 1
        if found := POSTFIX_ID.search(line):
            self._queued[found["queue"]] = found["left"]
        elif found := POSTFIX_HAS.search(line):
            left = self._queued.get(found["queue"] or found["delivered"])
            if left:
                self.taken.add(left)
        elif found := EXIM_HAS.search(line):
            self.taken.add(found["left"])


@dataclass(frozen=True)
class Settled:
    """`lines` read, `found` messages of ours in them, `settled` of those that were in doubt, `left` that still are."""

    lines: int
    found: int
    settled: int
    left: int


def settle_by_log(lines: Iterable[str]) -> Settled:
    """Mark as sent what is in doubt and what the mail server's log (Postfix or Exim) says that it took.

    What the log does not name stays in doubt: the log may not reach back far enough.
    """
    reading = LogReading()
    for line in lines:
        reading.read(line)
    named = MailMessage.objects.filter(identifier__in=reading.taken)
    doubtful = MailMessage.objects.filter(state=MessageState.IN_DOUBT)
    settled = mark_as_gone(named.filter(state=MessageState.IN_DOUBT))
    return Settled(reading.lines, named.count(), settled, doubtful.count())


def mark_as_gone(messages: "QuerySet[MailMessage]") -> int:
    """Mark these, which were in doubt, as sent when they were begun."""
    return messages.update(state=MessageState.SENT, sent_at=F("begun_at"), why="")

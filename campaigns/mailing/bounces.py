"""Taking in what came back: each report once, matched to its message, and what follows from it."""

import hashlib
import mailbox
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import F

from campaigns.enums import MessageState, ReportKind
from campaigns.mailing.leaving import leave
from campaigns.mailing.reports import NoReport, Report, read_report
from campaigns.models import MailMessage, MailReport
from privacy.vault import lookup_hash
from records.enums import SuppressionKind
from records.intake.problems import Refused
from records.suppressing import suppress_hash

UNKNOWN = "names no message of ours"
# The address does not exist, or is closed (RFC 3463, 3.2 and 3.3): there is no use in another try.
DEAD = ("5.1.", "5.2.1")
MOST_BOUNCES = 3  # after which any address counts as dead
# In which a message may be when something came back about it; it has gone then, whatever we thought.
GONE = (MessageState.IN_DOUBT, MessageState.SENT, MessageState.BOUNCED, MessageState.COMPLAINED)


@dataclass
class Intake:
    """What a file held: read = new + already there + rejected."""

    read: int = 0
    new: int = 0
    already_there: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    # Where in the file the first message stands that was rejected for a reason, from 1.
    first: dict[str, int] = field(default_factory=dict)

    @property
    def loaded(self) -> int:
        return self.new + self.already_there

    def take_in(self, report: Report, content: bytes) -> None:
        is_new, is_known = take_in(report, content)
        if not is_known:
            self.reject(UNKNOWN)
        elif is_new:
            self.new += 1
        else:
            self.already_there += 1

    def reject(self, why: str) -> None:
        self.rejected[why] += 1
        self.first.setdefault(why, self.read)


def take_in_file(path: Path) -> Intake:
    """Take in an mbox file, a Maildir, or a single message. Raises Refused where it is none of them."""
    return take_in_all(messages_in(path))


def take_in_all(messages: Iterable[bytes]) -> Intake:
    intake = Intake()
    for content in messages:
        intake.read += 1
        try:
            report = read_report(content)
        except NoReport as problem:
            intake.reject(str(problem))
            continue
        intake.take_in(report, content)
    return intake


def messages_in(path: Path) -> Iterator[bytes]:
    """The messages of a file or folder, as they are. Raises Refused."""
    if path.is_dir():
        if not (path / "cur").is_dir() and not (path / "new").is_dir():
            raise Refused(f"{path} is a folder, but no Maildir: it has neither cur nor new")
        return _of_box(mailbox.Maildir(str(path), create=False))
    if not path.is_file():
        raise Refused(f"{path} is not there")
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    return _of_box(mailbox.mbox(str(path), create=False)) if is_mbox else iter([path.read_bytes()])


def _of_box(box: "mailbox.Mailbox[mailbox.Message]") -> Iterator[bytes]:
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def take_in(report: Report, content: bytes) -> tuple[bool, bool]:
    """Take in one report, of which `content` is all. Returns whether it is new and whether it names a message of ours.

    One that names none is kept as well, so that it is counted and seen.
    """
    with transaction.atomic():
        message = _message(report)
        key = lookup_hash("campaigns.MailReport", hashlib.sha256(content).hexdigest())
        _, is_new = MailReport.objects.get_or_create(
            key=key, defaults={"kind": report.kind, "status": report.status, "message": message}
        )
        if is_new and message:
            EFFECTS[report.kind](message, report)
    return is_new, message is not None


def _message(report: Report) -> MailMessage | None:
    rows = MailMessage.objects.select_related("share__recipient__customer").select_for_update(of=("self",))
    return rows.filter(identifier=report.identifier).first() if report.identifier else None


def _hard(message: MailMessage, report: Report) -> None:
    why = f"bounced {report.status}".strip()
    _ended(message, MessageState.BOUNCED, why, unless=MessageState.COMPLAINED)
    bounced = MailMessage.objects.filter(
        share__recipient=message.share.recipient_id, address_hash=message.address_hash, state=MessageState.BOUNCED
    )
    if report.status.startswith(DEAD) or bounced.count() >= MOST_BOUNCES:
        _suppress(message, "the address does not work")


def _soft(message: MailMessage, report: Report) -> None:
    """It is on its way: what was in doubt is known to have gone."""
    MailMessage.objects.filter(pk=message.pk, state=MessageState.IN_DOUBT).update(
        state=MessageState.SENT, sent_at=F("begun_at"), why=""
    )


def _complaint(message: MailMessage, report: Report) -> None:
    _ended(message, MessageState.COMPLAINED, "reported as spam")
    _suppress(message, "complained about an e-mail")  # first: the reason that stands stays, and this one is for good
    leave(message.share)


def _unsubscribe(message: MailMessage, report: Report) -> None:
    leave(message.share)


def _ended(message: MailMessage, state: MessageState, why: str, *, unless: MessageState | None = None) -> None:
    rows = MailMessage.objects.filter(pk=message.pk, state__in=[one for one in GONE if one != unless])
    rows.filter(sent_at=None).update(sent_at=F("begun_at"))
    rows.update(state=state, why=why)


def _suppress(message: MailMessage, reason: str) -> None:
    if message.address_hash:
        suppress_hash(SuppressionKind.EMAIL, bytes(message.address_hash), None, reason)


EFFECTS = {
    ReportKind.HARD: _hard,
    ReportKind.SOFT: _soft,
    ReportKind.COMPLAINT: _complaint,
    ReportKind.UNSUBSCRIBE: _unsubscribe,
}

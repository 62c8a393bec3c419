"""Notifications made and withdrawn, each once, within the transaction of what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from privacy.enums import MailState
from privacy.errands import ask_once_committed
from privacy.models import Notification
from privacy.notifications.kinds import Kind
from privacy.renewing.versions import touch

WRITE = (Path(__file__).parent / "write.sql").read_text()


@dataclass(frozen=True)
class Note:
    """Who is told of what: `about` names what happened, `subject` the thing, `address` its page."""

    user: int
    about: UUID
    subject: UUID
    address: str
    at: datetime
    on: date | None = None


def bell_subject(user: int) -> str:
    """What the count in the head of a user's pages is about."""
    return f"bell:{user}"


def notify(kind: Kind, notes: Sequence[Note]) -> int:
    """Write them down; one that was there stays as it is, one that was withdrawn is there again. Returns how many are
    new or there again. Those who want it are mailed once the transaction stands."""
    if not notes:
        return 0
    values: dict[str, Any] = {
        "kind": kind.name,
        "users": [note.user for note in notes],
        "abouts": [str(note.about) for note in notes],
        "subjects": [str(note.subject) for note in notes],
        "addresses": [note.address for note in notes],
        "ats": [note.at for note in notes],
        "days": [note.on for note in notes],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        told = {user for (user,) in cursor.fetchall()}
        count = int(cursor.rowcount)
        touch(*map(bell_subject, told))
        if told:
            ask_once_committed("privacy.tasks.mail_notifications")
    return count


def withdraw(kind: Kind, abouts: Iterable[UUID]) -> int:
    """What was told turned out otherwise. One that nobody has seen goes; one that was read or mailed says so from now
    on. Returns how many there were."""
    now = timezone.now()
    rows = Notification.objects.filter(kind=kind.name, about__in=list(abouts), withdrawn_at=None)
    unseen = rows.filter(read_at=None, mail__in=[MailState.WAITING, MailState.SKIPPED])
    with transaction.atomic():
        users = set(rows.values_list("user_id", flat=True))
        gone, _ = unseen.delete()
        said = rows.update(withdrawn_at=now)
        touch(*map(bell_subject, users))
    return gone + said

"""Telling the event log of what was sent: the event `delivered`, once a message, whoever found out that it went."""

from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade
from campaigns.models import MailMessage

AT_ONCE = 1_000


def tell() -> int:
    """Put `delivered` into the log for every message that was sent and not told. Returns for how many.

    The event's id is the message's identifier and its moment that of sending: it is stored once whatever happens.
    """
    count = 0
    while told := _tell_some():
        count += told
    return count


def _tell_some() -> int:
    """Relies on the partial index mail_message_to_tell."""
    with transaction.atomic():
        messages = list(
            MailMessage.objects.filter(sent_at__isnull=False, is_told=False)
            .select_related("share")
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        if messages:
            collect([delivered(message) for message in messages])
            MailMessage.objects.filter(pk__in=[message.pk for message in messages]).update(is_told=True)
    return len(messages)


def delivered(message: MailMessage) -> Happening:
    """The event of a message that was sent."""
    assert message.sent_at is not None  # noqa: S101  # the caller chose it so
    columns: dict[str, Any] = dict(through(message.share))
    return Happening(
        kind=EventKind.DELIVERED,
        occurred_at=message.sent_at,
        id=UUID(hex=message.identifier),
        grade=Grade.ADDRESSEE,
        **columns,
    )

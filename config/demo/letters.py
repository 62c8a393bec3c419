"""The made-up letters: presets of shares, and three mailings: sent, paused before its last few, and in doubt.

Nothing is sent: the messages are written as they would stand after the sending. The shares are those of the events, and
what became of a message is what these say: it was sent where anything arrived or was done. What bounced, was left out,
failed, is in doubt or still waits are letters of which nothing is known but that they were to go.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Q, QuerySet

from campaigns.enums import CampaignState, Channel, EventKind, MailingState, MessageState
from campaigns.models import Campaign, Event, Mailing, MailMessage, MailReport, Share, SharePreset
from config.demo import staff
from config.demo.materials import KEEPER
from config.demo.rhythm import Calendar
from privacy.models import User
from privacy.vault import lookup_hash

SELLER = "Maria Santos"
SUBJECT = "{{material}}"
BODY = "Dear {{name}},\n\nhere is what I promised you: {{material}}\n\n{{link}}\n\nKind regards\n{{sender}}"
MOST_OWN = 40  # shares of the seller's own letter
PRESETS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Two weeks, no download", {"expires_after_days": 14}),
    ("Confidential: code and watermark", {"expires_after_days": 30, "verified_only": True, "has_watermark": True}),
    ("Print it at home", {"may_download": True, "notifies_sender": True}),
)

# What became of the nth of so many messages.
Fate = Callable[[int, int], tuple[MessageState, str]]


def make_letters(calendar: Calendar) -> None:
    """Once the events are there, and what recipients asked."""
    keeper, seller = (User.objects.get(email=staff.email_of(name)) for name in (KEEPER, SELLER))
    SharePreset.objects.bulk_create(SharePreset(name=name, owner=seller, **options) for name, options in PRESETS)
    running = Campaign.objects.filter(is_demo=True, state=CampaignState.RUNNING).exclude(launched_at=None).first()
    for variant in running.variants.order_by("position") if running else ():
        is_first = variant.position == 0
        mailing = _mailing(
            f"{running}: {variant}", keeper, MailingState.DONE if is_first else MailingState.PAUSED,
            campaign=running, variant=variant,
        )  # fmt: skip
        _write(mailing, Share.objects.filter(variant=variant), _undelivered if is_first else _waiting, calendar)
    _own_letter(seller, calendar)


def _own_letter(seller: User, calendar: Calendar) -> None:
    """Of the seller's newest shares of one commit. A worker died over it: of three nobody knows whether they went."""
    by_file = Share.objects.filter(batch__source_import__isnull=False)
    own = by_file.filter(sender=seller, campaign=None).order_by("-shared_at", "key")
    if newest := own.first():
        mailing = _mailing("What you asked me for", seller, MailingState.DONE, batch=newest.batch)
        first = own.filter(batch=newest.batch)[:MOST_OWN]
        _write(mailing, Share.objects.filter(pk__in=[share.pk for share in first]), _in_doubt, calendar)


def _mailing(name: str, sender: User, state: MailingState, **source: Any) -> Mailing:
    return Mailing.objects.create(
        name=name[:200], sender=sender, subject=SUBJECT, body=BODY, state=state, is_demo=True, **source
    )


def _arrived(nth: int, of: int) -> tuple[MessageState, str]:
    return (MessageState.COMPLAINED, "reported as spam") if nth % 200 == 120 else (MessageState.SENT, "")


def _undelivered(nth: int, of: int) -> tuple[MessageState, str]:
    return (MessageState.LEFT_OUT, "wants no e-mail") if nth % 3 == 2 else (MessageState.BOUNCED, "bounced 5.1.1")


def _waiting(nth: int, of: int) -> tuple[MessageState, str]:
    """It was paused with these to come."""
    return MessageState.WAITING, ""


def _in_doubt(nth: int, of: int) -> tuple[MessageState, str]:
    if nth >= of - 3:
        return MessageState.IN_DOUBT, "its worker ended while it was handed over"
    return (MessageState.FAILED, "the mail server said 550 5.1.1") if nth < 2 else (MessageState.SENT, "")


def _write(mailing: Mailing, shares: "QuerySet[Share]", of_others: Fate, calendar: Calendar) -> None:
    """A message for each share, each a second after the other, on the day on which it was shared; first those of which
    the events tell more than that they were shared, and what became `of_others`."""
    told, found = recipients_told_of(mailing, shares), list(shares.order_by("shared_at", "key"))
    known, others = ([one for one in found if (one.recipient_id in told) is is_told] for is_told in (True, False))
    begin = min((share.shared_at for share in found), default=calendar.moment_of(calendar.as_of))
    messages = [
        _message(mailing, share, *fate(nth, len(part)))
        for part, fate in ((known, _arrived), (others, of_others))
        for nth, share in enumerate(part)
    ]
    Share.objects.filter(pk__in=[share.pk for share in found]).update(channel=Channel.EMAIL)
    MailMessage.objects.bulk_create(messages, batch_size=2_000)
    _report(messages)
    last = max((message.begun_at for message in messages if message.begun_at), default=begin)
    # Of a small demonstration nobody may be left to wait: nothing is paused then.
    state = mailing.state if others else MailingState.DONE
    ended_at = last if state == MailingState.DONE else None
    Mailing.objects.filter(pk=mailing.pk).update(state=state, created_at=begin, started_at=begin, ended_at=ended_at)


def recipients_told_of(mailing: Mailing, shares: "QuerySet[Share]") -> set[int]:
    """Of whom the log says more than that it was shared with them: through these shares, or in their variant, as of a
    delivery, which names no share."""
    by_share = Q(share_id__in=shares.values("pk"))
    about = by_share | Q(variant_id=mailing.variant_id) if mailing.variant_id else by_share
    return set(Event.objects.filter(about).exclude(kind=EventKind.SHARED).values_list("viewer_id", flat=True))


def _message(mailing: Mailing, share: Share, state: MessageState, why: str) -> MailMessage:
    """It went a minute after the share was made. `is_told`: that it arrived stands among the events already."""
    begun = share.shared_at + timedelta(minutes=1)
    has_begun = state not in (MessageState.WAITING, MessageState.LEFT_OUT)
    has_gone = state in (MessageState.SENT, MessageState.BOUNCED, MessageState.COMPLAINED)
    return MailMessage(
        mailing=mailing, share=share, identifier=uuid5(NAMESPACE_URL, f"waymark-demo:{share.key}").hex,
        state=state, why=why, attempts=int(has_begun), is_told=has_gone, begun_at=begun if has_begun else None,
        sent_at=begun if has_gone else None, **_claimed(state, begun),
    )  # fmt: skip


def _claimed(state: MessageState, begun: datetime) -> dict[str, Any]:
    return {"claimed_at": begun, "claimed_by": "worker-1"} if state == MessageState.IN_DOUBT else {}


def _report(messages: Sequence[MailMessage]) -> None:
    """What came back of those that bounced or were complained about."""
    kinds = {MessageState.BOUNCED: ("hard", "5.1.1"), MessageState.COMPLAINED: ("complaint", "")}
    MailReport.objects.bulk_create(
        MailReport(
            key=lookup_hash("campaigns.MailReport", f"waymark-demo:{message.identifier}"),
            kind=kinds[message.state][0],  # type: ignore[index]
            status=kinds[message.state][1],  # type: ignore[index]
            message=message,
        )
        for message in messages
        if message.state in kinds
    )

"""What made-up recipients asked for and how they want to be written to, and what staff recorded of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from campaigns import follow_ups
from campaigns.collector import Happening, collect, through
from campaigns.enums import Action, EventKind, Frequency, Grade, Language, OutcomeKind, Signal
from campaigns.models import AnswerSheet, Outcome, RecipientPreference, Share
from config.demo.programmes import SURVEYS
from config.demo.rhythm import Calendar
from records.models import Survey

# What is asked, in whose words, and what came of it where it is done.
ASKED: tuple[tuple[Action, str, str], ...] = (
    (Action.CALL, "Please call me after ten.", ""),
    (Action.QUESTION, "Does the price hold for parcels to islands, too?", ""),
    (Action.ORDER, "Two copies of the guide, please.", "Sent with the morning's mail."),
    (Action.COMPLAINT, "The map on page 3 shows the wrong town.", ""),
    (Action.PROBLEM, "The second page stays empty on my telephone.", "It was an old browser; a printed copy went out."),
    (Action.QUESTION, "Who comes by on Saturdays?", "Told them on the telephone."),
    (Action.CALL, "", ""),
    (Action.ORDER, "Ten sheets of labels.", ""),
)
AMOUNTS = (None, "48.00", "120.50", None, "310.00", "75.25")
FORMS_LEFT = 3
PREFERENCES = (
    (Frequency.LESS, Language.ENGLISH),
    (Frequency.EVERYTHING, Language.SPANISH),
    (Frequency.LESS, Language.SPANISH),
)


def make_answers(calendar: Calendar) -> None:
    """Of the newest shares of sales staff's own that are some days old, so that no campaign's truth is touched."""
    before = calendar.moment_of(calendar.as_of - timedelta(days=4))
    by_file = Share.objects.filter(campaign=None, sender__isnull=False, batch__source_import__isnull=False)
    own = by_file.filter(shared_at__lt=before, recipient__customer__merged_into=None).order_by("-shared_at", "key")
    shares = list(own.select_related("recipient__customer", "sender")[:40])
    one_each = list({share.recipient_id: share for share in shares}.values())
    for nth, (share, asked) in enumerate(zip(one_each, ASKED, strict=False)):
        _ask(share, nth, *asked)
    for nth, (share, amount) in enumerate(zip(one_each[len(ASKED) :], AMOUNTS, strict=False)):
        _record(share, nth, Decimal(amount) if amount else None)
    for nth, share in enumerate(one_each[:FORMS_LEFT]):
        _leave_form(share, calendar.moment_of(calendar.as_of - timedelta(days=5 + nth)))
    for share, (frequency, language) in zip(reversed(one_each), PREFERENCES, strict=False):
        RecipientPreference.objects.create(viewer=share.recipient, frequency=frequency, language=language)


def _leave_form(share: Share, saved_at: datetime) -> None:
    """The survey about brochures, begun and left."""
    survey = Survey.objects.get(slug=SURVEYS[0])
    begun_at = saved_at - timedelta(minutes=4)
    AnswerSheet.objects.create(survey=survey, share=share, begun_at=begun_at, saved_at=saved_at)


def _ask(share: Share, nth: int, action: Action, text: str, outcome: str) -> None:
    asked_at = share.shared_at + timedelta(hours=20 + nth)
    task = follow_ups.ask(share, action, text, asked_at, _name("asked", nth))
    if outcome:
        task.done_at, task.done_by, task.outcome = asked_at + timedelta(hours=3), task.owner, outcome
        task.save()


def _record(share: Share, nth: int, amount: Decimal | None) -> None:
    """A response, or with an amount an order, as the sender recorded it two days later."""
    kind = OutcomeKind.CONVERSION if amount else OutcomeKind.RESPONSE
    happened_at, key = share.shared_at + timedelta(hours=30), _name("outcome", nth)
    columns: dict[str, Any] = {**through(share), "amount": amount, "grade": Grade.ADDRESSEE}
    batch = collect([
        Happening(EventKind(kind), occurred_at=happened_at, id=key, signals=Signal.RECORDED_OUTCOME, **columns)
    ]).batch  # fmt: skip
    Outcome.objects.create(
        key=key, kind=kind, viewer=share.recipient, share=share, happened_at=happened_at, amount=amount, batch=batch,
        recorded_by=share.sender,
    )  # fmt: skip


def _name(*parts: object) -> UUID:
    return uuid5(NAMESPACE_URL, "waymark-demo-answer:" + ":".join(map(str, parts)))

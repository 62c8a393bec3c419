"""Shares and visits through them, for the tests of what senders see."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade, Signal
from campaigns.models import Material, Share
from campaigns.sharing import ShareOptions, share
from privacy.models import User
from records.models import Customer
from tests.factories import make_material


def shared_with(customer: Customer, sender: User, material: Material | None = None, **options: Any) -> Share:
    """One share made by the program itself."""
    material = material or Material.objects.filter(slug="guide").first() or make_material("guide")
    made = share(material, Customer.objects.filter(pk=customer.pk), sender, ShareOptions(**options))
    assert made.made == 1, made.left_out
    return Share.objects.select_related("material", "recipient__customer", "sender").get(batch=made.batch)


def visit(
    share: Share,
    *pages: tuple[int, float],
    at: datetime | None = None,
    signals: int = 0,
    grade: Grade = Grade.ADDRESSEE,
    viewer_id: int | None = None,
    more: tuple[EventKind, ...] = (),
) -> uuid.UUID:
    """An opening of the share: a visit and a view, then so many seconds on each of these pages."""
    began, number = at or timezone.now(), uuid.uuid4()
    about: dict[str, Any] = {**through(share), "visit_id": number, "grade": grade, "version": 1}
    if viewer_id is not None:
        about["viewer_id"] = viewer_id
    kinds = [EventKind.VISIT, EventKind.VIEW, *more]
    happenings = [Happening(kind=kind, occurred_at=began, id=uuid.uuid4(), signals=signals, **about) for kind in kinds]
    for place, (page, seconds) in enumerate(pages):
        happenings.append(
            Happening(
                kind=EventKind.PAGE,
                occurred_at=began + timedelta(seconds=place),
                id=uuid.uuid4(),
                page=page,
                dwell_ms=int(seconds * 1000),
                signals=signals & ~Signal.NO_FOCUS,
                **about,
            )
        )
    collect(happenings)
    return number

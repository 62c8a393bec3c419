"""What the event log is told of an answer, a registration, an entry: the response of the campaign that asked."""

from datetime import datetime
from uuid import UUID

from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade
from campaigns.models import Assignment, Share
from records.models import Customer


def happened(kind: EventKind, share: Share, at: datetime, event_id: UUID, signals: int) -> None:
    """Through a share: it is its recipient's, and its campaign's where it has one."""
    columns = {"grade": Grade.ADDRESSEE, "signals": signals, **through(share)}
    collect([Happening(kind=kind, occurred_at=at, id=event_id, **columns)])  # type: ignore[arg-type]


def responded(customer: Customer, campaign: str, at: datetime, event_id: UUID, signals: int) -> None:
    """Without a share, where the address named a campaign: counted for whom the campaign had reached, nobody else, so
    that it never has more who responded than people."""
    drawn = Assignment.objects.filter(campaign__slug=campaign, viewer__customer=customer).first()
    if drawn and at >= drawn.assigned_at:
        collect([
            Happening(
                kind=EventKind.RESPONSE, occurred_at=at, id=event_id, viewer_id=drawn.viewer_id,
                campaign_id=drawn.campaign_id, variant_id=drawn.variant_id, grade=Grade.ADDRESSEE, signals=signals,
            )
        ])  # fmt: skip

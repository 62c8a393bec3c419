"""What the event log is told of who answered without a share: the response of the campaign that asked."""

from datetime import datetime
from uuid import UUID

from campaigns.collector import Happening, collect
from campaigns.enums import EventKind, Grade
from campaigns.models import Assignment
from records.models import Customer


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

"""What the event log is told of who answered: the response of the campaign that asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.collector import Happening, collect, happened
from campaigns.enums import CampaignState, EventKind, Grade
from campaigns.grades import nobody
from campaigns.models import Assignment, Share, Variant
from records.models import Customer


@dataclass(frozen=True)
class Way:
    """How somebody came: through a share, or at an address that is open to anybody, which may name a campaign."""

    share: Share | None = None
    campaign: str = ""
    language: str = ""
    signals: int = 0


def answered(customer: Customer, way: Way, at: datetime, event_id: UUID) -> None:
    """The response of the campaign through which somebody came; nothing where they came through none."""
    if way.share:
        happened(EventKind.RESPONSE, way.share, at, event_id, signals=way.signals)
    elif way.campaign:
        responded(customer, way.campaign, at, event_id, way.signals)


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


def answered_by_nobody_known(key: UUID, campaign: str, at: datetime, event_id: UUID, signals: int) -> None:
    """Where nobody is known by the address either: a response of a viewer that is known by `key` alone, as a visit of
    nobody known is.

    It counts in the one arm that was written to: of a campaign with more of them nobody can tell which one it was, and
    the log has no event of a campaign without its arm. Nothing of one that is closed, was not launched, or is unknown.
    """
    running = (CampaignState.RUNNING, CampaignState.PAUSED)
    arms = Variant.objects.filter(campaign__slug=campaign, campaign__state__in=running, is_control=False)[:2]
    if len(arms) == 1:
        collect([
            Happening(
                kind=EventKind.RESPONSE, occurred_at=at, id=event_id, viewer_id=nobody(key),
                campaign_id=arms[0].campaign_id, variant_id=arms[0].pk, grade=Grade.UNKNOWN, signals=signals,
            )
        ])  # fmt: skip

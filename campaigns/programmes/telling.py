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
    """How somebody came: through a share, or at an address that is open to anybody, which may name a campaign.

    `grade` says how surely it is known that who came through the share is its recipient."""

    share: Share | None = None
    campaign: str = ""
    language: str = ""
    signals: int = 0
    grade: Grade = Grade.ADDRESSEE

    @property
    def known(self) -> Customer | None:
        """Who came, where the share tells it."""
        return self.share.recipient.customer if self.share and not self.is_unknown else None

    @property
    def is_unknown(self) -> bool:
        """Whether they came through a link, and nobody knows whether it was sent to them."""
        return self.share is not None and self.grade == Grade.UNKNOWN

    @property
    def sent_through(self) -> Customer | None:
        """Whose link somebody unknown came through."""
        return self.share.recipient.customer if self.share and self.is_unknown else None


def answered(customer: Customer, way: Way, at: datetime, event_id: UUID, *, is_claimed: bool = False) -> None:
    """The response of the campaign through which somebody came; nothing where they came through none."""
    if way.share:
        happened(EventKind.RESPONSE, way.share, at, event_id, grade=way.grade, signals=way.signals)
    elif way.campaign:
        grade = Grade.CLAIMED if is_claimed else Grade.ADDRESSEE
        responded(customer, way.campaign, at, event_id, way.signals, grade)


def responded(customer: Customer, campaign: str, at: datetime, event_id: UUID, signals: int, grade: Grade) -> None:
    """Without a share, where the address named a campaign: counted for whom the campaign had reached, nobody else, so
    that it never has more who responded than people. `claimed` is who is known by nothing but the address that they
    typed."""
    drawn = Assignment.objects.filter(campaign__slug=campaign, viewer__customer=customer).first()
    if drawn and at >= drawn.assigned_at:
        collect([
            Happening(
                kind=EventKind.RESPONSE, occurred_at=at, id=event_id, viewer_id=drawn.viewer_id,
                campaign_id=drawn.campaign_id, variant_id=drawn.variant_id, grade=grade, signals=signals,
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

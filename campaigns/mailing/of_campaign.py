"""What a campaign's plan tells of its mailings: those that there are, and the links by e-mail that wait for one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from campaigns.enums import CampaignState, Channel, MailingState
from campaigns.mailing.running import by_state
from campaigns.mailing.waiting import waiting
from campaigns.models import Campaign, Mailing, Variant


@dataclass(frozen=True)
class Waiting:
    """A variant with people whose links by e-mail no message has taken; `draft` is the mailing begun for them."""

    variant: Variant
    people: int
    draft: Mailing | None

    @property
    def source(self) -> str:
        """What a new mailing's page calls them."""
        return f"variant-{self.variant.pk}"


@dataclass(frozen=True)
class Going:
    """A mailing, how many messages it has, and how many of them were sent."""

    mailing: Mailing
    messages: int
    sent: int


@dataclass(frozen=True)
class CampaignMailings:
    waiting: list[Waiting]
    mailings: list[Going]

    @property
    def people(self) -> int:
        return sum(one.people for one in self.waiting)


def mailings_of(campaign: Campaign) -> CampaignMailings:
    """Of a campaign that has been launched. Links wait only where a mailing can still be made. At most three queries,
    one where it does not go by e-mail."""
    found = list(
        Mailing.objects.filter(campaign=campaign).select_related("variant", "sender").order_by("created_at", "pk")
    )
    counts = by_state([mailing.pk for mailing in found]) if found else {}
    going = [Going(one, *(counts.get(one.pk, {}).get(word, 0) for word in ("all", "sent"))) for one in found]
    return CampaignMailings(_waiting(campaign, found), going)


def _waiting(campaign: Campaign, mailings: Iterable[Mailing]) -> list[Waiting]:
    if Channel.EMAIL not in campaign.channels or campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        return []
    drafts = {mailing.variant_id: mailing for mailing in mailings if mailing.state == MailingState.DRAFT}
    rows = campaign.variants.annotate(waiting=Count("shares", filter=waiting("shares__"))).filter(waiting__gt=0)
    return [Waiting(row, row.waiting, drafts.get(row.pk)) for row in rows.order_by("position", "pk")]

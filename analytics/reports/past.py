"""Past campaigns of a campaign's kind, to hold it beside: those that began before it, and how far their people came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from analytics.models import CampaignVariant
from analytics.reports.steps import STEPS
from campaigns.models import Campaign
from privacy.agency import agency_day, agency_zone
from privacy.models import User

MOST = 20


@dataclass(frozen=True)
class PastCampaign:
    """`began` is its first day, or the day on which it was made. `reached` says how many of its `people` reached each
    step; a step that nobody reached may not have been recorded. None where it tells of few people."""

    slug: str
    name: str
    began: date
    people: int
    reached: dict[str, int | None]

    def rate(self, step: str) -> float | None:
        """The share (0 to 1) of its people that reached the step, None where nobody is known to have."""
        count = self.reached.get(step)
        return count / self.people if count else None


def past_campaigns(user: User, campaign: Campaign) -> tuple[PastCampaign, ...]:
    """The newest 20 that the user sees and people were drawn into, the newest first. Two queries."""
    began = Coalesce("starts_on", TruncDate("created_at", tzinfo=agency_zone()))
    mine = campaign.starts_on or agency_day(campaign.created_at)
    drawn = CampaignVariant.objects.filter(recipients__gt=0).values("campaign_id")
    found = (
        Campaign.objects.visible_to(user)
        .filter(kind=campaign.kind, pk__in=drawn)
        .exclude(pk=campaign.pk)
        .annotate(began=began)
        .filter(Q(began__lt=mine))
        .order_by(F("began").desc(), "-pk")
        .values_list("pk", "slug", "name", "began")[:MOST]
    )
    newest = list(found)
    sums = CampaignVariant.objects.filter(campaign__in=[number for number, *_ in newest]).values("campaign_id")
    counts: dict[int, Mapping[str, Any]] = {
        row["campaign_id"]: row
        for row in sums.annotate(people=Sum("recipients"), **{name: Sum(step.people) for name, step in STEPS.items()})
    }
    return tuple(
        PastCampaign(slug, name, day, counts[number]["people"], {name: counts[number][name] for name in STEPS})
        for number, slug, name, day in newest
    )

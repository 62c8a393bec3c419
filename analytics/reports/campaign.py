"""The campaign report: reach, viewers, visits, responses, conversions and revenue, by variant and by day.

Reads rollups only, in the same number of queries whatever the campaign's size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from analytics.models import CampaignDay, CampaignVariant
from analytics.reports.base import Freshness, freshness
from analytics.reports.goals import GoalResult, goal_result
from analytics.reports.judged import RATES, REVENUE, CampaignTest, JudgedLift, TestResult, amounts, campaign_test
from analytics.reports.returns import CostResult, cost_result
from analytics.reports.sums import added_up
from campaigns.models import Campaign, Variant

# The measures that carry a lift, in the order of the funnel.
LIFTED = (*RATES, REVENUE)


@dataclass(frozen=True)
class CampaignQuery:
    """Which campaign. The caller has made sure that the reader may see it."""

    slug: str


@dataclass(frozen=True)
class VariantResult:
    """One arm. Rates are shares (0 to 1) of `recipients`, None where there are none; money is in the agency's currency.

    `viewers`, `visitors`, `responders` and `converters` are people, each counted once; `views`, `visits`, `responses`
    and `conversions` are how often it happened. `raw_...` includes scanners. Of the recipients, something was shared
    with `shared_people`, reached `delivered_people`, and was read for ten seconds in all, or more than once, by
    `engaged_people`. `revenue_per_recipient` leaves those
    whose amount is not known (`unknown_amount_people`) out of both its sum and its denominator. A count of what nobody
    recorded in any arm is 0 here: tables leave it empty (`analytics.reports.rendering.unrecorded`).
    """

    name: str
    label: str
    is_control: bool
    recipients: int
    deliveries: int
    shared_people: int
    delivered_people: int
    viewers: int
    raw_viewers: int
    visitors: int
    engaged_people: int
    responders: int
    converters: int
    views: int
    raw_views: int
    visits: int
    raw_visits: int
    dwell_seconds: float
    responses: int
    conversions: int
    revenue: Decimal
    unknown_amount_people: int
    view_rate: float | None
    visit_rate: float | None
    response_rate: float | None
    conversion_rate: float | None
    revenue_per_recipient: float | None
    lift: dict[str, JudgedLift | None] | None

    def lift_in(self, measure: str) -> JudgedLift | None:
        """Against the control; None where there is none, or where either has nobody to be compared."""
        return self.lift[measure] if self.lift else None


@dataclass(frozen=True)
class DayResult:
    """What happened on one day (the agency's) in one variant."""

    day: date
    variant: str
    recipients: int
    deliveries: int
    views: int
    raw_views: int
    visits: int
    responses: int
    conversions: int
    revenue: Decimal


@dataclass(frozen=True)
class CampaignReport:
    slug: str
    name: str
    description: str
    starts_on: date | None
    ends_on: date | None
    source_note: str
    is_demo: bool
    # The measures of LIFTED of which the campaign has recorded anything; the others are zero because nobody counted.
    recorded: tuple[str, ...]
    totals: VariantResult
    variants: tuple[VariantResult, ...]
    days: tuple[DayResult, ...]
    freshness: Freshness
    # None where there is no control, or no other arm.
    test: TestResult | None = None
    # None where the cost is not known.
    cost: CostResult | None = None
    # None where no goal in numbers was set.
    goal: GoalResult | None = None


def campaign_report(query: CampaignQuery) -> CampaignReport:
    """The report of one campaign. Raises Campaign.DoesNotExist. Five queries."""
    campaign = Campaign.objects.get(slug=query.slug)
    rows = variant_rows(campaign)
    totals = total(rows)
    test = campaign_test(campaign, rows, recorded_measures(totals))
    return CampaignReport(
        slug=campaign.slug,
        name=campaign.name,
        description=campaign.description,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        source_note=campaign.source_note,
        is_demo=campaign.is_demo,
        recorded=recorded_measures(totals),
        totals=variant_result(totals, None),
        cost=cost_result(campaign, rows),
        goal=goal_result(campaign, totals),
        variants=tuple(variant_result(row, test) for row in rows),
        test=test.result if test else None,
        days=tuple(days_of(campaign)),
        freshness=freshness(),
    )


def variant_rows(campaign: Campaign) -> list[CampaignVariant]:
    """One row for each variant, in their order; a variant that nothing was folded for yet has a row of zeros."""
    folded = {row.variant_id: row for row in CampaignVariant.objects.filter(campaign=campaign)}
    rows = []
    for variant in campaign.variants.order_by("-is_control", "position", "id"):
        row = folded.get(variant.pk) or CampaignVariant(campaign=campaign, variant=variant)
        row.variant = variant
        rows.append(row)
    return rows


def total(rows: Iterable[CampaignVariant]) -> CampaignVariant:
    """All variants together, as one row of a variant called `all`."""
    row = added_up(rows)
    row.variant = Variant(name="all", label=gettext("All recipients"))
    return row


def variant_result(row: CampaignVariant, test: CampaignTest | None) -> VariantResult:
    return VariantResult(
        name=row.variant.name,
        label=row.variant.label or row.variant.name,
        is_control=row.variant.is_control,
        recipients=row.recipients,
        deliveries=row.deliveries,
        shared_people=row.shared_people,
        delivered_people=row.delivered_people,
        viewers=row.viewers,
        raw_viewers=row.raw_viewers,
        visitors=row.visitors,
        engaged_people=row.engaged_people,
        responders=row.responders,
        converters=row.converters,
        views=row.views,
        raw_views=row.raw_views,
        visits=row.visits,
        raw_visits=row.raw_visits,
        dwell_seconds=row.dwell_ms / 1000,
        responses=row.responses,
        conversions=row.conversions,
        revenue=Decimal(row.revenue),
        unknown_amount_people=row.unknown_amount_people,
        view_rate=rate(row.viewers, row),
        visit_rate=rate(row.visitors, row),
        response_rate=rate(row.responders, row),
        conversion_rate=rate(row.converters, row),
        revenue_per_recipient=mean_amount(row),
        lift=test.lifts.get(row.variant.name) if test else None,
    )


def rate(people: int, row: CampaignVariant) -> float | None:
    """Of nobody there is no share."""
    return people / row.recipients if row.recipients else None


def mean_amount(row: CampaignVariant) -> float | None:
    """Of those whose amount is known; None where there is nobody."""
    known = amounts(row)
    return known.mean if known.count else None


def recorded_measures(totals: CampaignVariant) -> tuple[str, ...]:
    seen = (totals.raw_views, totals.raw_visits, totals.responses, totals.conversions, totals.revenue)
    return tuple(measure for measure, count in zip(LIFTED, seen, strict=True) if count)


def days_of(campaign: Campaign) -> Iterable[DayResult]:
    rows = CampaignDay.objects.filter(campaign=campaign).select_related("variant").order_by("day", "variant_id")
    for row in rows:
        yield DayResult(
            day=row.day,
            variant=row.variant.name,
            recipients=row.recipients,
            deliveries=row.deliveries,
            views=row.views,
            raw_views=row.raw_views,
            visits=row.visits,
            responses=row.responses,
            conversions=row.conversions,
            revenue=row.revenue,
        )

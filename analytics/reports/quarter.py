"""All campaigns of a quarter: goal, numbers, cost and return of each. Rollups only, two queries whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from analytics.exports.small_groups import is_few, tells_of_few
from analytics.models import CampaignVariant
from analytics.periods import Period, quarter_name
from analytics.queries import arms_by_campaign
from analytics.reports.amounts import Rate
from analytics.reports.base import Freshness, freshness
from analytics.reports.comparison import rate
from analytics.reports.goals import goal_result
from analytics.reports.returns import Incremental, cost_result, revenue_of_sent, told_people
from analytics.reports.sums import added_up
from campaigns.models import CampaignQuerySet

MOST = 500  # campaigns


@dataclass(frozen=True)
class QuarterRow:
    """A campaign that ran in the quarter. `revenue` is of those it was sent to (analytics.reports.returns).
    `response_rate`, `conversions` and `revenue` are None where nobody recorded any, `cost`, `return_on_cost` and
    `incremental` where the cost is not known; `return_on_cost` without any revenue, too. `hidden` names what tells of
    few people."""

    slug: str
    name: str
    goal: str
    starts_on: date | None
    ends_on: date | None
    recipients: int | None
    response_rate: Rate | None
    conversions: int | None
    revenue: Decimal | None
    cost: Decimal | None
    return_on_cost: float | None
    incremental: Incremental | None = None
    # The goal in numbers (analytics.reports.goals); empty and None where none was set.
    goal_measure: str = ""
    goal_target: Decimal | None = None
    goal_so_far: Decimal | None = None
    goal_share: float | None = None
    goal_state: str | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class QuarterReport:
    period: Period
    rows: tuple[QuarterRow, ...]
    freshness: Freshness
    kind: str = "quarter"

    @property
    def name(self) -> str:
        return quarter_name(self.period)


def ran_in(period: Period) -> Q:
    """Campaigns with a day in the period; one without an end runs on its first day, for it may have been closed."""
    began = Q(starts_on__range=(period.first, period.last))
    return began | Q(starts_on__lt=period.first, ends_on__gte=period.first)


def quarter_report(period: Period, campaigns: CampaignQuerySet) -> QuarterReport:
    """Of these campaigns those that ran in the period, the first to begin first."""
    chosen = list(campaigns.filter(ran_in(period)).order_by(F("starts_on").asc(nulls_last=True), "name", "pk")[:MOST])
    arms, rows = arms_by_campaign(chosen), []
    for campaign in chosen:
        one = added_up(arms[campaign.pk])
        result, goal = cost_result(campaign, arms[campaign.pk]), goal_result(campaign, one)
        rows.append(
            QuarterRow(
                slug=campaign.slug,
                name=campaign.name,
                goal=campaign.goal,
                starts_on=campaign.starts_on,
                ends_on=campaign.ends_on,
                recipients=one.recipients,
                response_rate=rate(one, "response_rate", "responders"),
                conversions=one.conversions or None,
                revenue=revenue_of_sent(arms[campaign.pk]) if one.revenue else None,
                cost=campaign.cost,
                return_on_cost=result.return_on_cost if result else None,
                incremental=result.incremental if result else None,
                goal_measure=campaign.goal_measure,
                goal_target=campaign.goal_value,
                goal_so_far=goal.so_far if goal else None,
                goal_share=goal.share if goal else None,
                goal_state=goal.state if goal else None,
                hidden=few_in(one, arms[campaign.pk]),
            )
        )
    return QuarterReport(period, tuple(rows), freshness())


def few_in(sums: CampaignVariant, arms: Sequence[CampaignVariant]) -> frozenset[str]:
    """Which columns tell of 1 to 4 people. The return would tell the revenue of the few who brought it."""
    recipients, responders, converters = map(is_few, (sums.recipients, sums.responders, sums.converters))
    returned = recipients or any(map(is_few, told_people(arms, "responders", "converters")))
    told = {
        "recipients": recipients,
        "response_rate": recipients or responders,
        "conversions": recipients or converters,
        "revenue": returned,
        "return_on_cost": returned,
        "incremental": returned,
        "goal_so_far": tells_of_few(sums),
        "goal_share": tells_of_few(sums),
        "goal_state": tells_of_few(sums),
    }
    return frozenset(name for name, few in told.items() if few)


def without_few_in_quarter(report: QuarterReport) -> QuarterReport:
    """The same, without what tells of few people."""
    rows = []
    for row in report.rows:
        known = {name for name in row.hidden if getattr(row, name) is not None}
        gone: dict[str, Any] = dict.fromkeys(known)
        rows.append(replace(row, hidden=frozenset(known), **gone))
    return replace(report, rows=tuple(rows))

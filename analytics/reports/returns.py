"""What a campaign cost against what came back: of those it was sent to, and beyond what came without it.

Whoever got nothing brings revenue, too, and cost nothing: it is no return. Where there are such people, drawn by lot,
they say what the others would have brought without the campaign. The rest is incremental, which is what the cost
bought (P. Farris and others, Marketing Metrics, 2010, on return on marketing investment).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from analytics.insight.experiments.judging import Plan, Verdict, compared, judge
from analytics.insight.experiments.moments import Outcome
from analytics.models import CampaignVariant
from analytics.reports.judged import REVENUE, amounts, has_ended, least_skewness, moments, shares_of
from analytics.reports.sums import added_up
from campaigns.models import Campaign

CENT = Decimal("0.01")
SENT, HELD = "sent", "held"


@dataclass(frozen=True)
class Incremental:
    """Revenue beyond what came without the campaign: the difference in revenue per recipient between those it was sent
    to and those who got nothing, times the former whose amounts are known; and (that - cost) / cost, None where it
    cost nothing. `low` and `high`, likewise `return_...`, bound them at 95%: at the end, or while the campaign runs
    however often one looks."""

    revenue: Decimal
    low: Decimal
    high: Decimal
    return_on_cost: float | None
    return_low: float | None
    return_high: float | None


@dataclass(frozen=True)
class CostResult:
    """What the campaign cost, in the agency's currency, against what came of those it was sent to: of all variants, but
    for those who got nothing.

    `revenue` is theirs. `per_response` is the cost divided by their responses, `per_conversion` by their conversions
    (None without any); `return_on_cost` is (revenue - cost) / cost, None where it cost nothing or nobody in the
    campaign recorded any revenue. `held_out` says how many got nothing. `incremental` is None where nobody did, where
    people were not divided as meant, and where there are too few of them to say.
    """

    cost: Decimal
    revenue: Decimal
    per_response: Decimal | None
    per_conversion: Decimal | None
    return_on_cost: float | None
    held_out: int
    incremental: Incremental | None


def cost_result(campaign: Campaign, rows: Sequence[CampaignVariant]) -> CostResult | None:
    """Unknown is not nothing: of a campaign whose cost is not known there is nothing to say, and of one whose revenue
    nobody recorded not that all of its cost is lost. `rows` know their variants. No query."""
    cost = campaign.cost
    if cost is None:
        return None
    held = got_nothing(rows)
    sent, revenue = added_up(row for row in rows if row not in held), revenue_of_sent(rows)
    return CostResult(
        cost=cost,
        revenue=revenue,
        per_response=per(cost, sent.responses),
        per_conversion=per(cost, sent.conversions),
        return_on_cost=returned(revenue, cost) if any(row.revenue for row in rows) else None,
        held_out=held_out(rows),
        incremental=incremental(campaign, rows, sent, added_up(held)) if held else None,
    )


def got_nothing(rows: Sequence[CampaignVariant]) -> list[CampaignVariant]:
    """The holdout; and a control nobody of which anything was shared with or delivered to, or viewed anything, where
    that is recorded of another variant."""
    control = [row for row in rows if row.variant.is_control and not row.variant.is_holdout and not was_sent(row)]
    others = any(was_sent(row) for row in rows)
    return [row for row in rows if row.variant.is_holdout or (others and row in control)]


def revenue_of_sent(rows: Sequence[CampaignVariant]) -> Decimal:
    """What every page calls a campaign's revenue: of those it was sent to. The list asks the database for the same
    (analytics.queries)."""
    held = got_nothing(rows)
    return sum((Decimal(row.revenue) for row in rows if row not in held), Decimal(0))


def held_out(rows: Sequence[CampaignVariant]) -> int:
    """How many people got nothing."""
    return sum(row.recipients for row in got_nothing(rows))


def was_sent(row: CampaignVariant) -> bool:
    return bool(row.shared_people or row.deliveries or row.raw_views)


def incremental(
    campaign: Campaign, rows: Sequence[CampaignVariant], sent: CampaignVariant, held: CampaignVariant
) -> Incremental | None:
    is_over, arms = has_ended(campaign), {SENT: moments(amounts(sent)), HELD: moments(amounts(held))}
    outcome = Outcome(REVENUE, False, arms, least_skewness(list(arms.values())))
    found = compared(outcome, SENT, Plan(HELD, {}, is_over=is_over), sent.recipients + held.recipients)
    low, high = (found.lift.ci_low, found.lift.ci_high) if is_over else (found.always_low, found.always_high)
    if is_blocked(campaign, rows) or found.verdict == Verdict.TOO_FEW or low is None or high is None:
        return None
    people, cost = arms[SENT].count, campaign.cost or Decimal(0)
    more, least, most = (Decimal(people * each).quantize(CENT) for each in (found.lift.absolute, low, high))
    return Incremental(more, least, most, returned(more, cost), returned(least, cost), returned(most, cost))


def is_blocked(campaign: Campaign, rows: Sequence[CampaignVariant]) -> bool:
    """Whether people were not divided among the variants as meant."""
    people = {row.variant.name: row.recipients for row in rows}
    return bool(judge(people, (), Plan(next(iter(people)), shares_of(campaign, rows))).blocked)


def returned(revenue: Decimal, cost: Decimal) -> float | None:
    return float((revenue - cost) / cost) if cost else None


def per(cost: Decimal, count: int) -> Decimal | None:
    """To the cent."""
    return (cost / count).quantize(CENT) if count else None


def told_people(rows: Sequence[CampaignVariant], *names: str) -> tuple[int, ...]:
    """How many people what came of a cost tells of: those of everybody, of whom it was sent to and of the others, for
    each two of these tell the third."""
    held = got_nothing(rows)
    parts: Iterable[Sequence[CampaignVariant]] = (rows, held, [row for row in rows if row not in held])
    return tuple(sum(getattr(row, name) for row in part) for part in parts for name in names)

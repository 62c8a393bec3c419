"""Campaigns, materials or periods side by side: one row a measure, the best marked in words.

Reads rollups only, in the same number of queries for two as for five.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from functools import partial

from django.db.models import Sum
from django.utils.translation import gettext_noop

from analytics.exports.small_groups import counted_people, is_few
from analytics.insight.experiments.p_values import holm
from analytics.models import CampaignDay, CampaignVariant, MaterialTotal
from analytics.periods import Period
from analytics.queries import arms_by_campaign
from analytics.reports.amounts import Amount, Best, Estimate, Mean, Pair, PerDay, Plain, Rate, best_of, p_of_pairs
from analytics.reports.base import Freshness, freshness
from analytics.reports.campaign import recorded_measures
from analytics.reports.goals import GoalResult, goal_result
from analytics.reports.judged import amounts
from analytics.reports.material import totals_of
from analytics.reports.returns import CostResult, cost_result, revenue_of_sent, told_people
from analytics.reports.sums import added_up
from analytics.reports.wording import MEASURES, REVENUE_OF_SENT
from campaigns.models import Campaign, Material
from privacy.agency import agency_today
from records import figures
from records.listing import in_language


class Unit(Enum):
    """How an amount is written."""

    COUNT = "count"
    RATE = "rate"
    MONEY = "money"
    SECONDS = "seconds"
    PER_DAY = "a day"


class Direction(Enum):
    """Which of several amounts is the best; NEITHER where that is no question."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    NEITHER = ""


@dataclass(frozen=True)
class Item:
    """One of the things compared. `slug` is its name in addresses."""

    slug: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One measure of all items, in their order: None where nobody recorded it. `hidden` are places left out because
    they tell of few people. `corrected` says of each two places how likely so large a difference is by chance, by Holm
    for all such pairs that the whole comparison shows: whoever names the best looks at all of them. `is_drawn` says
    that its picture has it: beside what is of another size the others would be points. `absent` is said where an amount
    is none that somebody could have recorded."""

    name: str
    label: str
    unit: Unit
    direction: Direction
    amounts: tuple[Amount | None, ...]
    hidden: frozenset[int] = frozenset()
    corrected: Mapping[Pair, float] = field(default_factory=dict)
    is_drawn: bool = True
    absent: str = ""

    @property
    def best(self) -> Best | None:
        if self.direction is Direction.NEITHER:
            return None
        return best_of(self.amounts, self.corrected, lowest=self.direction is Direction.LOWEST)

    @property
    def has_intervals(self) -> bool:
        return any(one is not None and one.interval for one in self.amounts)


@dataclass(frozen=True)
class Comparison:
    """`kind` is what is compared: `campaigns`, `materials` or `periods`. Rows of nothing known are left out. `goals`
    are those in numbers of the campaigns, None where none was set; the row GOAL_SHARE says whose are hidden."""

    kind: str
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    freshness: Freshness
    goals: tuple[GoalResult | None, ...] = ()

    @property
    def hidden_goals(self) -> frozenset[int]:
        return next((row.hidden for row in self.rows if row.name == GOAL_SHARE), frozenset())


def without_few_people(comparison: Comparison) -> Comparison:
    """The same, each amount that tells of 1 to 4 people left out, and told to be hidden. What is left is corrected
    anew: what nobody is shown cannot be named the best, and what is called clear must not tell of it."""
    return replace(comparison, rows=corrected_together(map(row_without_few, comparison.rows)))


def row_without_few(row: Row) -> Row:
    hidden = frozenset(
        place for place, one in enumerate(row.amounts) if one is not None and any(map(is_few, one.people))
    )
    return replace(
        row, hidden=hidden, amounts=tuple(None if place in hidden else one for place, one in enumerate(row.amounts))
    )


def compared_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Those of which anything is known, corrected together."""
    return corrected_together(row for row in rows if any(one is not None for one in row.amounts))


def corrected_together(rows: Iterable[Row]) -> tuple[Row, ...]:
    """By Holm for all pairs of amounts that they have, in every measure of which one can be the best."""
    known = list(rows)
    tested = [
        (place, pair, p)
        for place, row in enumerate(known)
        if row.direction is not Direction.NEITHER
        for pair, p in p_of_pairs(row.amounts).items()
    ]
    corrected: list[dict[Pair, float]] = [{} for _ in known]
    for (place, pair, _), p in zip(tested, holm([p for _, _, p in tested]), strict=True):
        corrected[place][pair] = 1.0 if p is None else p
    return tuple(replace(row, corrected=pairs) for row, pairs in zip(known, corrected, strict=True))


# Campaigns -----------------------------------------------------------------------------------------------------------


def compare_campaigns(campaigns: Sequence[Campaign]) -> Comparison:
    """In the order given. The caller has made sure that the reader may see them. Two queries."""
    found = arms_by_campaign(campaigns)
    arms = [found[campaign.pk] for campaign in campaigns]
    ordered = [added_up(rows) for rows in arms]
    return Comparison(
        kind="campaigns",
        items=tuple(Item(campaign.slug, campaign.name, campaign.goal) for campaign in campaigns),
        rows=compared_rows([*campaign_rows_of(campaigns, ordered), *money_rows(campaigns, ordered, arms)]),
        freshness=freshness(),
        goals=tuple(goal_result(campaign, one) for campaign, one in zip(campaigns, ordered, strict=True)),
    )


RATES = (
    ("view_rate", "viewers"),
    ("visit_rate", "visitors"),
    ("response_rate", "responders"),
    ("conversion_rate", "converters"),
)


def campaign_rows_of(campaigns: Sequence[Campaign], sums: Sequence[CampaignVariant]) -> Iterable[Row]:
    def row(
        name: str, label: str, unit: Unit, direction: Direction, amount: Callable[[CampaignVariant], Amount | None]
    ) -> Row:
        return Row(name, label, unit, direction, tuple(map(amount, sums)))

    yield goal_row(campaigns, sums)
    yield row(
        "recipients", "Recipients", Unit.COUNT, Direction.NEITHER,
        lambda one: Plain(one.recipients, (one.recipients,)) if one.recipients else None,
    )  # fmt: skip
    for measure, people in RATES:
        yield row(
            measure, MEASURES[measure], Unit.RATE, Direction.HIGHEST, partial(rate, measure=measure, people=people)
        )
    yield row(
        "revenue_per_recipient", MEASURES["revenue_per_recipient"], Unit.MONEY, Direction.HIGHEST,
        lambda one: Mean(amounts(one)) if "revenue_per_recipient" in recorded_measures(one) else None,
    )  # fmt: skip


GOAL_SHARE = "goal_share"


def goal_row(campaigns: Sequence[Campaign], sums: Sequence[CampaignVariant]) -> Row:
    """How much of its own goal each campaign reached. None is the best: goals are of different things."""
    goals = [goal_result(campaign, one) for campaign, one in zip(campaigns, sums, strict=True)]
    shares = tuple(
        Plain(goal.share, counted_people(one)) if goal else None for goal, one in zip(goals, sums, strict=True)
    )
    return Row(GOAL_SHARE, gettext_noop("Share of the goal"), Unit.RATE, Direction.NEITHER, shares)


def rate(sums: CampaignVariant, measure: str, people: str) -> Rate | None:
    """None where nobody recorded the measure, or nobody was drawn."""
    if measure not in recorded_measures(sums) or not sums.recipients:
        return None
    return Rate(getattr(sums, people), sums.recipients)


Tell = Callable[[CostResult], float | Decimal | Estimate | None]


@dataclass(frozen=True)
class OfCost:
    """A row of what a campaign cost and what came of it; `tell` gives its amount, which tells of `people`."""

    name: str
    label: str
    unit: Unit
    direction: Direction
    tell: Tell
    people: tuple[str, ...] = ("responders", "converters")
    is_drawn: bool = True
    absent: str = ""

    def amount(self, result: CostResult | None, rows: Sequence[CampaignVariant]) -> Amount | None:
        found = self.tell(result) if result else None
        if found is None:
            return None
        told = told_people(rows, *self.people)
        return replace(found, groups=told) if isinstance(found, Estimate) else Plain(found, told)


def more_revenue(one: CostResult) -> Estimate | None:
    more = one.incremental
    return Estimate(float(more.revenue), float(more.low), float(more.high)) if more else None


def more_return(one: CostResult) -> Estimate | None:
    more = one.incremental
    if more is None or more.return_on_cost is None or more.return_low is None or more.return_high is None:
        return None
    return Estimate(more.return_on_cost, more.return_low, more.return_high)


# What a campaign cost tells of nobody.
OF_COST = (
    OfCost("cost", "Cost", Unit.MONEY, Direction.NEITHER, lambda one: one.cost, ()),
    OfCost(
        "cost_per_response", "Cost per response", Unit.MONEY, Direction.LOWEST, lambda one: one.per_response,
        ("responders",),
    ),
    OfCost("return_on_cost", "Return on cost", Unit.RATE, Direction.HIGHEST, lambda one: one.return_on_cost),
    OfCost(
        "incremental_revenue", gettext_noop("Incremental revenue"), Unit.MONEY, Direction.NEITHER, more_revenue,
        is_drawn=False, absent=figures.NOTHING,
    ),
    OfCost(
        "incremental_return", gettext_noop("Incremental return on cost"), Unit.RATE, Direction.HIGHEST, more_return,
        is_drawn=False, absent=figures.NOTHING,
    ),
)  # fmt: skip


def money_rows(
    campaigns: Sequence[Campaign], sums: Sequence[CampaignVariant], arms: Sequence[Sequence[CampaignVariant]]
) -> Iterable[Row]:
    revenue = [
        Plain(revenue_of_sent(rows), told_people(rows, "responders", "converters")) if one.revenue else None
        for one, rows in zip(sums, arms, strict=True)
    ]
    yield Row("revenue", REVENUE_OF_SENT, Unit.MONEY, Direction.NEITHER, tuple(revenue))
    results = [cost_result(campaign, rows) for campaign, rows in zip(campaigns, arms, strict=True)]
    for one in OF_COST:
        amounts = tuple(one.amount(result, rows) for result, rows in zip(results, arms, strict=True))
        yield Row(one.name, one.label, one.unit, one.direction, amounts, is_drawn=one.is_drawn, absent=one.absent)


# Materials -----------------------------------------------------------------------------------------------------------


def compare_materials(materials: Sequence[Material]) -> Comparison:
    """In the order given. Two queries."""
    found = {row.material_id: row for row in MaterialTotal.objects.filter(material__in=materials)}
    sums = [totals_of(found.get(material.pk)) for material in materials]
    of_recipients = [(one.viewing_recipients, one.responding_recipients, one.recipients) for one in sums]
    rows = (
        Row(
            "recipients", gettext_noop("People shared with"), Unit.COUNT, Direction.NEITHER,
            tuple(Plain(one.recipients, (one.recipients,)) if one.recipients else None for one in sums),
        ),
        Row(
            "view_rate", gettext_noop("View rate of those"), Unit.RATE, Direction.HIGHEST,
            tuple(Rate(viewing, people) if people else None for viewing, _, people in of_recipients),
        ),
        Row(
            "response_rate", gettext_noop("Response rate of those"), Unit.RATE, Direction.HIGHEST,
            tuple(
                Rate(responding, people) if people and one.responses else None
                for one, (_, responding, people) in zip(sums, of_recipients, strict=True)
            ),
        ),
        Row(
            "viewers", gettext_noop("Viewers, whoever came"), Unit.COUNT, Direction.NEITHER,
            tuple(Plain(one.viewers, (one.viewers,)) if one.raw_viewers else None for one in sums),
        ),
        Row(
            "reading_time", gettext_noop("Reading time per reader"), Unit.SECONDS, Direction.HIGHEST,
            tuple(Mean(one.dwell) if one.readers else None for one in sums),
        ),
    )  # fmt: skip
    items = tuple(Item(one.slug, one.title, in_language(one.get_kind_display())) for one in materials)
    return Comparison("materials", items, compared_rows(rows), freshness())


# Periods -------------------------------------------------------------------------------------------------------------

DAILY = (
    ("views", gettext_noop("Views a day")),
    ("visits", gettext_noop("Visits a day")),
    ("responses", gettext_noop("Responses a day")),
    ("conversions", gettext_noop("Conversions a day")),
)


def compare_periods(periods: Sequence[Period], campaigns: Sequence[int] | None) -> Comparison:
    """Over these campaigns by number, None for all; days that are yet to come count in no period. As many queries as
    periods, and one."""
    sums = [sums_in(period, campaigns) for period in periods]
    days = [days_until_today(period) for period in periods]
    rows = [
        Row(
            f"{name}_a_day", label, Unit.PER_DAY, Direction.HIGHEST,
            tuple(PerDay(one[name], begun) if begun else None for one, begun in zip(sums, days, strict=True)),
        )
        for name, label in DAILY
        if any(one[name] for one in sums)
    ]  # fmt: skip
    if any(one["revenue"] for one in sums):
        money = tuple(
            Plain(one["revenue"], (one["responses"] + one["conversions"],)) if begun else None
            for one, begun in zip(sums, days, strict=True)
        )
        rows.append(Row("revenue", "Revenue", Unit.MONEY, Direction.NEITHER, money))
    items = tuple(Item(period.span, period.words, figures.plural(period.days, "day")) for period in periods)
    return Comparison("periods", items, compared_rows(rows), freshness())


def days_until_today(period: Period) -> int:
    """How many of its days have begun."""
    return max(0, (min(period.last, agency_today()) - period.first).days + 1)


def sums_in(period: Period, campaigns: Sequence[int] | None) -> dict[str, int]:
    rows = CampaignDay.objects.filter(day__range=(period.first, period.last))
    rows = rows if campaigns is None else rows.filter(campaign__in=campaigns)
    names = [name for name, _ in DAILY]
    return rows.aggregate(**{name: Sum(name, default=0) for name in [*names, "revenue"]})

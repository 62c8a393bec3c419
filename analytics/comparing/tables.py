"""A comparison as the table of its page, one row a measure, and of its file, one row a thing compared, so that each
column holds numbers of one kind; a quarter's is one row a campaign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.comparing.asking import BadComparison, choice_of, compared
from analytics.comparing.wording import best_words, cell_words, interval_words
from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import said_of_few
from analytics.exports.source import BadFilters, Maker, Source, hides_few
from analytics.goal_words import goal_cells, standing_words
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.reports.amounts import Amount
from analytics.reports.comparison import GOAL_SHARE, Comparison, Row, Unit, without_few_people
from analytics.reports.quarter import QuarterReport, QuarterRow, without_few_in_quarter
from analytics.reports.returns import Incremental
from analytics.reports.wording import REVENUE_OF_SENT
from analytics.return_words import METHOD_OF_RETURN
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from records import figures
from records.listing import Kind

METHOD = gettext_noop(
    "A rate has Wilson's score interval at 95%, and is clearly above another where Newcombe's interval for "
    "their difference excludes zero; a mean has Student's interval and is compared by Welch's; a count of "
    "events a day has Garwood's interval and is compared by the share that one has of the two together. A "
    "difference is called clear only if it remains so after Holm's correction for all pairs and measures "
    "that are shown: the chance that any is called clear without a real difference stays within 5%. The "
    "events of one person are not independent, so intervals for events a day are somewhat too narrow. Days "
    "that are yet to come do not count in any period."
)
METHOD_OF_QUARTER = gettext_noop(
    "This lists campaigns with a day in the quarter, with the numbers for all their days. The interval "
    "of the response rate is Wilson's at 95%."
)


def method_of(found: "Comparison | QuarterReport") -> str:
    """How the numbers are counted; of campaigns also what came back of their cost."""
    method = _(METHOD_OF_QUARTER if isinstance(found, QuarterReport) else METHOD)
    return method if found.kind in {"materials", "periods"} else f"{method} {_(METHOD_OF_RETURN)}"


CAMPAIGNS_OF = gettext_noop("Campaigns of %(quarter)s")
COMPARED = {
    "campaigns": gettext_noop("Compared campaigns"),
    "materials": gettext_noop("Compared materials"),
    "periods": gettext_noop("Compared periods"),
}
KINDS = {
    Unit.COUNT: Kind.COUNT,
    Unit.RATE: Kind.RATE,
    Unit.MONEY: Kind.MONEY,
    Unit.SECONDS: Kind.DECIMAL,
    Unit.PER_DAY: Kind.DECIMAL,
}
CENT = Decimal("0.01")
DECIMALS = 4  # of what is measured in seconds or a day


@dataclass(frozen=True)
class MeasureCell:
    words: str
    interval: str
    is_best: bool
    is_known: bool


@dataclass(frozen=True)
class MeasureRow:
    label: str
    cells: tuple[MeasureCell, ...]
    best: str
    is_words: bool = False


def measure_rows(comparison: Comparison) -> list[MeasureRow]:
    """The table of the page: the goals first, with how far each is."""
    return [
        *goal_rows(comparison),
        *(
            MeasureRow(_(row.label), cells_of(row), best_words(row, comparison.items))
            for row in comparison.rows
            if row.name != GOAL_SHARE
        ),
    ]


def goal_rows(comparison: Comparison) -> list[MeasureRow]:
    """One row, none where no campaign has a goal."""
    cells = tuple(goal_cell(comparison, place) for place in range(len(comparison.items)))
    return [MeasureRow(_("Goal"), cells, "", is_words=True)] if any(cell.is_known for cell in cells) else []


def goal_cell(comparison: Comparison, place: int) -> MeasureCell:
    """The goal in its keepers' words, and in numbers with how far it is."""
    goal = told_goal(comparison, place)
    in_numbers = standing_words(*goal) if goal else ""
    words, *more = filter(None, (words_of_goal(comparison, place), in_numbers, figures.NOTHING))
    return MeasureCell(words, in_numbers if in_numbers in more else "", False, words != figures.NOTHING)


def words_of_goal(comparison: Comparison, place: int) -> str:
    return comparison.items[place].note if comparison.goals else ""


def told_goal(comparison: Comparison, place: int) -> tuple[str, Decimal, Decimal | None, str | None] | None:
    """The measure, the target, how far it is and what came of it, None of both where it tells of few people."""
    goal = comparison.goals[place] if comparison.goals else None
    if goal is None:
        return None
    is_few = place in comparison.hidden_goals
    return goal.measure, goal.target, None if is_few else goal.so_far, None if is_few else goal.state


def cells_of(row: Row) -> tuple[MeasureCell, ...]:
    best = row.best.places if row.best else ()
    return tuple(
        MeasureCell(cell_words(row, place), interval_words(one, row.unit), place in best, one is not None)
        for place, one in enumerate(row.amounts)
    )


def comparison_table(comparison: Comparison, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    """A row a thing compared: each measure as a number in its own unit, with its interval, and what it is best in."""
    shown = without_few_people(comparison) if hides_few else comparison
    return Table(
        name=report_name("compare"),
        title=_("Compared: %(names)s") % {"names": ", ".join(item.label for item in shown.items)},
        heads=tuple(comparison_heads(shown)),
        rows=iter([file_row(shown, place) for place in range(len(shown.items))]),
        as_of=as_of,
        notes=(*notes, *said_of_few(hides_few=hides_few), *notes_of_best(shown), (_("Method"), method_of(shown))),
        pictures=pictures_of("compare", comparison, Asked(hides_few=hides_few)),
    )


def comparison_heads(comparison: Comparison) -> Iterator[Head]:
    yield Head(_("Compared"), "name")
    yield from goal_heads(comparison)
    for row in comparison.rows:
        label, kind = _(row.label), KINDS[row.unit]
        yield Head(
            _("%(measure)s (seconds)") % {"measure": label} if row.unit is Unit.SECONDS else label, row.name, kind
        )
        if row.has_intervals:
            yield Head(_("%(measure)s: 95%% interval from") % {"measure": label}, f"{row.name}_low", kind)
            yield Head(_("%(measure)s: 95%% interval to") % {"measure": label}, f"{row.name}_high", kind)
    yield Head(_("Best in"), "best_in")


def file_row(comparison: Comparison, place: int) -> list[Any]:
    cells: list[Any] = [comparison.items[place].label, *cells_of_goal(comparison, place)]
    for row in comparison.rows:
        one = row.amounts[place]
        numbers = [one.value if one else None, *(interval_in(one, row.unit) if row.has_intervals else ())]
        cells += [HIDDEN if place in row.hidden else in_kind(number, KINDS[row.unit]) for number in numbers]
    best = [_(row.label) for row in comparison.rows if row.best and place in row.best.places]
    return [*cells, ", ".join(best)]


GOAL_HEAD = Head(gettext_lazy("Goal"), "goal")
HEADS_IN_NUMBERS = (
    Head(gettext_lazy("Goal in numbers"), "goal_measure"),
    Head(gettext_lazy("To be reached"), "goal_target"),
    Head(gettext_lazy("Reached"), "goal_so_far"),
    Head(gettext_lazy("Met or missed"), "goal_state"),
)


def goal_heads(comparison: Comparison) -> Iterator[Head]:
    """Where any has a goal in words, and where any has one in numbers."""
    if comparison.goals and any(item.note for item in comparison.items):
        yield GOAL_HEAD
    if any(comparison.goals):
        yield from HEADS_IN_NUMBERS


def cells_of_goal(comparison: Comparison, place: int) -> list[Any]:
    """Under each of the heads of goals that the comparison has."""
    goal = told_goal(comparison, place)
    told = dict(zip((head.name for head in HEADS_IN_NUMBERS), goal_cells(*goal or NO_GOAL), strict=True))
    told[GOAL_HEAD.name] = words_of_goal(comparison, place)
    return [told[head.name] for head in goal_heads(comparison)]


NO_GOAL = ("", None, None, None)


def interval_in(one: Amount | None, unit: Unit) -> tuple[float | None, float | None]:
    """Of a time no shorter than none."""
    low, high = (one.interval if one else None) or (None, None)
    return (max(0.0, low) if low is not None and unit is Unit.SECONDS else low), high


def in_kind(number: float | None, kind: Kind) -> float | Decimal | None:
    if number is None:
        return None
    if kind is Kind.MONEY:
        return Decimal(number).quantize(CENT)
    return round(number) if kind is Kind.COUNT else round(number, DECIMALS) if kind is Kind.DECIMAL else number


def notes_of_best(comparison: Comparison) -> Notes:
    """Whether what is the best is so clearly: a sentence a measure."""
    said = [(_(row.label), best_words(row, comparison.items)) for row in comparison.rows]
    return tuple((label, words) for label, words in said if words)


QUARTER_HEADS = (
    Head(gettext_lazy("Campaign"), "name"),
    GOAL_HEAD,
    *HEADS_IN_NUMBERS,
    Head(gettext_lazy("Share of the goal"), "goal_share", Kind.RATE),
    Head(gettext_lazy("Starts"), "starts_on", Kind.DATE),
    Head(gettext_lazy("Ends"), "ends_on", Kind.DATE),
    Head(gettext_lazy("Recipients"), "recipients", Kind.COUNT),
    Head(gettext_lazy("Response rate"), "response_rate", Kind.RATE),
    Head(gettext_lazy("95% interval from"), "response_rate_low", Kind.RATE),
    Head(gettext_lazy("95% interval to"), "response_rate_high", Kind.RATE),
    Head(gettext_lazy("Conversions"), "conversions", Kind.COUNT),
    Head(gettext_lazy(REVENUE_OF_SENT), "revenue", Kind.MONEY),
    Head(gettext_lazy("Cost"), "cost", Kind.MONEY),
    Head(gettext_lazy("Return on cost"), "return_on_cost", Kind.RATE),
    Head(gettext_lazy("Incremental revenue"), "incremental_revenue", Kind.MONEY),
    Head(gettext_lazy("Incremental revenue: 95% interval from"), "incremental_revenue_low", Kind.MONEY),
    Head(gettext_lazy("Incremental revenue: 95% interval to"), "incremental_revenue_high", Kind.MONEY),
    Head(gettext_lazy("Incremental return on cost"), "incremental_return", Kind.RATE),
    Head(gettext_lazy("Incremental return on cost: 95% interval from"), "incremental_return_low", Kind.RATE),
    Head(gettext_lazy("Incremental return on cost: 95% interval to"), "incremental_return_high", Kind.RATE),
)


def quarter_table(report: QuarterReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    shown = without_few_in_quarter(report) if hides_few else report
    return Table(
        name=report_name("quarter", report.name),
        title=_(CAMPAIGNS_OF) % {"quarter": report.name},
        heads=QUARTER_HEADS,
        rows=iter([quarter_row(row, hides_few=hides_few) for row in shown.rows]),
        as_of=as_of,
        notes=(*notes, *said_of_few(hides_few=hides_few), (_("Method"), method_of(shown))),
        pictures=pictures_of("quarter", report, Asked(hides_few=hides_few)),
    )


def quarter_row(row: QuarterRow, *, hides_few: bool) -> list[Any]:
    def told(name: str) -> Any:
        value = getattr(row, name)
        return HIDDEN if value is None and hides_few and name in row.hidden else value

    rate = told("response_rate")
    low, high = (rate.interval or (None, None)) if rate and rate is not HIDDEN else (rate, rate)
    return [
        row.name, row.goal, *goal_cells(*goal_of(row, hides_few=hides_few)), told("goal_share"),
        row.starts_on, row.ends_on, told("recipients"),
        rate.value if rate and rate is not HIDDEN else rate, low, high,
        told("conversions"), told("revenue"), row.cost, told("return_on_cost"), *incremental_cells(told("incremental")),
    ]  # fmt: skip


def incremental_cells(more: Any) -> list[Any]:
    if not isinstance(more, Incremental):
        return [more] * 6
    of_revenue = [more.revenue, more.low, more.high]
    return [*of_revenue, more.return_on_cost, more.return_low, more.return_high]


def goal_of(row: QuarterRow, *, hides_few: bool) -> tuple[str, Decimal | None, Decimal | None, str | None]:
    """The measure, the target, how far it is and what came of it, None of both where it tells of few people."""
    is_few = hides_few and "goal_state" in row.hidden
    return row.goal_measure, row.goal_target, *((None, None) if is_few else (row.goal_so_far, row.goal_state))


def compare_source(user: User, _which: str, query: str) -> Source:
    """What the page of the comparison shows: two to five things side by side, or the campaigns of a quarter."""
    require(user, *SEES_CAMPAIGNS)
    try:
        choice = choice_of(QueryDict(query))
        if choice is None:
            raise Http404
        found = compared(user, choice)
    except BadComparison as problem:
        raise BadFilters(str(problem)) from problem
    hides = hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        if isinstance(found, QuarterReport):
            return quarter_table(found, as_of, notes, hides_few=hides)
        return comparison_table(found, as_of, notes, hides_few=hides)

    title = (
        filled(gettext_lazy(CAMPAIGNS_OF), quarter=found.name)
        if isinstance(found, QuarterReport)
        else gettext_lazy(COMPARED[found.kind])
    )
    things = found.rows if isinstance(found, QuarterReport) else found.items
    return Source("compare", title, f"{reverse('compare')}?{query}", lambda: len(things), table, draws=True)


SOURCES: dict[str, Maker] = {"compare": compare_source}

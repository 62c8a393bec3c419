"""What a test says in words, and never more than its numbers carry."""

from collections.abc import Iterator

from django.utils.translation import gettext

from analytics.insight.experiments.judging import Comparison, Judged, Verdict, scale_of
from analytics.insight.experiments.power import rounded
from analytics.reports.intervals import Lift
from records import figures

LEVEL_WORDS = "95%"


def sentences(judged: Judged) -> Iterator[str]:
    """Why there is no verdict, or a line for each comparison."""
    if judged.blocked:
        yield f"No verdict. {judged.blocked}"
        return
    yield from judged.balance.cautions
    for comparison in judged.comparisons:
        yield sentence(comparison, judged.control, sum(one.p is not None for one in judged.comparisons))


def sentence(one: Comparison, control: str, among: int) -> str:
    head = f"{one.outcome}, {one.arm}: {shown(one, one.value)} against {shown(one, one.control_value)} in {control}"
    if one.verdict is Verdict.TOO_FEW:
        return f"{head}. Too few people to say more."
    lift = effective(one)
    of = f" after correction for {among} comparisons" if among > 1 else ""
    interval = f"{gap(one, lift.absolute, signed=True)}, {LEVEL_WORDS} interval {bounds(one, lift)}"
    if one.verdict is Verdict.CLEAR:
        return f"{head}: {interval}; a clear difference (p {p_words(one.corrected)}{of}).{rough(one)}"
    return f"{head}: {interval}; no clear difference (p {p_words(one.corrected)}{of}). {power_words(one)}{rough(one)}"


def effective(one: Comparison) -> Lift:
    """The difference that the verdict is of: with the covariate allowed for where one was given."""
    if one.adjusted is None:
        return one.lift
    return Lift(one.adjusted.difference, one.lift.relative, one.adjusted.low, one.adjusted.high)


def bounds(one: Comparison, lift: Lift) -> str:
    low, high = lift.ci_low or 0.0, lift.ci_high or 0.0
    decimals = decimals_of(one, low, high, lift.absolute)
    unit = 100 if one.is_rate else 1
    return f"{figures.plain(low * unit, decimals)} to {figures.plain(high * unit, decimals)}"


def shown(one: Comparison, value: float) -> str:
    return figures.rate(value) if one.is_rate else figures.plain(value, min(4, scale_of(value)))


def gap(one: Comparison, value: float, *, signed: bool = False) -> str:
    """A difference: points of a rate, or the amount."""
    unit = 100 if one.is_rate else 1
    text = figures.signed(value * unit, decimals_of(one, value))
    words = text if signed else text.removeprefix("+")
    return f"{words} points" if one.is_rate else words


def decimals_of(one: Comparison, *values: float) -> int:
    """Enough that a bound just off zero does not read as zero."""
    unit = 100 if one.is_rate else 1
    return figures.enough_decimals(*(value * unit for value in values))


def power_words(one: Comparison) -> str:
    """`It needs about 4,000 more recipients to see a lift of 0.50 points.`"""
    if one.power.more is None or one.power.seen is None:
        return "No number of people would tell."
    if not one.power.more:
        return f"With the people there are, a lift of {gap(one, one.power.seen)} would be seen four times in five."
    more = figures.count(rounded(one.power.more))
    return f"It needs about {more} more recipients to see a lift of {gap(one, one.power.worth)} four times in five."


def p_words(p: float | None) -> str:
    """Of a page, too: `= 0.042`, with the separator of the language."""
    if p is None:
        return gettext("unknown")
    below = gettext("below %(p)s") % {"p": figures.written(0.001, 3)}
    return below if p < 0.001 else f"= {figures.written(p, 3)}"


def rough(one: Comparison) -> str:
    return " The amounts are very uneven for so few people: take the interval as rough." if one.is_skewed else ""

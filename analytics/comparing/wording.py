"""Amounts, intervals and the best of a row in words: never stronger than the numbers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.pictures.base import HIDDEN_WORD, NOT_RECORDED
from analytics.reports.amounts import Amount
from analytics.reports.comparison import Comparison, Direction, Item, Row, Unit
from privacy.guards import listed
from records import figures


def amount_words(one: Amount | None, unit: Unit) -> str:
    return _(NOT_RECORDED) if one is None or one.value is None else number_words(one.value, unit)


def number_words(value: float, unit: Unit) -> str:
    if unit is Unit.RATE:
        return figures.percent(figures.plain(value * 100))
    if unit is Unit.MONEY:
        return figures.money(value)
    if unit is Unit.SECONDS:
        return figures.duration(value)
    return figures.count(value) if unit is Unit.COUNT else figures.plain(value)


def interval_words(one: Amount | None, unit: Unit) -> str:
    """`2.10 to 3.40%`; empty where there is none."""
    interval = one.interval if one else None
    if interval is None:
        return ""
    low, high = (max(0.0, bound) if unit is Unit.SECONDS else bound for bound in interval)
    if unit is Unit.RATE:
        return figures.percent(low_to_high(figures.plain(low * 100), figures.plain(high * 100)))
    return low_to_high(number_words(low, unit), number_words(high, unit))


def low_to_high(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def cell_words(row: Row, place: int) -> str:
    if place in row.hidden:
        return _(HIDDEN_WORD)
    one = row.amounts[place]
    return row.absent if one is None and row.absent else amount_words(one, row.unit)


def best_words(row: Row, items: tuple[Item, ...]) -> str:
    """`Spring, clearly the highest`; empty where nothing is the best."""
    best = row.best
    if best is None:
        return ""
    names = [items[place].label for place in best.places]
    values = {"name": listed(names), "extreme": _(EXTREMES[row.direction, bool(row.hidden)])}
    if len(names) > 1:
        return _(EQUALLY[row.direction, bool(row.hidden)]) % values
    if not best.is_measured:
        return f"{values['name']}, {values['extreme']}"
    if not best.unclear:
        return _("%(name)s, clearly %(extreme)s") % values
    values["others"] = listed([items[place].label for place in best.unclear])
    return _("%(name)s, %(extreme)s, not clearly above %(others)s") % values


# By the direction, and whether something is hidden: the best of those that are shown.
EXTREMES = {
    (Direction.HIGHEST, False): gettext_noop("the highest"),
    (Direction.HIGHEST, True): gettext_noop("the highest of those shown"),
    (Direction.LOWEST, False): gettext_noop("the lowest"),
    (Direction.LOWEST, True): gettext_noop("the lowest of those shown"),
}
EQUALLY = {
    (Direction.HIGHEST, False): gettext_noop("%(name)s, equally high"),
    (Direction.HIGHEST, True): gettext_noop("%(name)s, equally high of those shown"),
    (Direction.LOWEST, False): gettext_noop("%(name)s, equally low"),
    (Direction.LOWEST, True): gettext_noop("%(name)s, equally low of those shown"),
}


def deciding(rows: tuple[Row, ...]) -> Row | None:
    """The row that a title speaks of: the last, nearest to the purpose of a campaign, with a best one."""
    return next((row for row in reversed(rows) if row.best), None)


def comparison_title(comparison: Comparison, rows: tuple[Row, ...]) -> str:
    row = deciding(rows)
    best = row.best if row else None
    if row is None or best is None:
        return _("There are not two numbers to compare.")
    values = {
        "measure": _(row.label),
        "names": listed([comparison.items[place].label for place in best.places]),
        "shown": _(", of those shown") if row.hidden else "",
        "unclear": listed([comparison.items[place].label for place in best.unclear]),
    }
    if len(best.places) > 1 and best.others:
        return _("%(measure)s is the same in %(names)s%(shown)s, and lower elsewhere.") % values
    if len(best.places) > 1:
        return _("%(measure)s is the same in %(names)s%(shown)s.") % values
    if not best.unclear:
        return _("%(measure)s is clearly the highest in %(names)s%(shown)s.") % values
    said = _("%(measure)s is the highest in %(names)s%(shown)s, but not clearly above %(unclear)s.")
    return said % values

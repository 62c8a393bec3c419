"""Amounts, intervals and the best of a row in words: never stronger than the numbers."""

from analytics.reports.amounts import Amount
from analytics.reports.comparison import Comparison, Direction, Item, Row, Unit
from privacy.guards import listed
from records import figures

HIDDEN = "hidden"
NOT_RECORDED = "not recorded"


def amount_words(one: Amount | None, unit: Unit) -> str:
    return NOT_RECORDED if one is None or one.value is None else number_words(one.value, unit)


def number_words(value: float, unit: Unit) -> str:
    if unit is Unit.RATE:
        return f"{figures.plain(value * 100)}{figures.NARROW_GAP}%"
    if unit is Unit.MONEY:
        return figures.money(value)
    if unit is Unit.SECONDS:
        return figures.duration(value)
    return figures.count(value) if unit is Unit.COUNT else figures.plain(value)


def interval_words(one: Amount | None, unit: Unit) -> str:
    """`2.10 to 3.40 %`; empty where there is none."""
    interval = one.interval if one else None
    if interval is None:
        return ""
    low, high = (max(0.0, bound) if unit is Unit.SECONDS else bound for bound in interval)
    if unit is Unit.RATE:
        return f"{figures.plain(low * 100)} to {figures.plain(high * 100)}{figures.NARROW_GAP}%"
    return f"{number_words(low, unit)} to {number_words(high, unit)}"


def cell_words(row: Row, place: int) -> str:
    return HIDDEN if place in row.hidden else amount_words(row.amounts[place], row.unit)


def best_words(row: Row, items: tuple[Item, ...]) -> str:
    """`Spring, clearly the highest`; empty where nothing is the best."""
    best = row.best
    if best is None:
        return ""
    names = [items[place].label for place in best.places]
    of = " of those shown" if row.hidden else ""
    if len(names) > 1:
        return f"{listed(names)}, equally {'low' if row.direction is Direction.LOWEST else 'high'}{of}"
    extreme = f"the {row.direction.value}{of}"
    if not best.is_measured:
        return f"{names[0]}, {extreme}"
    if not best.unclear:
        return f"{names[0]}, clearly {extreme}"
    return f"{names[0]}, {extreme}, not clearly above {listed([items[place].label for place in best.unclear])}"


def deciding(rows: tuple[Row, ...]) -> Row | None:
    """The row that a title speaks of: the last, nearest to the purpose of a campaign, with a best one."""
    return next((row for row in reversed(rows) if row.best), None)


def comparison_title(comparison: Comparison, rows: tuple[Row, ...]) -> str:
    row = deciding(rows)
    best = row.best if row else None
    if row is None or best is None:
        return "There are not two numbers to compare."
    names = listed([comparison.items[place].label for place in best.places])
    of = ", of those shown" if row.hidden else ""
    if len(best.places) > 1:
        return f"{row.label} is the same in {names}{of}{'' if not best.others else ', and lower elsewhere'}."
    if not best.unclear:
        return f"{row.label} is clearly the highest in {names}{of}."
    unclear = listed([comparison.items[place].label for place in best.unclear])
    return f"{row.label} is the highest in {names}{of}, but not clearly above {unclear}."

"""What becomes due when: by rule and month, as a table and as bars.

All dated rows are counted, whatever may hold or need them by then: a forecast says what the calendar brings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, F, Func, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from privacy.models import RetentionPolicy
from privacy.retention.kinds import LAST, kinds
from privacy.retention.logs import logs
from privacy.retention.periods import due_on
from privacy.wording import year_month

MONTHS = 24
WIDTH, HEIGHT, TOP, GAP = 960, 220, 18, 6


class DueMonth(Func):
    """The first day of the month in which a row whose last day this is becomes due."""

    template = "date_trunc('month', (%(expressions)s) + 1)::date"
    output_field = DateField()


@dataclass(frozen=True)
class Bar:
    """A month's bar: how many rows become due, and where it stands in the picture."""

    month: date
    rows: int
    x: float
    width: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def label_y(self) -> float:
        return self.y - 4


@dataclass(frozen=True)
class Forecast:
    """`counts` by rule and month (its first day); what is due already stands under `overdue` by rule."""

    as_of: date
    months: list[date]
    counts: dict[str, dict[date, int]]
    overdue: dict[str, int]
    later: dict[str, int]

    @property
    def table(self) -> list[tuple[str, int, list[int], int]]:
        """Rule, due already, due in each month, due later; the notice's order."""
        return [
            (rule, self.overdue[rule], [counts.get(month, 0) for month in self.months], self.later[rule])
            for rule, counts in self.counts.items()
        ]

    def total(self, month: date) -> int:
        return sum(counts.get(month, 0) for counts in self.counts.values())

    @property
    def due_already(self) -> int:
        return sum(self.overdue.values())

    @property
    def due_later(self) -> int:
        return sum(self.later.values())

    @property
    def last_month(self) -> date:
        return self.months[-1]

    @property
    def bars(self) -> list[Bar]:
        totals = [self.total(month) for month in self.months]
        step, most = WIDTH / len(self.months), max([*totals, 1])
        return [
            Bar(month, rows, nth * step + GAP / 2, step - GAP, TOP + HEIGHT * (1 - rows / most), HEIGHT * rows / most)
            for nth, (month, rows) in enumerate(zip(self.months, totals, strict=True))
        ]

    @property
    def finding(self) -> str:
        """What the picture shows, and no more: the month that brings most; where several do, that they do."""
        totals = {month: self.total(month) for month in self.months}
        most = max(totals.values(), default=0)
        strongest = [month for month, rows in totals.items() if rows == most]
        rows_said = number_format(most, force_grouping=True)
        values: dict[str, object] = {"rows": rows_said, "months": len(self.months), "count": len(strongest)}
        if not most:
            return _("Nothing becomes due in these %(months)s months.") % values
        if len(strongest) > 1:
            return _("No month has more than %(rows)s rows due; %(count)s of %(months)s have that many.") % values
        values["month"] = year_month(strongest[0])
        return _("Of these %(months)s months, the most becomes due in %(month)s: %(rows)s rows.") % values

    @property
    def next_month(self) -> list[tuple[str, int]]:
        """What the month after the present one brings, by rule."""
        return [(rule, counts.get(self.months[1], 0)) for rule, counts in self.counts.items()]


def forecast(rules: dict[str, RetentionPolicy], as_of: date, months: int = MONTHS) -> Forecast:
    """Count what becomes due from the month of `as_of` on; one statement a kind of rows."""
    made = empty(rules, as_of, months)
    for kind in kinds():
        if policy := rules.get(kind.rule):
            dated = kind.dated(policy).exclude(**{LAST: None}).order_by()
            due = Count("pk", filter=_is_due(as_of))
            found = dated.annotate(_month=DueMonth(F(LAST))).values_list("_month").annotate(_rows=Count("pk"), _due=due)
            _add(made, kind.rule, found)
    for log in logs():
        for rule, last, rows in log.ahead():
            if policy := rules.get(rule):
                add_due(made, rule, due_on(last, policy.count, policy.unit), rows)
    return made


def empty(rules: Iterable[str], as_of: date, months: int = MONTHS) -> Forecast:
    """A forecast in which nothing is counted yet."""
    ahead = [month_after(as_of, number) for number in range(months)]
    return Forecast(as_of, ahead, {rule: {} for rule in rules}, dict.fromkeys(rules, 0), dict.fromkeys(rules, 0))


def add_due(made: Forecast, rule: str, due_day: date, rows: int) -> None:
    """Count so many that become due on a day."""
    _add(made, rule, [(due_day.replace(day=1), rows, rows if due_day <= made.as_of else 0)])


def _is_due(as_of: date) -> Q:
    return Q(**{f"{LAST}__lt": as_of})


def _add(made: Forecast, rule: str, found: Iterable[tuple[date, int, int]]) -> None:
    first, end = made.months[0], made.months[-1]
    for month, rows, due in found:
        made.overdue[rule] += due
        if month > end:
            made.later[rule] += rows - due
        elif month >= first:
            made.counts[rule][month] = made.counts[rule].get(month, 0) + rows - due


def month_after(day: date, months: int) -> date:
    """The first day of the month so many months after a day's own."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)

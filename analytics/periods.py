"""Stretches of days that reports draw and compare: with both their ends, quarters, and the days before.

What may be asked for, presets and a free range, is the same as of lists (records.periods), where a side may be open.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from records import figures, periods

DAY = timedelta(days=1)
QUARTER = re.compile(r"^((?:19|20|21)\d\d)-Q([1-4])$")
SPAN = re.compile(r"^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, order=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days, right before."""
        return Period(self.first - self.days * DAY, self.first - DAY)

    @property
    def words(self) -> str:
        """`March 1, 2026 to March 31, 2026`; of one day `March 1, 2026`."""
        first, last = figures.day(self.first), figures.day(self.last)
        return first if self.first == self.last else gettext("%(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def span(self) -> str:
        """As it stands in addresses: `2026-03-01..2026-03-31`."""
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def whole_days(number: int, today: date) -> Period:
    """So many days up to yesterday: today is not over."""
    return Period(today - number * DAY, today - DAY)


def preset(name: str, today: date) -> Period:
    """The days of a preset of records.periods. Raises KeyError."""
    return _whole(periods.PRESETS[name](today))


def quarter_of(day: date) -> Period:
    return _whole(periods.quarter_of(day))


def _whole(period: periods.Period) -> Period:
    """A stretch of the calendar as reports have them: with both its ends."""
    if period.first is None or period.last is None:
        raise ValueError(gettext("%(period)s: a report needs both days.") % {"period": period.words})
    return Period(period.first, period.last)


def quarter_name(period: Period) -> str:
    """`2026-Q1`: the quarter that the period begins in."""
    return f"{period.first.year}-Q{(period.first.month + 2) // 3}"


def quarter_named(name: str) -> Period:
    """Raises ValueError with a sentence."""
    found = QUARTER.match(name)
    if not found:
        raise ValueError(gettext("“%(name)s” is not a quarter: write it as 2026-Q1.") % {"name": name})
    return quarter_of(date(int(found[1]), 3 * int(found[2]) - 2, 1))


def span_named(text: str) -> Period:
    """Raises ValueError with a sentence."""
    found = SPAN.match(text)
    try:
        period = Period(date.fromisoformat(found[1]), date.fromisoformat(found[2])) if found else None
    except ValueError:
        period = None
    if period is None or period.last < period.first:
        said = gettext(
            "“%(text)s” is not a range of days: write it as 2026-03-01..2026-03-31, with the first day first."
        )
        raise ValueError(said % {"text": text})
    return period

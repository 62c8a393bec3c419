"""Days that are neither a weekend nor a federal holiday. Source: 5 U.S.C. 552a(d)(2)(A) ("excluding Saturdays, Sundays,
and legal public holidays"); 5 U.S.C. 6103 for the holidays, with the days on which they are observed."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5


@cache
def _calendar(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _calendar(day.year)


def working_days_after(day: date, count: int) -> date:
    """The working day that is the `count`-th after a day, which itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """The working day that is the `count`-th before a day, which itself does not count."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after the first day, up to and with the last one; negative where it lies before."""
    if last < first:
        return -working_days_between(last, first)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))

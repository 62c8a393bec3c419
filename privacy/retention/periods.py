"""Periods by the calendar, in the agency's days: in Python for what is shown, in SQL for what is done.

A record is kept through the anniversary of the day that starts its clock, and is due on the day after: whatever the
hour of that first day was, the whole period has passed by then. An anniversary that a month does not have is its last
day (February 29, 31st). Days are the agency's, so that no change of the clock moves one.
"""

import calendar
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Expression, F, Field, Func
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate

from privacy.agency import agency_zone
from privacy.retention.enums import Unit

ENDLESS = date.max


def last_day(first: date, count: int, unit: str) -> date:
    """The last day of a period that begins on `first`; date.max where the calendar ends before it."""
    if unit == Unit.DAY:
        return first + timedelta(days=count) if (date.max - first).days > count else ENDLESS
    months = first.year * 12 + first.month - 1 + count * (12 if unit == Unit.YEAR else 1)
    year, month = months // 12, months % 12 + 1
    if year > date.max.year:
        return ENDLESS
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def due_on(first: date, count: int, unit: str) -> date:
    """The first day on which the record may go."""
    last = last_day(first, count, unit)
    return last if last == ENDLESS else last + timedelta(days=1)


def latest_first_day(as_of: date, count: int, unit: str) -> date:
    """A day after every first day whose period is over on `as_of`: a bound that an index can be asked for.

    Four days late, as an anniversary falls at most three days early where its month is shorter.
    """
    months = as_of.year * 12 + as_of.month - 1
    if unit == Unit.DAY:
        return as_of - timedelta(days=count) if (as_of - date.min).days > count else date.min
    months -= count * (12 if unit == Unit.YEAR else 1)
    if months < 12:
        return date.min
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(as_of.day, calendar.monthrange(year, month)[1])) + timedelta(days=4)


class LastDay(Func):
    """The last day of a period from a date, as PostgreSQL counts: the same days as `last_day`."""

    output_field = DateField()
    function = "date"

    def __init__(self, first: Combinable | str, count: int, unit: str) -> None:
        super().__init__(first)
        self.template = f"(%(expressions)s + make_interval({Unit(unit).value}s => {int(count)}))::date"


class AgencyDay(TruncDate):
    """The agency's day of a moment. Its time zone is read when a statement is written, not when a model is declared."""

    def get_tzname(self) -> str:
        return agency_zone().key


def day_of(path: str, field: "Field[Any, Any]") -> Expression | F:
    """The agency's day of a date or moment that a lookup leads to."""
    return F(path) if field.get_internal_type() == "DateField" else AgencyDay(path)


def first_of(days: "list[Expression | F]") -> Expression | F:
    """The first of several days that is there."""
    return Coalesce(*days) if len(days) > 1 else days[0]

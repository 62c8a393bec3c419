"""When a schedule is due: at an hour of the reader's own clock, whatever daylight saving does to it.

An hour that a clock skips is due at the moment of the jump's other side (02:30 becomes 03:30); one that it has twice is
due at the first. Moments are UTC.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from analytics.enums import Rhythm
from privacy.wording import clock


@dataclass(frozen=True)
class Due:
    """`weekday` is 0 for Monday; a month without `day_of_month` has it on its last day."""

    rhythm: Rhythm
    at: time
    weekday: int | None = None
    day_of_month: int | None = None


def rhythm_words(due: Due) -> str:
    """`Every Monday at 8:00 AM`."""
    if due.weekday is not None:
        day = gettext("Every %(weekday)s") % {"weekday": WEEKDAYS[due.weekday]}
    elif due.day_of_month is not None:
        day = gettext("Every month on day %(day)s") % {"day": due.day_of_month}
    else:
        day = gettext("Every day")
    return gettext("%(day)s at %(time)s") % {"day": day, "time": clock(due.at)}


def due_after(due: Due, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first due moment after this one."""
    first = moment.astimezone(zone).date() - timedelta(days=1)
    return next(found for day in _days(due, first) if (found := moment_of(day, due.at, zone)) > moment)


def _days(due: Due, first: date) -> Iterator[date]:
    """The days from the first on that the rhythm names."""
    day = first
    while True:
        if _is_named(due, day):
            yield day
        day += timedelta(days=1)


def _is_named(due: Due, day: date) -> bool:
    if due.rhythm is Rhythm.DAILY:
        return True
    if due.rhythm is Rhythm.WEEKLY:
        return day.weekday() == due.weekday
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == min(due.day_of_month or 1, last)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall clock's time; `fold=0` takes the first of two, and leads past a gap (PEP 495)."""
    return datetime.combine(day, at, zone).astimezone(UTC)

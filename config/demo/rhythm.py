"""When things happen: weeks, office hours and the slow fading after a message, in the agency's local time.

Moments are numpy datetime64[ms] without a zone (the agency's clock) until `Calendar.utc` makes them UTC at the end.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]
Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

HISTORY_DAYS = 548  # 18 months
MS_A_DAY = 86_400_000
# Monday to Sunday. Readers are at work too, a little less so at the ends of the week.
WORK_WEEK = np.array([0.95, 1.25, 1.2, 1.1, 0.75, 0.04, 0.01])
READING_WEEK = np.array([1.0, 1.2, 1.15, 1.05, 0.8, 0.16, 0.1])
PUT_OFF = 0.75  # what is put off is done on a day as likely as this times the day before it
# By hour of the day, from midnight.
WORK_HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 6, 10, 11, 9, 4, 8, 10, 9, 6, 2, 0.4, 0.1, 0, 0, 0, 0])
READING_HOURS = np.array([0.3, 0.1, 0.05, 0.05, 0.1, 0.3, 1, 3, 7, 10, 10, 8, 6, 8, 9, 8, 6, 4, 3, 3, 3.5, 3, 2, 1])


@dataclass(frozen=True)
class Calendar:
    """The history of a demo: the days from `start` up to, not including, `as_of`, in the agency's zone."""

    as_of: date
    zone: ZoneInfo

    @property
    def start(self) -> date:
        return self.as_of - timedelta(days=HISTORY_DAYS)

    @property
    def end(self) -> np.datetime64:
        """Nothing happens from this moment on."""
        return np.datetime64(self.as_of, "ms")

    def utc(self, moments: Moments) -> Moments:
        """The same moments in UTC. The offset is that of the day's noon, so that no hour falls into a gap."""
        days = (moments.astype("datetime64[D]") - np.datetime64(self.start)).astype(int)
        offsets = np.array([self._offset(self.start + timedelta(days=int(day))) for day in range(-1, HISTORY_DAYS + 2)])
        return np.asarray(moments - offsets[np.clip(days, -1, HISTORY_DAYS) + 1])

    def _offset(self, day: date) -> np.timedelta64:
        offset = datetime.combine(day, time(12), self.zone).utcoffset()
        return np.timedelta64(int((offset or timedelta()).total_seconds() * 1000), "ms")

    def utc_text(self, moments: Moments) -> list[str]:
        """As ISO 8601 with milliseconds and Z."""
        texts: list[str] = np.datetime_as_string(self.utc(moments), unit="ms", timezone="UTC").tolist()
        return texts

    def moment_of(self, day: date) -> datetime:
        """Nine in the morning of a day, with its zone."""
        return datetime.combine(day, time(9), self.zone).astimezone(UTC)


def after(moments: Moments, milliseconds: Numbers) -> Moments:
    return np.asarray(moments + milliseconds.astype("timedelta64[ms]"))


def working_moments(draw: Generator, days: Moments) -> Moments:
    """A moment in office hours of each day, or of a working day soon after."""
    return _within(draw, _on_a_day_of(draw, days, WORK_WEEK), WORK_HOURS)


def working_weeks(draw: Generator, days: Moments) -> Moments:
    """A moment in office hours of some working day in each day's week (Monday to Sunday)."""
    days = days.astype("datetime64[D]")
    weekday = draw.choice(7, len(days), p=WORK_WEEK / WORK_WEEK.sum())
    return _within(draw, days + (weekday - _weekday(days)).astype("timedelta64[D]"), WORK_HOURS)


def readings_after(draw: Generator, moments: Moments, days_later: Numbers) -> Moments:
    """When people read what reached them at `moments`: so many days later, in the rhythm of their day and week.

    What would fall before its message is read within the hour.
    """
    target = after(moments, days_later * MS_A_DAY).astype("datetime64[D]")
    read = _within(draw, _on_a_day_of(draw, target, READING_WEEK), READING_HOURS)
    soon = after(moments, draw.lognormal(3.2, 0.8, len(moments)) * 60_000)
    return np.where(read > moments, read, soon)


def scanned_after(draw: Generator, moments: Moments) -> Moments:
    """When a mail gateway opens what was sent at `moments`: a median of 43 seconds later."""
    return after(moments, draw.lognormal(np.log(43), 0.9, len(moments)) * 1000)


def _on_a_day_of(draw: Generator, days: Moments, week: Numbers) -> Moments:
    """The days, or as often as the week says that little happens then, a day soon after."""
    days = days.astype("datetime64[D]")
    weekday = _weekday(days)
    stays = draw.random(len(days)) < week[weekday] / week.max()
    # For each weekday, the chances of the next seven days.
    chances = np.array([[week[(day + later) % 7] * PUT_OFF**later for later in range(1, 8)] for day in range(7)])
    bounds = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)[weekday]
    later = 1 + (draw.random(len(days))[:, None] > bounds[:, :-1]).sum(axis=1)
    return np.where(stays, days, days + later.astype("timedelta64[D]"))


def _weekday(days: Moments) -> Indices:
    """0 for Monday."""
    return np.asarray((days.astype(int) + 3) % 7)  # day 0 was a Thursday


def _within(draw: Generator, days: Moments, hours: Numbers) -> Moments:
    hour = draw.choice(24, len(days), p=hours / hours.sum())
    milliseconds = (hour + draw.random(len(days))) * 3_600_000
    return after(days.astype("datetime64[ms]"), milliseconds)

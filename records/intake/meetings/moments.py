"""Dates and times as the reports write them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from records.intake.fields import Field, Moment
from records.intake.problems import Problem

MONTH_FIRST, DAY_FIRST = "month first", "day first"
SLASHED = re.compile(
    r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>\d{4}),? +(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2}))?(?: ?(?P<half>[AP])\.?M\.?)?",
    re.IGNORECASE,
)
# "Nov 19, 2021 10:12:37", as in the reports of polls.
NAMED = ("%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p")


@dataclass(frozen=True)
class ReportMoment(Field):
    """A clock time of `zone`: 11/19/2021 09:54:15 AM, 19/11/2021 09:54, Nov 19, 2021 10:12:37 or ISO 8601.

    `order` says which of the two numbers is the month; one that can be none is not guessed but refused.
    """

    zone: ZoneInfo
    order: str = MONTH_FIRST
    required: bool = False
    sql_type: ClassVar[str] = "timestamptz"

    def parse(self, text: str) -> datetime:
        found = SLASHED.fullmatch(text.strip())
        moment = self._slashed(found) if found else self._other(text.strip())
        return Moment(self.zone).parse(moment.isoformat())

    def _slashed(self, found: re.Match[str]) -> datetime:
        first, second = int(found["a"]), int(found["b"])
        month, day = (first, second) if self.order == MONTH_FIRST else (second, first)
        hour = int(found["hour"])
        if found["half"]:
            if not 1 <= hour <= 12:
                raise self._wrong()
            hour = hour % 12 + (12 if found["half"].upper() == "P" else 0)
        try:
            return datetime(
                int(found["year"]), month, day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=self.zone
            )
        except ValueError:
            raise self._wrong() from None

    def _other(self, text: str) -> datetime:
        for pattern in NAMED:
            try:
                return datetime.strptime(text, pattern).replace(tzinfo=self.zone)
            except ValueError:
                continue
        return Moment(self.zone).parse(text).astimezone(UTC)

    def _wrong(self) -> Problem:
        example = "11/19/2021 09:54:15 AM" if self.order == MONTH_FIRST else "19/11/2021 09:54"
        return Problem(f"is not a date and time like {example} ({self.order})")

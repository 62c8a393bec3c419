"""The days that an auditor looks at."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.agency import day_begins, day_ends

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Days:
    """From the first to the last of the agency's days, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return day_begins(self.first)

    @property
    def ends(self) -> datetime:
        """The moment at which the last day is over."""
        return day_ends(self.last)

    @property
    def words(self) -> str:
        return f"{self.first} to {self.last}"

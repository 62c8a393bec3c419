"""The days that an auditor looks at."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from privacy.agency import agency_zone

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Days:
    """From the first to the last of the agency's days, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), agency_zone())

    @property
    def ends(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), agency_zone())

    @property
    def words(self) -> str:
        return f"{self.first} to {self.last}"

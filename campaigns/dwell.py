"""What a page may say of how long it was read. Times are milliseconds since 1970, dwell is milliseconds.

One page at a time is the most in view, so the slices of a visit lie beside each other, within the time from the
visit's beginning to now, both by the server's clock. Hence all the dwell of a visit never exceeds the time that passed.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass
from uuid import UUID

# The viewer's script ends a slice after half a minute, or a minute after the last sign of life.
LONGEST_SLICE = 120_000


@dataclass(frozen=True)
class Reading:
    """So many milliseconds of one page, until `at`."""

    id: UUID
    page: int
    at: int
    dwell_ms: int


@dataclass(frozen=True)
class Problem:
    field: str
    reason: str


class Slices:
    """The stretches of one visit that are spoken for. None overlaps another."""

    def __init__(self, *, began: int, now: int, pages: int) -> None:
        self.began, self.now, self.pages = began, now, pages
        self._starts: list[int] = []
        self._ends: list[int] = []

    def problem(self, reading: Reading) -> Problem | None:
        """Why the reading cannot be; None where it can."""
        start = reading.at - reading.dwell_ms
        if not 1 <= reading.page <= self.pages:
            return Problem("page", f"there is no such page: from 1 to {self.pages}")
        if not 1 <= reading.dwell_ms <= LONGEST_SLICE:
            return Problem("dwell_ms", f"from 1 to {LONGEST_SLICE} milliseconds")
        if reading.at > self.now:
            return Problem("at", "lies in the future")
        if reading.at <= self.began:
            return Problem("at", "lies before the visit began")
        if start < self.began:
            return Problem("dwell_ms", "more than has passed since the visit began")
        if self._is_taken(start, reading.at):
            return Problem("dwell_ms", "more than has passed since another event of the visit")
        return None

    def take(self, at: int, dwell_ms: int) -> None:
        """The stretch is spoken for from now on."""
        insort(self._starts, at - dwell_ms)
        insort(self._ends, at)

    def _is_taken(self, start: int, end: int) -> bool:
        """Stretches apart have starts and ends in one order, so the first that ends after `start` decides."""
        first = bisect_left(self._ends, start + 1)
        return first < len(self._starts) and self._starts[first] < end

"""How engaged a customer is: a score of 0 to 100 as the sum of its parts, now and against their own past.

For the notice's purpose 12, to anticipate what a customer needs. Of meetings and surveys it says how many, which is
insight (category 18), and nothing of what was said there.

Each part gives half of its points at a value that is ours (`half`), three quarters at twice that, and so on; recency
loses half every `half` days. So no single thing makes a score, and more of it always adds, ever less.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from analytics.models.rollups import partitions_within
from privacy.agency import agency_today, agency_zone
from privacy.prepared import Prepared

STATEMENT = Prepared(
    (Path(__file__).parents[1] / "sql" / "engagement.sql").read_text(), customers="bigint[]", today="date", first="date"
)
WINDOW = 84  # days: twelve weeks
WINDOWS = 4  # the last one and three before
FEWEST_PAST = 2  # windows before, with fewer of which no change is told
CLEAR = 10.0  # points away from what is usual, and outside of all that was, before a change is told


@dataclass(frozen=True)
class Measure:
    """A part of the score: what is measured, how many points it can give, and where it gives half of them."""

    name: str
    label: str
    unit: str
    most: float
    half: float

    def points(self, value: float | None) -> float:
        """Days since the last coming count down, everything else up; nothing gives nothing."""
        if value is None:
            return 0.0
        share = 2 ** (-value / self.half)
        return self.most * (share if self.name == "recency" else 1 - share)


MEASURES = (
    Measure("recency", gettext_noop("Recency"), gettext_noop("days since they last came"), 25, 28),
    Measure("frequency", gettext_noop("Frequency"), gettext_noop("days on which they came"), 25, 6),
    Measure("depth", gettext_noop("Depth"), gettext_noop("minutes of reading"), 15, 10),
    Measure("breadth", gettext_noop("Breadth"), gettext_noop("materials opened for the first time"), 15, 3),
    Measure("meetings", gettext_noop("Meetings"), gettext_noop("meetings joined"), 10, 1),
    Measure("surveys", gettext_noop("Surveys"), gettext_noop("surveys submitted"), 10, 1),
)
Values = Mapping[str, float | None]
NOTHING: Values = {"recency": None, "frequency": 0, "depth": 0.0, "breadth": 0, "meetings": 0, "surveys": 0}


@dataclass(frozen=True)
class Part:
    """One part in the last twelve weeks: `value` in its unit (None: they did not come), the `points` that it gives of
    `most`, and those that it gave on average in their past windows (None without any)."""

    name: str
    value: float | None
    points: float
    most: float
    usual: float | None


@dataclass(frozen=True)
class Engagement:
    """The score of the twelve weeks that end on `as_of` (the agency's day).

    `usual` is the mean of the scores of the up to three windows of as many days before, from the first in which there
    was anything on; `lowest` and `highest` are theirs. `change` is "risen" or "fallen" where the score is outside of
    these and ten points or more from the mean, else "as usual"; "short past" where there is
    only one such window, "no past" where there is none.
    """

    as_of: date
    score: float
    usual: float | None
    lowest: float | None
    highest: float | None
    change: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Windows:
    """What one customer did in each window, the newest first; only those in which there was anything."""

    did: Mapping[int, Values]

    @cached_property
    def past(self) -> list[Values]:
        """The windows before the last, up to the first in which there was anything."""
        return [self.values(nth) for nth in range(1, max(self.did, default=0) + 1)]

    def values(self, nth: int) -> Values:
        return self.did.get(nth, NOTHING)


def engagement_of(customer: int) -> Engagement:
    """That of one customer, by primary key. One statement."""
    return engagements([customer])[customer]


def engagements(customers: Collection[int], today: date | None = None) -> dict[int, Engagement]:
    """By primary key, of all of them. One statement, none without customers."""
    today = today or agency_today()
    return {one: engagement(windows, today) for one, windows in _windows(customers, today, WINDOWS).items()}


def scores(customers: Collection[int]) -> dict[int, float]:
    """The scores alone, for which the last window is enough. One statement, none without customers."""
    return {one: score_of(windows.values(0)) for one, windows in _windows(customers, agency_today(), 1).items()}


def _windows(customers: Collection[int], today: date, number: int) -> dict[int, Windows]:
    """What each did in so many windows, up to today's."""
    did: dict[int, dict[int, Values]] = {customer: {} for customer in customers}
    for customer, nth, *values in _rows(customers, today, number) if customers else ():
        did[customer][nth] = {
            measure.name: value if value is None else float(value)
            for measure, value in zip(MEASURES, values, strict=True)
        }
    return {customer: Windows(windows) for customer, windows in did.items()}


def _rows(customers: Collection[int], today: date, number: int) -> list[Any]:
    """Customer, window, and a value of each measure in their order."""
    first = today - timedelta(days=WINDOW * number)
    values: dict[str, Any] = {
        "customers": list(customers), "today": today, "first": first, "partitions": partitions_within(first, today),
        "days": WINDOW, "zone": str(agency_zone()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        STATEMENT.execute(cursor, values)
        found: list[Any] = cursor.fetchall()
    return found


def engagement(windows: Windows, today: date) -> Engagement:
    score, past = score_of(windows.values(0)), [score_of(values) for values in windows.past]
    usual = sum(past) / len(past) if past else None
    return Engagement(
        as_of=today,
        score=score,
        usual=usual,
        lowest=min(past, default=None),
        highest=max(past, default=None),
        change=change_of(score, past),
        parts=tuple(part_of(measure, windows) for measure in MEASURES),
    )


def score_of(values: Values) -> float:
    return sum(measure.points(values[measure.name]) for measure in MEASURES)


def part_of(measure: Measure, windows: Windows) -> Part:
    value, past = windows.values(0)[measure.name], [measure.points(one[measure.name]) for one in windows.past]
    usual = sum(past) / len(past) if past else None
    return Part(measure.name, value, measure.points(value), measure.most, usual)


def change_of(score: float, past: list[float]) -> str:
    """Never more than the numbers carry: three windows are few, so it must be outside of all of them, and by much."""
    if len(past) < FEWEST_PAST:
        return "short past" if past else "no past"
    usual = sum(past) / len(past)
    if score > max(past) and score - usual >= CLEAR:
        return "risen"
    return "fallen" if score < min(past) and usual - score >= CLEAR else "as usual"

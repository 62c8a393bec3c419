"""A meeting's timeline as a picture: a row for each participant, a bar for each of their stretches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.models import Interval, Meeting, Participation

WIDTH, ROW, BAR, NARROWEST = 1000, 18, 12, 3
MOST_ROWS = 60


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int


@dataclass(frozen=True)
class Timeline:
    """In units of the picture's own (WIDTH wide); `begins` and `ends` are what its sides stand for."""

    begins: datetime
    ends: datetime
    height: int
    bars: list[Bar]

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


def timeline(meeting: Meeting, participations: Sequence[Participation]) -> Timeline | None:
    """None where nobody's stretches are known. The participations' intervals are loaded with them."""
    rows = [list(one.intervals.all()) for one in participations[:MOST_ROWS]]
    moments = [at for row in rows for one in row for at in (one.joined_at, one.left_at) if at]
    if not moments:
        return None
    begins = min([meeting.started_at, *moments])
    ends = max([meeting.ended_at or begins, *moments])
    length = max((ends - begins).total_seconds(), 1)

    def place(at: datetime) -> int:
        return round((at - begins).total_seconds() / length * WIDTH)

    def bar(number: int, one: Interval) -> Bar:
        x = place(one.joined_at)
        return Bar(x, number * ROW + (ROW - BAR) // 2, max(place(one.left_at or ends) - x, NARROWEST))

    bars = [bar(number, one) for number, row in enumerate(rows) for one in row]
    return Timeline(begins, ends, len(rows) * ROW, bars)

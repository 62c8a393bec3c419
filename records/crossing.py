"""Two questions of a survey against each other, without what would tell of few people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from records.models import Question
from records.results import SMALLEST_GROUP, answers_shown
from records.tallying import PARTS

CROSS = (Path(__file__).parent / "sql" / "survey_cross.sql").read_text().format(**PARTS)


@dataclass(frozen=True)
class Cross:
    """`cells[row][column]` people gave both answers; None where they are few, or would tell of others that are."""

    down: Question
    across: Question
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]

    @property
    def is_hiding(self) -> bool:
        return any(cell is None for row in self.cells for cell in row)

    @property
    def lines(self) -> list[tuple[str, tuple[int | None, ...]]]:
        return list(zip(self.rows, self.cells, strict=True))


def cross_of(down: Question, across: Question) -> Cross:
    """Both are questions with counted answers, of one survey. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CROSS, {"down": down.pk, "across": across.pk, "surveys": [down.survey_id]})
        found: dict[tuple[str, str], int] = {(row, column): people for row, column, people in cursor.fetchall()}
    rows = answers_shown(down, {row for row, _ in found})
    columns = answers_shown(across, {column for _, column in found})
    counts = [[found.get((row, column), 0) for column in columns] for row in rows]
    return Cross(down, across, tuple(rows), tuple(columns), hide_few(counts))


def hide_few(counts: Sequence[Sequence[int]]) -> tuple[tuple[int | None, ...], ...]:
    """The cells of 1 to 4 people hidden, with all cells of a row or column of so few; and further ones, the smallest
    first, until no row or column has one alone.

    A zero in a row of few people would tell what all of them did not say, and so what they said. One that is alone
    could be computed from the row's or column's sum, which other pages show.
    """
    hidden = {(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) if 0 < count < SMALLEST_GROUP}
    for line in _lines(counts):
        if 0 < sum(counts[i][j] for i, j in line) < SMALLEST_GROUP:
            hidden |= {*line}
    while more := _next_to_hide(counts, hidden):
        hidden.add(more)
    return tuple(
        tuple(None if (i, j) in hidden else count for j, count in enumerate(row)) for i, row in enumerate(counts)
    )


def _next_to_hide(counts: Sequence[Sequence[int]], hidden: set[tuple[int, int]]) -> tuple[int, int] | None:
    for line in _lines(counts):
        known = [place for place in line if place not in hidden and counts[place[0]][place[1]]]
        if known and len(line) - len([place for place in line if place not in hidden]) == 1:
            return min(known, key=lambda place: (counts[place[0]][place[1]], place))
    return None


def _lines(counts: Sequence[Sequence[int]]) -> Iterable[list[tuple[int, int]]]:
    """The places of each row and of each column."""
    width = len(counts[0]) if counts else 0
    yield from ([(i, j) for j in range(width)] for i in range(len(counts)))
    yield from ([(i, j) for i in range(len(counts))] for j in range(width))

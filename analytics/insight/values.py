"""Columns of text as numbers: yes and no, amounts as people write them, categories, days."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from analytics.insight.tables import Table

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "nil", "?", "-", ".", "missing", "\\n"})
YES_NO = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0, "y": 1.0, "n": 0.0, "t": 1.0, "f": 0.0}
GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
DECIMAL_COMMA = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d*),\d+")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
SIGNS = str.maketrans("", "", "$€£ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
DAY_FORMATS = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d-%b-%Y",
    "%b %d, %Y",
)

Floats = NDArray[np.float64]


def is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING


def as_number(text: str) -> float | None:
    """None for what is no finite number. `1,204.50`, `$3`, `0,5` and `1.204,50` are numbers; `1,204` is a thousand."""
    text = text.strip().translate(SIGNS)
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if np.isfinite(number) else None


def numbers(table: Table, column: str) -> Floats:
    """A number a row, NaN where it is missing. Raises Refused with line and column for anything else."""
    return _read(table, column, as_number, "is no number")


def outcomes(table: Table, column: str, positive: str = "") -> Floats:
    """What came of each row: 1 and 0 for yes and no, else an amount; NaN where it is missing.

    `positive` names the word that counts as yes, for columns of two other words. Raises Refused with line and column.
    """
    if positive:
        return _read(table, column, two_words(table, column, positive), "cannot be told from the others")
    return _read(table, column, yes_no_or_number, "is neither a number nor yes or no: say which word counts as yes")


def yes_no_or_number(text: str) -> float | None:
    known = YES_NO.get(text.strip().lower())
    return as_number(text) if known is None else known


def two_words(table: Table, column: str, positive: str) -> Callable[[str], float]:
    if positive not in {text.strip() for text in table.column(column)}:
        raise table.refuse(0, column, f"no row says {positive!r}")
    return lambda text: float(text.strip() == positive)


def _read(table: Table, column: str, read: Callable[[str], float | None], wrong: str) -> Floats:
    texts = table.column(column)
    known: dict[str, float] = {}
    for text in set(texts):
        value = np.nan if is_missing(text) else read(text)
        if value is None:
            row = texts.index(text)
            raise table.refuse(row, column, f"{text.strip()[:60]!r} {wrong}")
        known[text] = value
    return np.fromiter((known[text] for text in texts), dtype=np.float64, count=len(texts))


def is_binary(values: Floats) -> bool:
    """Whether there is nothing but 0 and 1 among what is known."""
    known = values[~np.isnan(values)]
    return bool(known.size) and bool(np.isin(known, (0.0, 1.0)).all())


@dataclass(frozen=True)
class Categories:
    """The names there are, sorted, and for each row the place of its own; -1 where it is missing."""

    names: list[str]
    codes: NDArray[np.int64]


def categories(texts: list[str]) -> Categories:
    stripped = [text.strip() for text in texts]
    names = sorted(set(stripped) - {""})
    places = {name: place for place, name in enumerate(names)} | {"": -1}
    return Categories(names, np.fromiter((places[text] for text in stripped), dtype=np.int64, count=len(stripped)))


def days(table: Table, column: str) -> list[date]:
    """A day a row. The first format that reads the whole column is the column's: of an ambiguous one the American.

    Raises Refused with line and column for what is no day in any of them.
    """
    texts = [text.strip() for text in table.column(column)]
    distinct = set(texts)
    best: tuple[int, dict[str, date]] = (-1, {})
    for read in (_iso, *(_by(pattern) for pattern in DAY_FORMATS)):
        known = {text: day for text in distinct if (day := read(text)) is not None}
        if len(known) == len(distinct):
            return [known[text] for text in texts]
        best = max(best, (len(known), known), key=lambda found: found[0])
    row = next(row for row, text in enumerate(texts) if text not in best[1])
    raise table.refuse(row, column, f"{texts[row][:60]!r} is no day as in 2026-03-01")


def _iso(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _by(pattern: str) -> Callable[[str], date | None]:
    def read(text: str) -> date | None:
        for candidate in (text, text.split(" ")[0] if "," not in text else text):
            try:
                return datetime.strptime(candidate, pattern).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        return None

    return read

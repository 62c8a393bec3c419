"""CSV as spreadsheets open it: text that one would run as a formula is made plain text."""

import csv
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Makes Excel read a file as UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def inert(cell: T) -> T | str:
    """Text that a spreadsheet would run as a formula, made plain text by a leading apostrophe (OWASP)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


class Line:
    """What csv.writer writes to: hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180), none of them a formula."""
    writer = csv.writer(Line(), lineterminator="\r\n")
    for row in rows:
        yield writer.writerow([inert(cell) for cell in row])

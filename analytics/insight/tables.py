"""A delimited file as columns of text, whoever wrote it: its encoding, delimiter and quotes are guessed.

Beyond the four delimiters of imports, columns may be set apart by runs of spaces, and a file may lack a header.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

from records.intake.delimited import Reader
from records.intake.problems import Refused, Reject
from records.intake.sniffing import sniff
from records.intake.source import Source

MOST_SKIPPED = 0.5  # of the rows; a file of which more cannot be read was guessed wrongly
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class Table:
    """The columns by name, each a text a row; `lines` says on which line of the file a row begins.

    `skipped` are the rows that could not be read, with line and reason.
    """

    name: str
    columns: dict[str, list[str]]
    lines: list[int]
    skipped: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """Raises Refused, naming the columns that there are."""
        if name not in self.columns:
            close = next((one for one in self.columns if one.lower() == name.lower()), None)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(map(repr, self.columns))}"
            raise Refused(f"{self.name} has no column {name!r}: {hint}")
        return self.columns[name]

    def refuse(self, row: int, column: str, reason: str) -> Refused:
        return Refused(f"{self.name}, line {self.lines[row]}, column {column!r}: {reason}")


def read_table(path: Path, *, has_header: bool | None = True) -> Table:
    """The whole file. Raises Refused with one line where it cannot be read or most of its rows cannot.

    Without a header columns are named "1", "2", …; where `has_header` is None, a first line with a number in it is a
    row.
    """
    source = Source(path)
    written = sniff(source)
    with source.text(written.encoding) as opened:
        head = [line for line in islice(opened, 50) if line.strip()]
    spaced = written.delimiter not in head[0] and all(len(line.split()) > 1 for line in head)
    delimiter = "\t" if spaced else written.delimiter
    cells = head[0].split() if spaced else [cell.strip(" \r\n\"'") for cell in head[0].split(delimiter)]
    if has_header is None:
        has_header = not any(NUMBER.fullmatch(cell) for cell in cells)
    heading = "" if has_header else delimiter.join(str(number) for number in range(1, len(cells) + 1)) + "\n"
    with source.text(written.encoding) as opened:
        lines = cast(TextIO, Lines(opened, heading, spaced=spaced))
        reader = Reader(
            lines, name=source.name, encoding=written.encoding, delimiter=delimiter, quote=written.quote
        )  # fmt: skip
        return collected(source.name, reader.header, reader, shift=0 if has_header else 1)


class Lines:
    """Lines for the reader: a heading of ours before them where the file has none, runs of spaces as one tab."""

    def __init__(self, text: TextIO, heading: str, *, spaced: bool) -> None:
        self._text, self._heading, self._spaced = text, heading, spaced

    def readline(self, limit: int = -1) -> str:
        if self._heading:
            heading, self._heading = self._heading, ""
            return heading
        line = self._text.readline(limit)
        return "\t".join(line.split()) + "\n" if self._spaced and line.strip() else line


def collected(name: str, header: list[str], rows: Iterable[tuple[int, list[str]] | Reject], *, shift: int) -> Table:
    found: list[list[str]] = []
    lines: list[int] = []
    skipped: list[Reject] = []
    for row in rows:
        if isinstance(row, Reject):
            skipped.append(Reject(row.line - shift, row.column, row.reason, row.value))
        else:
            lines.append(row[0] - shift)
            found.append(row[1])
    if len(skipped) > MOST_SKIPPED * (len(skipped) + len(found)):
        first = skipped[0]
        raise Refused(f"{name}, line {first.line}: {first.reason} (and so {len(skipped):,} of its rows)")
    if not found:
        raise Refused(f"{name} holds a header and no row")
    columns = {title: list(values) for title, values in zip(header, zip(*found, strict=True), strict=True)}
    return Table(name, columns, lines, skipped)


def told(table: Table) -> Iterator[str]:
    """What was left out while reading, in words; nothing where all was read."""
    if table.skipped:
        first = table.skipped[0]
        rows = "1 row was" if len(table.skipped) == 1 else f"{len(table.skipped):,} rows were"
        yield f"{rows} left out, the first on line {first.line}: {first.reason}"

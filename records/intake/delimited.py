"""Records of a delimited file, one by one, in bounded memory whatever the file holds.

A record that cannot be read is a Reject with its line, and the reading goes on with the next physical line: an
unclosed quote costs the line it opened on, not the rest of the file.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TextIO

from records.intake.problems import Refused, Reject, shown

LONGEST_RECORD = 1 << 20  # characters
NOT_TEXT = re.compile("[\x00\udc80-\udcff]")

Row = tuple[int, list[str]]  # the physical line (from 1) that the record begins on, and its cells

csv.field_size_limit(LONGEST_RECORD)


class Reader:
    """Reads the header when made (Refused where there is none), then yields each record after it.

    `line` is the last physical line of what was yielded so far, `consumed` the characters read for it.
    """

    def __init__(self, text: TextIO, *, name: str, encoding: str, delimiter: str = ",", quote: str = '"') -> None:
        self._text, self._delimiter, self._quote = text, delimiter, quote
        self._name, self._encoding = name, encoding
        self._waiting: deque[str] = deque()  # lines given back after a record that was not one
        self.line = self.consumed = 0
        self.header = self._read_header()

    def __iter__(self) -> Iterator[Row | Reject]:
        while line := self._take():
            text = line.rstrip("\r\n")
            if not text:
                continue
            first = self.line
            plain = self._quote not in line and line.isascii() and "\x00" not in line and len(line) < LONGEST_RECORD
            if plain and len(cells := text.split(self._delimiter)) == len(self.header) and cells != self._header_cells:
                yield first, cells
            else:
                yield self._record(first, line)

    def _record(self, first: int, line: str) -> Row | Reject:
        """The record that begins with this line, as slowly as it takes."""
        if len(line) >= LONGEST_RECORD:
            self._skip_rest(line)
            return Reject(first, "", f"is longer than {LONGEST_RECORD:,} characters", shown(line))
        taken = [line]
        try:
            cells = self._cells(taken)
        except csv.Error as error:
            self._give_back(taken)
            return Reject(first, "", _quote_problem(error, taken), shown(line))
        if len(cells) == len(self.header):
            return self._checked(first, cells)
        self._give_back(taken)
        return Reject(first, "", f"has {len(cells)} cells, the header has {len(self.header)}", shown(line))

    def _cells(self, taken: list[str]) -> list[str]:
        """The cells of the record that begins with taken[0]; the further lines that it takes are added to `taken`."""
        if self._quote not in taken[0]:
            return taken[0].rstrip("\r\n").split(self._delimiter)
        reader = csv.reader(self._lines_of(taken), delimiter=self._delimiter, quotechar=self._quote, strict=True)
        return next(reader)

    def _lines_of(self, taken: list[str]) -> Iterator[str]:
        size = len(taken[0])
        yield taken[0]
        while (line := self._take()) and (size := size + len(line)) < LONGEST_RECORD:
            taken.append(line)
            yield line
        if line:
            self._give_back(["", line])

    def _checked(self, first: int, cells: list[str]) -> Row | Reject:
        if cells == self._header_cells:
            return Reject(first, "", "repeats the header")
        if not NOT_TEXT.search("".join(cells)):
            return first, cells
        for column, cell in zip(self.header, cells, strict=True):
            if found := NOT_TEXT.search(cell):
                wrong = "holds a NUL byte" if found[0] == "\x00" else f"is not valid {self._encoding}"
                return Reject(first, column, wrong, shown(cell))
        return first, cells

    def _take(self) -> str:
        """The next physical line with its end; "" after the last. A long one comes in parts."""
        line = self._waiting.popleft() if self._waiting else self._text.readline(LONGEST_RECORD)
        self.line += bool(line)
        self.consumed += len(line)
        return line

    def _give_back(self, taken: Sequence[str]) -> None:
        """All but the first line of what was taken is read again."""
        self._waiting.extendleft(reversed(taken[1:]))
        self.line -= len(taken) - 1

    def _skip_rest(self, line: str) -> None:
        while len(line) >= LONGEST_RECORD and not line.endswith(("\n", "\r")):
            line = self._text.readline(LONGEST_RECORD)

    def _read_header(self) -> list[str]:
        line = self._take()
        while line and not line.strip():
            line = self._take()
        if not line:
            raise Refused(f"{self._name} holds no line of text")
        if found := NOT_TEXT.search(line):
            raise Refused(f"{self._name} is not text in {self._encoding}{_hint(line, found[0])}")
        first = self.line
        try:
            self._header_cells = self._cells([line])
        except csv.Error:
            raise Refused(f"{self._name}: the quotes of the header (line {first}) do not match") from None
        header = [name.strip() for name in self._header_cells]
        self._refuse_header(header)
        return header

    def _refuse_header(self, header: list[str]) -> None:
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise Refused(f"{self._name}: the header names {', '.join(map(repr, twice))} more than once")


def _quote_problem(error: csv.Error, taken: Sequence[str]) -> str:
    is_open = len(taken) > 1 or "unexpected end" in str(error)
    return "a quote opens on this line and is not closed properly" if is_open else "text follows a closing quote"


def _hint(line: str, found: str) -> str:
    if found == "\x00" or line.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        return ' (is it UTF-16? then say so in the mapping: [file] encoding = "utf-16")'
    return ": name its encoding in the mapping, [file] encoding"

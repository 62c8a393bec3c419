"""How a file is probably written: its encoding, what stands between its cells and around them."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_noop

from records.intake.source import Source

HEAD = 1 << 20  # bytes that are looked at
ROWS = 50
DELIMITERS = {
    ",": gettext_noop("comma"),
    ";": gettext_noop("semicolon"),
    "\t": gettext_noop("tab"),
    "|": gettext_noop("vertical bar"),
}
QUOTES = {'"': gettext_noop("double quote"), "'": gettext_noop("single quote")}
ENCODINGS = {
    "utf-8": gettext_noop("UTF-8"),
    "utf-16": gettext_noop("UTF-16, as its first bytes say"),
    "utf-16-le": gettext_noop("UTF-16, little-endian"),
    "utf-16-be": gettext_noop("UTF-16, big-endian"),
    "cp1252": gettext_noop("Windows, Western European"),
    "cp1250": gettext_noop("Windows, Central European"),
    "mac-roman": gettext_noop("Mac, Western European"),
    "iso-8859-15": gettext_noop("Latin 9"),
}
BY_MARK = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Written:
    """How a file is written."""

    encoding: str
    delimiter: str
    quote: str


def sniff(source: Source) -> Written:
    """A guess from the file's beginning. Raises Refused where it cannot be read, or is no text at all."""
    head = source.head(HEAD)
    encoding = encoding_of(head)
    text = head.decode(encoding, errors="replace").lstrip("\ufeff")
    quote = quote_of(text)
    return Written(encoding, delimiter_of(text, quote), quote)


def encoding_of(head: bytes) -> str:
    """UTF-8 or UTF-16 where it can be that; else Windows-1252, in which every byte says something."""
    for mark, encoding in BY_MARK.items():
        if head.startswith(mark):
            return encoding
    if wide := _wide(head):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut through
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every second byte of mostly Latin text is zero."""
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    most = len(head[:2000]) // 2
    if odd > 0.6 * most > even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * most > odd else ""


def quote_of(text: str) -> str:
    """The single quote where cells begin and end with it and none does with the double one."""
    lines = text.splitlines()[:ROWS]
    singles = sum(line.startswith("'") and line.rstrip().endswith("'") for line in lines)
    return "'" if singles > len(lines) // 2 and '"' not in text[:HEAD] else '"'


def delimiter_of(text: str, quote: str) -> str:
    """What parts the most cells while rows keep the header's number of them."""
    return max(DELIMITERS, key=lambda delimiter: _score(list(_rows(text, delimiter, quote))))


def _rows(text: str, delimiter: str, quote: str) -> Iterator[int]:
    """The number of cells of the first rows that are not empty."""
    lines = text.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 else lines
    try:
        reader = csv.reader(iter(whole), delimiter=delimiter, quotechar=quote)
        yield from (len(row) for row in islice((row for row in reader if row), ROWS))
    except csv.Error:
        return


def _score(counts: list[int]) -> float:
    if not counts or counts[0] < 2:
        return 0
    return counts[0] * Counter(counts)[counts[0]] / len(counts)

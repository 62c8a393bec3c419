"""What every format is given and declares: a table, its heads, its notes; and how a file is written."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import IO, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from analytics.pictures.base import HIDDEN_WORD, Picture
from records.listing import Column, Kind, in_language

# What is said of a file beside its rows: what about, and the words.
Notes = tuple[tuple[str, str], ...]
# Rows fetched at a time: the whole list is never in memory.
CHUNK = 2000
LOOKS_EVERY = 0.5  # seconds between two looks at whether somebody cancelled


class Hidden(Enum):
    """A cell that is left out because it tells of a group of few people; formats show or mark it, never as zero."""

    CELL = HIDDEN_WORD

    @property
    def words(self) -> str:
        return gettext(self.value)


HIDDEN = Hidden.CELL


@dataclass(frozen=True)
class Head:
    """A column of a file: what people read above it, what machines call it, and how its cells are typed.

    Labels of ours are marked (gettext_lazy) and read in the language of the file; what somebody typed is plain.
    `words` are read above it where people alone read, if the label is a name for machines; one that is such a name
    itself stands in no document (`in_documents`).
    """

    label: "str | Promise"
    name: str
    kind: Kind = Kind.TEXT
    words: "str | Promise" = ""
    in_documents: bool = True

    @property
    def heading(self) -> str:
        """What stands above it, with the time zone of its moments; a name for machines alone."""
        label = str(self.label)
        return label if label == self.name else self._zoned(label)

    @property
    def said(self) -> str:
        """What people read above it."""
        return self._zoned(str(self.words)) if self.words else self.heading

    def _zoned(self, words: str) -> str:
        return f"{words} ({zone_words()})" if self.kind is Kind.MOMENT else words


class Progress:
    """Rows written so far. `look` is told of them now and then, and may end the writing by an exception."""

    def __init__(self, look: Callable[[int], None] | None = None) -> None:
        self.rows = 0
        self._look = look
        self._next = 0.0

    def add(self) -> None:
        self.rows += 1
        if self._look and self.rows % CHUNK == 0 and time.monotonic() >= self._next:
            self.tell()
            self._next = time.monotonic() + LOOKS_EVERY

    def tell(self) -> None:
        """While no row is written, too: a document is made once it has all of them."""
        if self._look:
            self._look(self.rows)


@dataclass(frozen=True)
class Chart:
    """A chart that a workbook draws itself: the columns of these names, over the one that names the rows."""

    title: str
    over: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Opening:
    """What a document tells before its pictures and rows, to whoever reads its first page alone.

    `facts` say what it is about. `numbers` are the few that matter: what each is, the number, what to know of it.
    `heads` and `rows` are a small table, whose cells may have several lines; `note` says how it is read.
    """

    facts: Notes = ()
    numbers: tuple[tuple[str, str, str], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Table:
    """What a file holds. `rows` can be gone through once, in constant memory.

    `lead` is the sentence with which a document begins, where there is one that says what came of it all; `opening`
    what it tells next.

    `copied`, where a list allows it, is the statement with which the database itself writes the rows as CSV.
    """

    name: str
    title: str
    heads: tuple[Head, ...]
    rows: Iterator[list[Any]]
    as_of: datetime
    lead: str = ""
    opening: Opening = Opening()
    notes: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = ()
    chart: Chart | None = None
    copied: str = ""
    # The name of the one of its pictures that the file shall hold.
    picture: str = ""
    progress: Progress = field(default_factory=Progress)

    def counted_rows(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.progress.add()
            yield row


@dataclass(frozen=True)
class Format:
    """A format of files. `write` writes a whole table and leaves the file open.

    A table of up to `at_once` rows is made while the reader waits; one of more than `most_rows` is refused, with an
    offer of CSV. `is_by_readers_clock` where people read it: its moments are in the time zone of whoever asked, as on
    their screen, and in any other in UTC. `is_picture` where the file is one picture, of which a page has the links.
    `is_for_programs` where nothing in it depends on who asked: its words are English.
    """

    name: str
    label: str
    content_type: str
    write: Callable[[Table, IO[bytes]], None]
    at_once: int = 20_000
    most_rows: int | None = None
    is_picture: bool = False
    is_for_programs: bool = False
    is_by_readers_clock: bool = False


def days_words(first: date, last: date) -> str:
    return gettext("%(first)s to %(last)s") % {"first": first.isoformat(), "last": last.isoformat()}


def head_of(column: Column) -> Head:
    return Head(in_language(str(column.label)), column.name, column.kind)


def in_zone(cell: Any) -> Any:
    """A moment in the time zone of the file that is written, which is the one in force; anything else as it is."""
    return timezone.localtime(cell).replace(microsecond=0) if isinstance(cell, datetime) else cell


def zone_words() -> str:
    return timezone.get_current_timezone_name()


def moment_words(moment: datetime) -> str:
    """`2026-03-10 12:00:00 America/New_York`"""
    return f"{in_zone(moment):%Y-%m-%d %H:%M:%S} {zone_words()}"

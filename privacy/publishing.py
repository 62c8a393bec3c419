"""The whole notice as the Federal Register prints it, made from the data: order of sections, run-in headings, lists."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from privacy.notice import Notice
from privacy.notice.model import Section

COLUMNS = 100
SUBHEADING = re.compile(r"[IVX]+\. ")


class Listed(Protocol):
    @property
    def number(self) -> int: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Item:
    """One number of a section's list. Rules that share a number are printed in one paragraph."""

    number: int
    parts: tuple[Listed, ...]

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)


@dataclass(frozen=True)
class PrintedSection:
    """A section with its numbered list, which is printed before its own paragraphs."""

    key: str
    heading: str
    of: str
    items: tuple[Item, ...]
    paragraphs: tuple[str, ...]

    @property
    def runs_in(self) -> bool:
        """Whether the heading stands in one line with the first paragraph: not before a list or a heading below it."""
        return not self.items and not SUBHEADING.match(self.paragraphs[0])


def printed_sections(notice: Notice) -> tuple[PrintedSection, ...]:
    """Every section in the notice's order."""
    return tuple(_printed(notice, section) for section in notice.sections)


def _printed(notice: Notice, section: Section) -> PrintedSection:
    listed: tuple[Listed, ...] = getattr(notice, section.of) if section.of else ()
    items = tuple(Item(number, tuple(parts)) for number, parts in groupby(listed, key=lambda one: one.number))
    return PrintedSection(section.key, section.heading, section.of, items, section.paragraphs)


def as_text(notice: Notice, *, columns: int | None = COLUMNS) -> str:
    """The notice as plain text, wrapped to so many columns, or with one line a paragraph where that is None.

    A version that was never published in these words says so first.
    """
    told = [f"[DERIVED, NOT PUBLISHED. {notice.basis}]"] if notice.is_derived else []
    sections = (one for section in printed_sections(notice) for one in _paragraphs(section))
    return "\n\n".join(_wrapped([*told, *sections], columns)) + "\n"


def _paragraphs(section: PrintedSection) -> Iterator[str]:
    heading = f"{section.heading}:" if section.heading else ""
    if heading and not section.runs_in:
        yield heading
    yield from (f"{item.number}. {item.text}" for item in section.items)
    for place, paragraph in enumerate(section.paragraphs):
        yield f"{heading} {paragraph}" if heading and section.runs_in and place == 0 else paragraph


def _wrapped(paragraphs: Iterable[str], columns: int | None) -> Iterator[str]:
    """Words are never parted, so that the words of the text are those of the notice at any width."""
    for paragraph in paragraphs:
        if columns is None:
            yield paragraph
        else:
            yield textwrap.fill(paragraph, columns, break_long_words=False, break_on_hyphens=False)

"""The pages of a file, drawn one after the other by the process that draws (`drawing`)."""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.materials.drawing.limits import MEMORY, SECONDS_A_PAGE, SECONDS_IN_ALL
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import PACKAGE
from campaigns.materials.processes import TookTooLong, lines, started

DRAWING = "campaigns.materials.drawing"
TOO_SLOW = "{} took longer than {} seconds to draw: it is far larger than a document is, or made to do harm."
TOO_LONG = "Drawing it takes longer than {} minutes. Upload it in parts."
BROKE_OFF = (
    "Drawing it broke off at {}: it asks for more memory than {} GB or for more than {} minutes, or it is damaged."
)


class TooSlow(Unfit):
    """Nothing came in time."""


@dataclass(frozen=True)
class DrawnPage:
    """A page and the folder of its pictures (`wide.webp`, `narrow.webp`, `thumbnail.webp`); size of the wide one."""

    number: int
    width: int
    height: int
    text: str
    folder: Path


@dataclass(frozen=True)
class Drawing:
    """How many pages there are, and those from the first one asked for, as they come. Iterating raises Unfit."""

    page_count: int
    pages: Iterator[DrawnPage]


def type_of_package(path: Path, folder: Path, until: float = math.inf) -> str:
    """The media type of an Office file. Raises Unfit where it is none; TooSlow where it is not told by `until`."""
    for told in _told(path, PACKAGE, folder, first=1, until=until):
        return str(told["type"])
    raise Unfit(_broke_off("its beginning"))


def drawn_pages(path: Path, media_type: str, folder: Path, first: int = 1, until: float = math.inf) -> Drawing:
    """Draw the file's pages from `first` on into `folder`. Raises Unfit where it cannot be shown; of that TooSlow where
    a page takes longer than SECONDS_A_PAGE, or is not there by `until`, a moment of time.monotonic().

    The pictures of a page are the caller's until the next page is asked for.
    """
    told = _told(path, media_type, folder, first, until)
    for beginning in told:
        return Drawing(int(beginning["pages"]), _pages(told, folder, int(beginning["pages"]), first))
    raise Unfit(_broke_off("its beginning"))


def _pages(told: Iterator[dict[str, Any]], folder: Path, count: int, first: int) -> Iterator[DrawnPage]:
    expected = first
    for page in told:
        number = int(page["page"])
        yield DrawnPage(number, int(page["width"]), int(page["height"]), str(page["text"]), folder / str(number))
        expected += 1
    if expected <= count:
        raise Unfit(_broke_off(f"page {expected:,}"))


def _told(path: Path, media_type: str, folder: Path, first: int, until: float) -> Iterator[dict[str, Any]]:
    """What the process tells, one after the other; it is told when a page is done with. Raises Unfit."""
    latest, deadline = first - 1, time.monotonic() + SECONDS_IN_ALL
    with started(DRAWING, str(path), media_type, str(folder), str(first), home=folder) as process:
        try:
            for line in lines(process, SECONDS_A_PAGE, until):
                told: dict[str, Any] = json.loads(line)
                if "failure" in told:
                    raise Unfit(str(told["failure"]))
                yield told
                if "page" in told:
                    latest = int(told["page"])
                    _done_with(process.stdin)
                if time.monotonic() > deadline:
                    raise Unfit(TOO_LONG.format(SECONDS_IN_ALL // 60))
        except TookTooLong:
            raise TooSlow(TOO_SLOW.format(f"Page {latest + 1:,}", SECONDS_A_PAGE)) from None


def _done_with(pipe: Any) -> None:
    """The process may draw another page; it may also have drawn its last one and ended."""
    try:
        pipe.write(b".")
        pipe.flush()
    except BrokenPipeError:
        return


def _broke_off(where: str) -> str:
    return BROKE_OFF.format(where, MEMORY >> 30, SECONDS_IN_ALL // 60)

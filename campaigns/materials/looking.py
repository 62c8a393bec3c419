"""A file looked at as it comes in: what can be told of it at once is told to whoever sends it, and nothing is kept.

What is told later, while its pages are drawn, stands with the version that failed (campaigns.materials.preparing).
"""

from contextlib import suppress
from pathlib import Path

from campaigns.materials import conversion
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import HEAD, OFFICE, PACKAGE, type_of_head
from campaigns.materials.drawn import TooSlow, drawn_pages, type_of_package
from campaigns.materials.preparing import work_folder

PATIENCE = 10.0  # seconds of whoever waits for the answer


def look_at(path: Path) -> None:
    """Raises Unfit, in words for whoever sent the file, where it cannot be shown: it is of no kind that is taken, does
    not open, has too many pages or none, or its first page cannot be drawn.

    An Office file is made into pages later, and is looked at no further than its kind; nor is what takes longer than
    PATIENCE.
    """
    media_type = _told_by_head(path)
    with work_folder() as folder, suppress(TooSlow):
        if media_type == PACKAGE:
            media_type = type_of_package(path, folder)
        if media_type not in OFFICE:
            next(drawn_pages(path, media_type, folder, patience=PATIENCE).pages)
        elif conversion.program() is None:
            raise Unfit(conversion.NOT_HERE)


def _told_by_head(path: Path) -> str:
    with path.open("rb") as file:
        return type_of_head(file.read(HEAD))

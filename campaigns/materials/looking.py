"""A file looked at as it comes in: what can be told of it at once is told to whoever sends it, and nothing is kept.

What is told later, while its pages are drawn, stands with the version that failed (campaigns.materials.preparing).
"""

import threading
import time
from contextlib import suppress
from pathlib import Path

from campaigns.materials import conversion
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import HEAD, OFFICE, PACKAGE, type_of_head
from campaigns.materials.drawn import TooSlow, drawn_pages, type_of_package
from campaigns.materials.preparing import work_folder
from privacy.models import User
from privacy.tries import Limit

PATIENCE = 10.0  # seconds in all, of whoever waits for the answer
# A look holds one of the few turns for pages (config.turns), and a processor: one at a time of a process, and of a
# person no more than this.
LOOKS = Limit("looks", tries=20, seconds=10 * 60)
one_look = threading.BoundedSemaphore(1)


def look_at(path: Path, by: User) -> None:
    """Raises Unfit, in words for whoever sent the file, where it cannot be shown: it is of no kind that is taken, does
    not open, has too many pages or none, or its first page cannot be drawn.

    An Office file is made into pages later, and is looked at no further than its kind; nor is what takes longer than
    PATIENCE. Of what comes while another file is looked at, or past LOOKS of one person, only the head is.
    """
    media_type = _told_by_head(path)
    if not one_look.acquire(blocking=False):
        return
    try:
        if LOOKS.take_while_counted(str(by.pk)):
            _look_into(path, media_type)
    finally:
        one_look.release()


def _look_into(path: Path, media_type: str) -> None:
    until = time.monotonic() + PATIENCE
    with work_folder() as folder, suppress(TooSlow):
        if media_type == PACKAGE:
            media_type = type_of_package(path, folder, until)
        if media_type not in OFFICE:
            next(drawn_pages(path, media_type, folder, until=until).pages)
        elif conversion.program() is None:
            raise Unfit(conversion.NOT_HERE)


def _told_by_head(path: Path) -> str:
    with path.open("rb") as file:
        return type_of_head(file.read(HEAD))

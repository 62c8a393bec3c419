"""The versions that were drafted and published in the program, as each process knows them.

They stand in the database. A process asks the cache every few seconds whether they are still those that it read; only
where they are not does it ask the database. A mark that the cache lost is put back by the clock (privacy.tasks).
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import structlog
from django.apps import apps
from django.core.cache import cache
from django.db import DatabaseError

from privacy.kept import AWAY
from privacy.notice.consistency import Content

MARK = "notice:published"
LOOK_AGAIN = 5.0  # seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, eq=False)
class Known:
    """The contents of the published versions; `mark` tells others apart. Each equals itself alone: it is a key."""

    mark: str
    contents: tuple[Content, ...]


NOTHING = Known("", ())


class Memory:
    """What this process knows, and when it asks again."""

    known: Known | None = None
    until: float = 0.0
    read: Callable[[], Known] = staticmethod(lambda: NOTHING)


def published() -> Known:
    """What is published at present, at most a few seconds old. A process that cannot ask goes by what it knows."""
    if not apps.ready:
        return NOTHING  # while the program starts there is no database yet
    if Memory.known is None or monotonic() >= Memory.until:
        Memory.known, Memory.until = _look(Memory.known), monotonic() + LOOK_AGAIN
    return Memory.known or NOTHING


def look_again() -> None:
    """Have this process ask the database with the next question."""
    Memory.known = None


def announce() -> None:
    """Have every process know of what is published now: called once a change stands, and by the clock.

    A cache that is away loses nothing: the clock announces it again.
    """
    look_again()
    try:
        cache.set(MARK, Memory.read().mark, timeout=None)
    except AWAY:
        log.warning("published_notices_not_announced")


def _look(known: Known | None) -> Known | None:
    if known is not None and _mark() in (None, known.mark):
        return known
    try:
        return Memory.read()
    except DatabaseError:  # without a server: `manage.py check` before there is one
        log.warning("published_notices_not_read")
        return known


def _mark() -> str | None:
    try:
        found: str | None = cache.get(MARK)
    except AWAY:
        return None
    return found


def declare_reader(read: Callable[[], Known]) -> None:
    """What reads the published versions from the database; it may raise DatabaseError."""
    Memory.read = staticmethod(read)

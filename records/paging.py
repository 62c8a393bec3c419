"""A page of a list: found by where the last one ended, never by a number of rows to skip.

An address says the place by `after` or `before`, the sealed sort value and key of a row (privacy.cursors), or `at=end`.
The keys of a page are sought among the keys alone; only its own rows are worked out, in the same statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext

from privacy.cursors import BadCursor, opened, sealed
from privacy.prepared import keeping_plans
from records.listing import Chosen

AFTER, BEFORE, AT, END = "after", "before", "at", "end"
# The words of an address that say a place in a list; whoever goes elsewhere leaves them out.
OF_PLACES = (AFTER, BEFORE, AT)


@dataclass(frozen=True)
class Page:
    """`rows` of a list of `count`; `before` and `after` are its neighbours' places, empty where there are none."""

    rows: list[dict[str, Any]]
    count: int
    before: str = ""
    after: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the list has no other page."""
        return not self.before and not self.after


def page_of(chosen: Chosen, size: int, asked: Mapping[str, str]) -> Page:
    """The page that the address asks for; the first where it says no place. Raises BadRequest for what is no place.

    Two statements: the count, and the rows; one more where what the place was of has gone meanwhile.
    """
    count = chosen.count()
    if not count:
        return Page([], 0)
    if cursor := asked.get(AFTER, ""):
        return _after(chosen, size, count, _place(chosen, cursor)) or _last(chosen, size, count)
    if cursor := asked.get(BEFORE, ""):
        return _before(chosen, size, count, _place(chosen, cursor)) or _first(chosen, size, count)
    return _last(chosen, size, count) if asked.get(AT) == END else _first(chosen, size, count)


def _first(chosen: Chosen, size: int, count: int) -> Page:
    rows = _sought(chosen, size + 1)
    return Page(rows[:size], count, after=_cursor(chosen, rows[size - 1]) if len(rows) > size else "")


def _last(chosen: Chosen, size: int, count: int) -> Page:
    rows = _sought(chosen, size + 1, is_backward=True)
    return Page(rows[-size:], count, before=_cursor(chosen, rows[-size]) if len(rows) > size else "")


def _after(chosen: Chosen, size: int, count: int, place: list[Any]) -> Page | None:
    rows = _sought(chosen, size + 1, place)
    if not rows:
        return None
    further = _cursor(chosen, rows[size - 1]) if len(rows) > size else ""
    return Page(rows[:size], count, before=_cursor(chosen, rows[0]), after=further)


def _before(chosen: Chosen, size: int, count: int, place: list[Any]) -> Page | None:
    rows = _sought(chosen, size + 1, place, is_backward=True)
    if not rows:
        return None
    nearer = _cursor(chosen, rows[-size]) if len(rows) > size else ""
    return Page(rows[-size:], count, before=nearer, after=_cursor(chosen, rows[-1]))


def _sought(
    chosen: Chosen, most: int, place: list[Any] | None = None, *, is_backward: bool = False
) -> list[dict[str, Any]]:
    """At most so many rows behind (or before) a place, in the list's order."""
    keys, order = chosen.to_be_sought()
    if place is not None:
        keys = keys.filter(order.ahead(*place) if is_backward else order.behind(*place))
    keys = order.of(keys).values("pk")
    with keeping_plans():
        return list(chosen.rows_of((keys.reverse() if is_backward else keys)[:most]))


def _cursor(chosen: Chosen, row: Mapping[str, Any]) -> str:
    return sealed([row[chosen.order.name], row["pk"]], _context(chosen))


def _place(chosen: Chosen, cursor: str) -> list[Any]:
    try:
        return opened(cursor, _context(chosen))
    except BadCursor as error:
        raise BadRequest(
            gettext("That is not a place in this list, or it belongs to another sort order. Open the list again.")
        ) from error


def _context(chosen: Chosen) -> list[bytes]:
    return [b"list", chosen.listing.name.encode(), chosen.sort.encode()]

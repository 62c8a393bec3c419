"""Whose pages a fold changes: campaigns, materials, customers, and the staff whose customers these are."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest

from analytics.reports.base import Freshness
from privacy.renewing.versions import touch, touch_everything
from privacy.renewing.watching import leave

SQL = Path(__file__).parent / "sql"
FIND_FOLDED = (SQL / "find_folded.sql").read_text()
FIND_STAFF = (SQL / "find_staff_of_viewers.sql").read_text()
FOLDS = "folds"  # what is about everything that was counted
MOST = 1_000  # viewers in one fold; of more it is quicker to show every open page anew


def touch_folded(cursor: CursorWrapper) -> None:
    """What the facts in `fold_facts` are about, once the fold is committed. Two queries."""
    cursor.execute(FIND_FOLDED, {"limit": MOST + 1})
    campaigns, materials, viewers = cursor.fetchone()
    if len(viewers) > MOST:
        touch_everything()
        return
    customers, staff = _people(cursor, viewers)
    touch(
        FOLDS,
        *(f"campaign:{number}" for number in campaigns),
        *(f"material:{number}" for number in materials),
        *(f"customer:{number}" for number in customers),
        *(f"staff:{number}" for number in staff),
    )


def _people(cursor: CursorWrapper, viewers: list[int]) -> tuple[list[int], list[int]]:
    """The customers whom these viewers are, and the staff who look after them or shared with them, with managers."""
    if not viewers:
        return [], []
    cursor.execute(FIND_STAFF, {"viewers": viewers})
    customers, staff = cursor.fetchone()
    return customers, staff


def leave_when_counted(request: HttpRequest, freshness: Freshness) -> None:
    """A page that says that something waits to be counted watches every fold until it has been; no other page does."""
    if freshness.is_complete:
        leave(request, FOLDS)

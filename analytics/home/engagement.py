"""One's customers by how much they looked at things of late, beside the four weeks before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from analytics.models.rollups import DAY, partitions_within
from analytics.queries import Seen
from privacy.agency import agency_today
from privacy.prepared import Prepared
from records import figures

MOST_ENGAGED = Prepared(
    (Path(__file__).parents[1] / "sql" / "most_engaged.sql").read_text(),
    customers="bigint[]", seen="timestamptz[]", of_last="bigint",
    first="date", recent="date", last="date", limit="bigint",
)  # fmt: skip
WEEKS = timedelta(weeks=4)
LOOKED_AT = 200  # customers: those who were seen last, among whom the most engaged are found


@dataclass(frozen=True)
class Engaged:
    """A customer with views by people in the last four weeks, today included, and in the four before.

    `last_seen_at` is UTC.
    """

    pk: int
    key: UUID
    name: str
    organization: str | None
    last_seen_at: datetime
    recent: int
    before: int

    @property
    def trend(self) -> str:
        if not self.recent and not self.before:
            return _("none in eight weeks")
        if not self.before:
            return _("none in the four weeks before")
        if self.recent == self.before:
            return _("as many as in the four weeks before")
        said = _("up from %(before)s") if self.recent > self.before else _("down from %(before)s")
        return said % {"before": figures.count(self.before)}

    @property
    def sign(self) -> str:
        """For the eye alone: the words say it too."""
        return "▲" if self.recent > self.before else "▼" if self.recent < self.before else ""


def engaged_customers(seen: Seen | None, limit: int) -> list[Engaged]:
    """The most engaged of the LOOKED_AT who were seen last. One statement, none where nobody was seen."""
    if seen is None:
        return []
    today = agency_today()
    first, recent = today + DAY - 2 * WEEKS, today + DAY - WEEKS
    values: dict[str, Any] = {
        "customers": seen.customers, "seen": seen.moments, "of_last": LOOKED_AT, "limit": limit,
        "first": first, "recent": recent, "last": today, "partitions": partitions_within(first, today),
    }  # fmt: skip
    with connection.cursor() as cursor:
        MOST_ENGAGED.execute(cursor, values)
        rows = cursor.fetchall()
    return [Engaged(pk, UUID(str(key)), *others) for pk, key, *others in rows]

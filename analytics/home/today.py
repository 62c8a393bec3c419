"""What people looked at today through what somebody shared; scanners and previews are never among them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from campaigns.models import Material, Viewer
from privacy.agency import agency_today, day_begins
from privacy.models import User
from privacy.prepared import Prepared
from records.models import Customer

SEEN_TODAY = Prepared(
    (Path(__file__).parents[1] / "sql" / "seen_today.sql").read_text(),
    sender="bigint", begin="timestamptz", limit="bigint",
)  # fmt: skip


@dataclass(frozen=True)
class SeenToday:
    """Who looked at which material today, `last_at` (UTC) for the last time, in so many visits.

    `customer` is None for one whom the sender does not see any more.
    """

    customer: Customer | None
    material: Material
    visits: int
    last_at: datetime


@dataclass(frozen=True)
class Today:
    """The latest of the day; `in_all` is how many pairs of a person and a material there are."""

    seen: tuple[SeenToday, ...] = ()
    in_all: int = 0


def seen_today(sender: User, limit: int) -> Today:
    """Since the agency's day began. Three statements, one where nothing was looked at."""
    begin = day_begins(agency_today())
    with connection.cursor() as cursor:
        SEEN_TODAY.execute(cursor, {"sender": sender.pk, "begin": begin, "limit": limit})
        rows = cursor.fetchall()
    if not rows:
        return Today()
    materials = Material.objects.in_bulk({row[1] for row in rows})
    people = _people(sender, {row[0] for row in rows})
    seen = tuple(SeenToday(people.get(row[0]), materials[row[1]], row[3], row[2]) for row in rows)
    return Today(seen, rows[0][4])


def _people(user: User, viewers: set[int]) -> dict[int, Customer]:
    """The customers by viewer, of those whom the user sees."""
    visible = Customer.objects.visible_to(user).order_by().values("pk")
    rows = Viewer.objects.filter(pk__in=viewers, customer__in=visible).select_related("customer")
    return {row.pk: row.customer for row in rows if row.customer}

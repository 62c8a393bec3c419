"""Who shares, what, by which channel, and how it lands: the notice's sharing program usage report (category 18).

Of each person and material that were brought together: whether the person viewed it, or responded to it, and was seen
with it after it was sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from analytics.reports.base import Freshness, freshness
from campaigns.enums import Channel
from campaigns.models import Material, Share
from campaigns.models.share import ShareQuerySet
from privacy.agency import agency_today, day_begins
from privacy.models import User

STATEMENT = (Path(__file__).parents[1] / "sql" / "sharing_usage.sql").read_text()


@dataclass(frozen=True)
class SharingQuery:
    """The shares that the user may look at (their own, their teams', or all), of the last `days`, today included."""

    user: User
    days: int


@dataclass(frozen=True)
class Usage:
    """Of one member of staff, material or channel. `shares` went to `people`; `sent` counts each person with each
    material once, of which `viewed` and `responded` came of it. `last_at` is UTC. None where it tells of few people."""

    name: str
    slug: str
    shares: int
    people: int | None
    sent: int | None
    viewed: int | None
    responded: int | None
    last_at: datetime | None

    @property
    def view_rate(self) -> float | None:
        return None if self.viewed is None or not self.sent else self.viewed / self.sent

    @property
    def response_rate(self) -> float | None:
        return None if self.responded is None or not self.sent else self.responded / self.sent


@dataclass(frozen=True)
class SharingReport:
    """`first` and `last` are the agency's days. `is_own` where all shares are the reader's own. Each part is ordered
    by how many shares there are; a file's, which nobody sent, have an empty name of staff."""

    first: date
    last: date
    is_own: bool
    total: Usage
    staff: tuple[Usage, ...]
    materials: tuple[Usage, ...]
    channels: tuple[Usage, ...]
    freshness: Freshness


def sharing_report(query: SharingQuery) -> SharingReport:
    """Four queries."""
    today = agency_today()
    first = today - timedelta(days=query.days - 1)
    begins = day_begins(first)
    rows = rows_of(Share.objects.visible_to(query.user).filter(shared_at__gte=begins))
    staff = User.objects.in_bulk([row["sender_id"] for row in rows if row["sender_id"]])
    materials = Material.objects.in_bulk([row["material_id"] for row in rows if row["material_id"]])
    channels = dict(Channel.choices)
    (total,) = [usage(row, "", "") for row in rows if not (row["by_sender"] or row["by_material"] or row["by_channel"])]
    return SharingReport(
        first=first,
        last=today,
        is_own={row["sender_id"] for row in rows if row["by_sender"]} <= {query.user.pk},
        total=total,
        staff=ordered(
            usage(row, staff[row["sender_id"]].name if row["sender_id"] else "", "") for row in rows if row["by_sender"]
        ),
        materials=ordered(
            usage(row, materials[row["material_id"]].title, materials[row["material_id"]].slug)
            for row in rows
            if row["by_material"]
        ),
        channels=ordered(
            usage(row, str(channels[row["channel"]]), row["channel"]) for row in rows if row["by_channel"]
        ),
        freshness=freshness(),
    )


def rows_of(shares: ShareQuerySet) -> list[dict[str, Any]]:
    """One query."""
    chosen, values = shares.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(shares=chosen), values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def usage(row: dict[str, Any], name: str, slug: str) -> Usage:
    counts = {key: row[key] for key in ("shares", "people", "sent", "viewed", "responded", "last_at")}
    return Usage(name=name, slug=slug, **counts)


def ordered(rows: Iterable[Usage]) -> tuple[Usage, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.shares, row.name)))

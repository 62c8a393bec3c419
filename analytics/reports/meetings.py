"""What meetings with customers come to: the notice's customer meeting insights (category 18).

Of each customer in each meeting (an attendance): when they came and how long they stayed, what they wrote and answered,
how well they were heard; and what was sent to them in the days before and after, and whether they read it. Of single
sessions it tells counts alone: who took part is on the meeting's own page, found by the notice's keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from analytics.reports.base import Freshness, freshness
from campaigns.models import Material
from privacy.agency import agency_today, day_begins
from records.models import CustomerQuerySet, Participation, Registration
from records.ordering import most_first

SQL = Path(__file__).parents[1] / "sql"
ATTENDED = (SQL / "meetings_attended.sql").read_text()
STATEMENT = ATTENDED + (SQL / "meeting_insights.sql").read_text()
OF_MATERIALS = ATTENDED + (SQL / "materials_around_meetings.sql").read_text()
LATE = 5  # minutes after the meeting began
LOSS = 5.0  # per cent of the packets of sound on average, where speech is plainly heard to break
MOST_MEETINGS = 500


@dataclass(frozen=True)
class MeetingsQuery:
    """The meetings of the last `days`, today included, in which any of the customers took part, and what was sent to
    these in the `around` days before and after: of one campaign alone, by its primary key, where it is given."""

    customers: CustomerQuerySet
    days: int
    around: int
    campaign: int | None = None


class SentAround:
    """To how many something was sent before and after, and how many of these read it; None where it is not told."""

    sent_before: int | None
    read_before: int | None
    sent_after: int | None
    read_after: int | None

    @property
    def read_before_rate(self) -> float | None:
        return share(self.read_before, self.sent_before)

    @property
    def read_after_rate(self) -> float | None:
        return share(self.read_after, self.sent_after)


@dataclass(frozen=True)
class Meetings(SentAround):
    """One meeting, all of a host's, or all. `attendances` counts each of `people` in each of `meetings` once, and so do
    all after it. `measured` are those whose sound was measured, of which `lost_sound` lost much; `sent_before` and
    `sent_after` those to whom something was sent, of which `read_…` read it. `stayed` is the share of the meetings'
    time that they were there (0 to 1). None where it tells of few people, or is not known."""

    name: str
    key: UUID | None
    started_at: datetime | None
    meetings: int
    people: int | None
    attendances: int | None
    late: int | None
    rejoined: int | None
    wrote: int | None
    answered: int | None
    measured: int | None
    lost_sound: int | None
    sent_before: int | None
    read_before: int | None
    sent_after: int | None
    read_after: int | None
    stayed: float | None

    @property
    def late_rate(self) -> float | None:
        return share(self.late, self.attendances)

    @property
    def rejoin_rate(self) -> float | None:
        return share(self.rejoined, self.attendances)


@dataclass(frozen=True)
class Around(SentAround):
    """A material that was sent around meetings, by attendances. None where it tells of few people."""

    name: str
    slug: str
    people: int | None
    sent_before: int | None
    read_before: int | None
    sent_after: int | None
    read_after: int | None

    @property
    def sent(self) -> int | None:
        return None if self.sent_before is None or self.sent_after is None else self.sent_before + self.sent_after


@dataclass(frozen=True)
class Events:
    """Places at events that were not called off: how many came, did not come, or are not known to have."""

    signed_up: int | None
    came: int | None
    missed: int | None
    unknown: int | None

    @property
    def missed_rate(self) -> float | None:
        return share(self.missed, None if self.came is None or self.missed is None else self.came + self.missed)


@dataclass(frozen=True)
class MeetingReport:
    """`first` and `last` are the agency's days. `meetings` are the newest 500, the newest first; `hosts` and
    `materials` by how many there are."""

    first: date
    last: date
    around: int
    total: Meetings
    hosts: tuple[Meetings, ...]
    meetings: tuple[Meetings, ...]
    materials: tuple[Around, ...]
    events: Events
    freshness: Freshness


COUNTS = (
    "people", "attendances", "late", "rejoined", "wrote", "answered", "measured", "lost_sound",
    "sent_before", "read_before", "sent_after", "read_after",
)  # fmt: skip


def share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def meeting_report(query: MeetingsQuery) -> MeetingReport:
    """Five queries."""
    today = agency_today()
    first = today - timedelta(days=query.days - 1)
    begins = day_begins(first)
    rows = rows_of(STATEMENT, query, begins)
    (total,) = [row for row in rows if not row["by_meeting"] and not row["by_host"]]
    single = sorted((row for row in rows if row["by_meeting"]), key=lambda row: row["started_at"], reverse=True)
    hosts = [meetings(row, row["host_name"]) for row in rows if row["by_host"]]
    return MeetingReport(
        first=first,
        last=today,
        around=query.around,
        total=meetings(total | {"key": None, "started_at": None}, ""),
        hosts=tuple(sorted(hosts, key=lambda row: (-row.meetings, row.name))),
        meetings=tuple(meetings(row, row["hosted_by"]) for row in single[:MOST_MEETINGS]),
        materials=materials_around(rows_of(OF_MATERIALS, query, begins)),
        events=events(query.customers, begins),
        freshness=freshness(),
    )


def people_met(query: MeetingsQuery) -> QuerySet[Any, Any]:
    """The keys of the customers who took part."""
    begins = day_begins(agency_today() - timedelta(days=query.days - 1))
    parts = Participation.objects.filter(meeting__started_at__range=(begins, timezone.now()), customer__isnull=False)
    whose = parts.order_by().values(person=Coalesce("customer__merged_into", "customer"))
    return query.customers.filter(pk__in=whose).order_by().values_list("key", flat=True)


def rows_of(statement: str, query: MeetingsQuery, begins: datetime) -> list[dict[str, Any]]:
    """One query."""
    sql, values = query.customers.order_by().values("pk").query.sql_with_params()
    names = [f"scope_{number}" for number in range(len(values))]
    named = dict(zip(names, values, strict=True)) | {
        "begins": begins, "ends": timezone.now(), "around": query.around, "campaign": query.campaign,
        "late": LATE, "loss": LOSS,
    }  # fmt: skip
    scope = sql % tuple(f"%({name})s" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{customers}", scope), named)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def meetings(row: dict[str, Any], name: str) -> Meetings:
    counts = {key: row[key] for key in (*COUNTS, "meetings", "stayed")}
    is_one = bool(row["by_meeting"])
    return Meetings(
        name=name, key=row["key"] if is_one else None, started_at=row["started_at"] if is_one else None, **counts
    )


def materials_around(rows: Iterable[dict[str, Any]]) -> tuple[Around, ...]:
    """One query, for their titles."""
    rows = list(rows)
    known = Material.objects.in_bulk([row["material_id"] for row in rows])
    found = [
        Around(name=known[number].title, slug=known[number].slug, **row)
        for row in rows
        if (number := row.pop("material_id")) in known
    ]
    return most_sent_first(found)


def most_sent_first(rows: Iterable[Around]) -> tuple[Around, ...]:
    """Those of which a part is hidden last."""
    return tuple(sorted(rows, key=lambda one: most_first(one.sent, one.name, one.slug)))


def events(customers: CustomerQuerySet, begins: datetime) -> Events:
    """Of events that have begun since then, without what nobody has confirmed that it was they, unless they came.
    One query."""
    people = customers.order_by().values("pk")
    found = Registration.objects.filter(
        Q(customer__in=people) | Q(customer__merged_into__in=people),
        Q(is_claimed=False) | Q(attended=True),
        cancelled_at=None,
        is_waiting=False,
        gathering__starts_at__range=(begins, timezone.now()),
    ).aggregate(
        signed_up=Count("pk"),
        came=Count("pk", filter=Q(attended=True)),
        missed=Count("pk", filter=Q(attended=False)),
        unknown=Count("pk", filter=Q(attended=None)),
    )
    return Events(**found)

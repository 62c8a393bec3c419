"""Whom to call next, and why: what a customer did since the last call, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models.rollups import partitions_within
from analytics.queries import Seen
from campaigns.materials import sheets
from campaigns.partitions import whole_months
from privacy.agency import agency_day, agency_today
from privacy.prepared import Prepared
from records import figures

SQL = Path(__file__).parents[1] / "sql"
CUSTOMERS_TO_CALL = Prepared(
    (SQL / "customers_to_call.sql").read_text(),
    customers="bigint[]", seen="timestamptz[]", since="timestamptz", first_day="date", limit="bigint",
)  # fmt: skip
WHAT_THEY_READ = Prepared(
    (SQL / "what_they_read.sql").read_text().format(latest=(SQL / "latest_verdict.sql").read_text()),
    customers="bigint[]", since="timestamptz[]",
)  # fmt: skip
DAYS = 14  # what is longer ago is no reason to call
NEWEST = 1_000  # of what is known of one viewer, machines' views included; before them nothing is looked for


@dataclass(frozen=True)
class MostRead:
    """The material that somebody read longest, and the page of it that they opened most often, if pages are known.

    `last_at` is UTC.
    """

    slug: str
    title: str
    views: int
    version: int | None
    page: int | None
    times: int | None
    last_at: datetime

    @property
    def address(self) -> str:
        """Where it is shown: the page among those of the newest version in which they read it, if pages are known."""
        return sheets.address_of(self.slug, self.version, self.page)


@dataclass(frozen=True)
class Call:
    """A customer to call. The counts are people's, of the last DAYS days and not from before the last call's day."""

    pk: int
    key: UUID
    name: str
    organization: str | None
    called_at: datetime | None
    seen_at: datetime
    views: int
    visits: int
    responses: int
    seconds: float
    read: MostRead | None = None

    @property
    def reason(self) -> str:
        """`Read page 5 of Rate card twice, last yesterday; no call since March 3, 2026.`"""
        return self.began + self.rest

    @property
    def began(self) -> str:
        """How the reason begins: with what was read, where anything was."""
        words = self._read or self._answered
        return f"{words[:1].upper()}{words[1:]}"

    @property
    def rest(self) -> str:
        """How it goes on."""
        parts = [self._answered if self._read else "", self._called]
        return "".join(f"; {part}" for part in parts if part) + "."

    @property
    def _read(self) -> str:
        if self.read is None:
            return "" if self.responses else did(_("came back"), self.visits, self.seen_at)
        read = self.read
        if read.page is not None and read.times:
            what = _("read page %(page)s of %(title)s") % {"page": read.page, "title": read.title}
            return did(what, read.times, read.last_at)
        return did(_("viewed %(title)s") % {"title": read.title}, read.views, read.last_at)

    @property
    def _answered(self) -> str:
        return times(_("answered"), self.responses) if self.responses else ""

    @property
    def _called(self) -> str:
        if self.called_at is None:
            return _("no call yet")
        return _("no call since %(day)s") % {"day": figures.day(timezone.localtime(self.called_at).date())}


def earliest() -> datetime:
    """Whoever was seen before is nobody to call."""
    return timezone.now() - timedelta(days=DAYS)


def calls_of(seen: Seen | None, since: datetime, limit: int) -> list[Call]:
    """Whom to call first, of one's own customers who were seen since then, whoever else is among them. Two statements,
    one where nobody is to be called, none where nobody was seen."""
    if seen is None:
        return []
    first = agency_day(since)
    rows = _rows(
        CUSTOMERS_TO_CALL,
        customers=seen.customers, seen=seen.moments, since=since, first_day=first,
        partitions=partitions_within(first, agency_today()), zone=settings.AGENCY_TIME_ZONE, limit=limit,
    )  # fmt: skip
    if not rows:
        return []
    asked = {row["id"]: max(since, row["called_at"] or since) for row in rows}
    read = {
        row.pop("customer_id"): MostRead(**row)
        for row in _rows(
            WHAT_THEY_READ,
            customers=list(asked),
            since=list(asked.values()),
            month=whole_months(since, since)[0],
            newest=NEWEST,
        )
    }
    return [Call(pk=(pk := row.pop("id")), read=read.get(pk), **_typed(row)) for row in rows]


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    counts = {name: int(row[name]) for name in ("views", "visits", "responses")}
    return {**row, **counts, "key": UUID(str(row["key"])), "seconds": float(row["seconds"])}


def _rows(statement: Prepared, **values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        statement.execute(cursor, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def did(what: str, count: int, last_at: datetime) -> str:
    """`came back yesterday`, `came back twice, last yesterday`"""
    if count <= 1:
        return f"{what} {day_word(last_at)}"
    return _("%(what)s, last %(day)s") % {"what": times(what, count), "day": day_word(last_at)}


def times(what: str, count: int) -> str:
    """`came back twice`; nothing is added where it was once."""
    if count <= 1:
        return what
    if count == 2:
        return _("%(what)s twice") % {"what": what}
    return _("%(what)s %(count)s times") % {"what": what, "count": figures.count(count)}


def day_word(moment: datetime) -> str:
    """`today`, `yesterday`, or `on March 3, 2026`: the agency's day."""
    day, today = agency_day(moment), agency_today()
    near = {today: _("today"), today - timedelta(days=1): _("yesterday")}
    return near.get(day) or _("on %(day)s") % {"day": figures.day(day)}

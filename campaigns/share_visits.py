"""The visits that came through a share, read from the log: mostly they are few, and its key finds them.

Each number of a share's page opens into these. Under Global Privacy Control or Do Not Track the log knows no share, so
such visits are not among them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from campaigns.enums import COUNTED_AS_HUMAN, Grade, Reason, Verdict
from campaigns.models import JudgedEvent, Share
from privacy.prepared import Prepared

SQL = Path(__file__).parent / "sql"
# Where the verdict that holds is read.
LOG = JudgedEvent._meta.db_table
MOST_SHOWN = 50
# Which verdict a visit has whose events have several.
ORDER = [Verdict.HUMAN, Verdict.UNKNOWN, Verdict.PREVIEW, Verdict.INTERNAL, Verdict.SCANNER]


def _prepared(name: str) -> Prepared:
    """Both take shares and their recipients, in the same order."""
    of_shares = (SQL / "visits_of_shares.sql").read_text().strip()
    order = f"'{{{','.join(ORDER)}}}'::event_verdict[]"
    statement = (SQL / name).read_text().format(visits_of_shares=of_shares, log=LOG, order=order)
    return Prepared(statement, shares="bigint[]", recipients="bigint[]")


VISITS_OF_SHARE, COUNT_VISITS = _prepared("visits_of_share.sql"), _prepared("count_visits.sql")


@dataclass(frozen=True)
class PageRead:
    number: int
    seconds: float


@dataclass(frozen=True)
class ShareVisit:
    """One opening. `began_at` is UTC; `seconds` is the time on its pages together, which are in their order."""

    visit: UUID
    began_at: datetime
    grade: Grade
    verdict: Verdict
    reason: Reason
    version: int | None
    views: int
    downloads: int
    responses: int
    seconds: float
    pages: tuple[PageRead, ...]

    @property
    def is_human(self) -> bool:
        return self.verdict in COUNTED_AS_HUMAN

    @property
    def is_forwarded(self) -> bool:
        """Whether somebody came through the share of whom nobody knows who it is."""
        return self.grade == Grade.UNKNOWN


@dataclass(frozen=True)
class ShareVisits:
    """All that came through one share: raw numbers and people's beside each other, and the newest MOST_SHOWN visits.

    People's hold `unknown` too, which is also counted by itself.
    """

    visits: tuple[ShareVisit, ...] = ()
    count: int = 0
    human: int = 0
    unknown: int = 0
    views: int = 0
    human_views: int = 0
    seconds: float = 0.0
    human_seconds: float = 0.0


@dataclass(frozen=True)
class VisitCount:
    """Of one share. `last_at` is when the last visit of a person began (UTC), `seconds` how long people's lasted."""

    count: int = 0
    human: int = 0
    last_at: datetime | None = field(default=None)
    seconds: float = 0.0


def visits_of(share: Share) -> ShareVisits:
    """One query."""
    values = {**_asked([share]), "most": MOST_SHOWN}
    with connection.cursor() as cursor:
        VISITS_OF_SHARE.execute(cursor, values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return ShareVisits()
    first = rows[0]
    return ShareVisits(
        visits=tuple(map(_visit, rows)),
        count=first["all_visits"],
        human=first["human_visits"],
        unknown=first["unknown_visits"],
        views=int(first["all_views"]),
        human_views=int(first["human_views"] or 0),
        seconds=_seconds(first["all_dwell_ms"]),
        human_seconds=_seconds(first["human_dwell_ms"]),
    )


class Sent(Protocol):
    """A share, or what names one."""

    @property
    def pk(self) -> int: ...

    @property
    def recipient_id(self) -> int: ...


def counts_of(shares: Sequence[Sent]) -> Mapping[int, VisitCount]:
    """By the share's primary key, of those that had a visit. One query."""
    if not shares:
        return {}
    with connection.cursor() as cursor:
        COUNT_VISITS.execute(cursor, _asked(shares))
        return {
            number: VisitCount(count, human, last_at, _seconds(dwell_ms))
            for number, count, human, last_at, dwell_ms in cursor.fetchall()
        }


def _asked(shares: Sequence[Sent]) -> dict[str, Any]:
    return {"shares": [share.pk for share in shares], "recipients": [share.recipient_id for share in shares]}


def _visit(row: Mapping[str, Any]) -> ShareVisit:
    dwell = _as_mapping(row["dwell"])
    pages = (PageRead(number, _seconds(spent)) for number, spent in sorted((int(n), ms) for n, ms in dwell.items()))
    return ShareVisit(
        visit=UUID(str(row["visit"])),
        began_at=row["began_at"],
        grade=Grade(row["grade"]),
        verdict=Verdict(row["verdict"]),
        reason=Reason(row["reason"]),
        version=row["version"],
        views=row["views"],
        downloads=row["downloads"],
        responses=row["responses"],
        seconds=_seconds(row["dwell_ms"]),
        pages=tuple(pages),
    )


def _as_mapping(value: Any) -> Mapping[str, Any]:
    return json.loads(value) if isinstance(value, str) else value or {}


def _seconds(milliseconds: Any) -> float:
    return float(milliseconds or 0) / 1000

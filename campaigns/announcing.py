"""Telling webhooks, and senders who want to know, of people's visits and of changed verdicts, a minute after they came.

A minute passes first, in which a scanner shows itself: what is told is what a person did. Each batch is looked at once;
a visit is told once, however many batches it came in.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop

from campaigns.models import JudgedEvent
from campaigns.notifying import notify_of_visits
from privacy.webhooks.kinds import declare_kind
from privacy.webhooks.telling import Told, tell_all

SQL = Path(__file__).parent / "sql"
CLAIM_BATCHES = (SQL / "announce_claim.sql").read_text()
FIND_VISITS = (SQL / "announce_visits.sql").read_text().format(log=JudgedEvent._meta.db_table)
FIND_CHANGES = (SQL / "announce_changes.sql").read_text()
BATCHES_AT_ONCE = 500
NAMES = UUID("c0a8f3f2-52d5-4f0e-9a5c-0d3b6f1f6a11")  # of visits that were told

KEY, VISIT = "7d0c1f9e-3b0e-4c4c-9a53-1f2f6a1f8f0a", "0b1f1f6e-8f57-4f43-8a3a-6f6a1c1de0f4"
SHARE_VIEWED = declare_kind("share.viewed", gettext_noop("A person viewed a share"), {"share": KEY, "visit": VISIT})
VERDICT_CHANGED = declare_kind(
    "verdict.changed",
    gettext_noop("A visit was taken for a person's and no longer is, or the other way around"),
    {"share": KEY, "visit": VISIT, "before": "human", "verdict": "scanner", "events": 3},
)


@dataclass(frozen=True)
class Claimed:
    """Batches that are looked at now, the span of their events, and whether verdicts changed in one."""

    batches: list[int]
    first_at: datetime | None
    last_at: datetime | None
    has_changes: bool


def announce() -> int:
    """Look at what came in a minute ago or earlier, and tell of it. Returns how many batches were looked at."""
    total = 0
    while looked_at := _announce_some():
        total += looked_at
    return total


def _announce_some() -> int:
    """One transaction: the batches are marked and what is in them is told, or neither."""
    with transaction.atomic(), connection.cursor() as cursor:
        claimed = _claim(cursor)
        if claimed.batches:
            tell_all(SHARE_VIEWED, _visits(cursor, claimed))
            tell_all(VERDICT_CHANGED, _changes(cursor, claimed) if claimed.has_changes else [])
            notify_of_visits(cursor, claimed.batches, claimed.first_at, claimed.last_at)
        return len(claimed.batches)


def _claim(cursor: CursorWrapper) -> Claimed:
    cursor.execute(CLAIM_BATCHES, {"most": BATCHES_AT_ONCE})
    batches, first_at, last_at, has_changes = cursor.fetchone()
    return Claimed(batches or [], first_at, last_at, bool(has_changes))


def _visits(cursor: CursorWrapper, claimed: Claimed) -> list[Told]:
    if claimed.first_at is None:
        return []
    values: dict[str, Any] = {"batches": claimed.batches, "first_at": claimed.first_at, "last_at": claimed.last_at}
    cursor.execute(FIND_VISITS, values)
    return [
        Told({"share": str(share), "visit": str(visit)}, at, uuid5(NAMES, f"{share} {visit}"))
        for share, visit, at in cursor.fetchall()
    ]


def _changes(cursor: CursorWrapper, claimed: Claimed) -> list[Told]:
    cursor.execute(FIND_CHANGES, {"batches": claimed.batches})
    return [
        Told({"share": str(share), "visit": str(visit), "before": before, "verdict": verdict, "events": events}, at)
        for share, visit, before, verdict, events, at in cursor.fetchall()
    ]

"""A rule applied to the log that is already there: signals and shape are judged anew, agents are not.

What a request showed was kept as signals; what it was seen in was not: a newer list of agents judges new events only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.enums import Reason, Verdict
from campaigns.eventlog import store_corrections
from campaigns.verdicts import RULE_VERSION, find, lock_viewers

SQL = Path(__file__).parent / "sql"
CONTEXT_SLICE = (SQL / "context_slice.sql").read_text()
COUNT_CHANGES = (SQL / "count_changes.sql").read_text()
NEXT_SLICE = (SQL / "next_slice.sql").read_text()
VIEWERS_OF_SLICE = (
    "(SELECT DISTINCT viewer_id FROM campaigns_event WHERE viewer_id > %(after)s AND viewer_id <= %(upto)s)"
)

EVENTS_A_SLICE = 20_000
BEFORE_ALL = -(2**63)


@dataclass(frozen=True, order=True)
class Change:
    """From which verdict and reason an event goes to which."""

    verdict_before: Verdict
    reason_before: Reason
    verdict: Verdict
    reason: Reason


@dataclass
class Rerun:
    """What came of it: how many events were looked at, and how many of them changed how."""

    judged: int = 0
    changes: Counter[Change] = field(default_factory=Counter)


def rerun(rule: int = RULE_VERSION, since: datetime | None = None, *, dry_run: bool = False) -> Rerun:
    """Apply a rule to the log, from a moment (aware) or from the beginning, some viewers a transaction.

    Each transaction stores its changes as one batch, which the fold takes into the rollups; one that is stopped
    half-way has done whole viewers, and the next run finds the rest. Twice changes nothing more.
    """
    total = Rerun()
    for after, upto in _slices(since):
        with transaction.atomic(), connection.cursor() as cursor:
            values = {"after": after, "upto": upto, "since": since}
            lock_viewers(cursor, VIEWERS_OF_SLICE, **values)
            find(cursor, rule, CONTEXT_SLICE, **values)
            total.changes += _changes(cursor)
            total.judged += _judged(cursor)
            if not dry_run:
                store_corrections(cursor, rule)
    return total


def _slices(since: datetime | None) -> Iterator[tuple[int, int]]:
    """Ranges of viewers, (after, up to and with), that hold about EVENTS_A_SLICE events each."""
    after = BEFORE_ALL
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_SLICE, {"after": after, "since": since, "limit": EVENTS_A_SLICE})
            upto = cursor.fetchone()[0]
        if upto is None:
            return
        yield after, upto
        after = upto


def _changes(cursor: CursorWrapper) -> Counter[Change]:
    cursor.execute(COUNT_CHANGES)
    return Counter(
        {
            Change(Verdict(verdict_before), Reason(reason_before), Verdict(verdict), Reason(reason)): count
            for verdict_before, reason_before, verdict, reason, count in cursor.fetchall()
        }
    )


def _judged(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT count(*) FROM ruling WHERE is_open")
    return int(cursor.fetchone()[0])

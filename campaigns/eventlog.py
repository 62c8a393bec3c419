"""The one writer of the event log.

A caller fills the temporary table `staged_event` (made by `open_staging`) within a transaction and calls `append`:
the events are judged, stored once, and their batch waits for the fold when the transaction commits.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.models import EventBatch
from campaigns.partitions import ensure_partitions
from campaigns.signals import batch_committed
from campaigns.verdicts import judge_staged
from records.models import Import

SQL = Path(__file__).parent / "sql"
OPEN_STAGING = (SQL / "open_staging.sql").read_text()
INSERT_STAGED = (SQL / "insert_staged.sql").read_text()
COUNT_OVERLAPS = (SQL / "count_overlaps.sql").read_text()


@dataclass(frozen=True)
class Appended:
    """What became of the staged events: stored now, or already in the log (the same id, time and viewer)."""

    batch: EventBatch
    accepted: int
    duplicates: int


class BatchTooLarge(ValueError):
    """More than EventBatch.MAX_EVENTS events were staged for one commit."""


def open_staging(cursor: CursorWrapper) -> None:
    """Make the table `staged_event` for this transaction, empty (dropped when it ends)."""
    cursor.execute(OPEN_STAGING)


def append(cursor: CursorWrapper, *, source_import: Import | None = None) -> Appended:
    """Store what `staged_event` holds as one batch. Call within a transaction that the caller commits.

    Assignments and shares that belong to the same commit take `Appended.batch` and are counted by `seal`.
    Raises BatchTooLarge before anything is written.
    """
    staged, first_at, last_at = staged_span(cursor)
    if staged > EventBatch.MAX_EVENTS:
        raise BatchTooLarge(f"{staged} events in one batch; at most {EventBatch.MAX_EVENTS} are committed together.")
    if first_at and last_at:
        ensure_partitions(cursor, first_at, last_at)
    judge_staged(cursor)
    batch = EventBatch.objects.create(source_import=source_import, event_count=0, first_at=first_at, last_at=last_at)
    cursor.execute(INSERT_STAGED, {"batch": batch.pk})
    accepted = cursor.rowcount
    if source_import and accepted < staged:
        cursor.execute(COUNT_OVERLAPS, {"batch": batch.pk, "import": source_import.pk})
    EventBatch.objects.filter(pk=batch.pk).update(event_count=accepted)
    transaction.on_commit(partial(batch_committed.send, EventBatch))
    return Appended(batch, accepted, staged - accepted)


def staged_span(cursor: CursorWrapper) -> tuple[int, datetime | None, datetime | None]:
    """How many events are staged, and the first and last moment among them (UTC)."""
    cursor.execute("SELECT count(*), min(occurred_at), max(occurred_at) FROM staged_event")
    count, first_at, last_at = cursor.fetchone()
    return count, _utc(first_at), _utc(last_at)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def remove(cursor: CursorWrapper, batches: list[int]) -> int:
    """Take the events of these batches out of the log (undo): as the keeper, the one role that may delete.

    Returns how many went. Call within a transaction; the rollups are the caller's to correct.
    """
    cursor.execute("SELECT min(first_at), max(last_at) FROM campaigns_eventbatch WHERE id = ANY(%s)", [batches])
    first_at, last_at = cursor.fetchone()
    if first_at is None:
        return 0
    cursor.execute("SET LOCAL ROLE waymark_keeper")
    try:
        cursor.execute(
            "DELETE FROM campaigns_event WHERE series IN ('insight', 'promotion')"
            " AND occurred_at BETWEEN %s AND %s AND batch_id = ANY(%s)",
            [first_at, last_at, batches],
        )
        return int(cursor.rowcount)
    finally:
        if not connection.needs_rollback:
            cursor.execute("RESET ROLE")

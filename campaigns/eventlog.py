"""The one writer of the event log.

A caller fills the temporary table `staged_event` (made by `open_staging`) within a transaction and calls `append`:
the events are judged, stored once, and their batch waits for the fold when the transaction commits. Earlier events
that they show in another light are judged again in the same commit.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.models import EventBatch
from campaigns.partitions import MAKE_MISSING, log_between, partitions_wanted
from campaigns.signals import batch_committed
from campaigns.touching import MOST, touch_all_shares, touch_shares
from campaigns.verdicts import INSERT_JUDGEMENTS, RULE_VERSION, correct, judge_around, judge_staged
from privacy.prepared import KEEP_PLANS, Prepared
from records.models import Import

SQL = Path(__file__).parent / "sql"
OPEN_STAGING = (SQL / "open_staging.sql").read_text()
STAGED_SPAN = (SQL / "staged_span.sql").read_text()
OPEN_BATCH = (SQL / "open_batch.sql").read_text()
CLOSE_BATCH = (
    "UPDATE campaigns_eventbatch SET event_count = %(events)s, judgement_count = %(judgements)s WHERE id = %(batch)s"
)
STORE_STAGED = (
    (SQL / "store_staged.sql")
    .read_text()
    .format(
        insert_staged=(SQL / "insert_staged.sql").read_text().format(batch="(SELECT id FROM number)"),
        insert_judgements=INSERT_JUDGEMENTS.format(batch="(SELECT id FROM number)"),
    )
)
STORE_STAGED_AS_PLANNED = Prepared(
    STORE_STAGED, **{"import": "bigint", "rule": "smallint", "first_at": "timestamptz", "last_at": "timestamptz"}
)
# Of so many staged events and fewer, planning the statements takes longer than a plan that was made for any number.
FEW = 1_000
COUNT_OVERLAPS = (SQL / "count_overlaps.sql").read_text()
FIND_LEAVING = (SQL / "find_leaving.sql").read_text().format(log=log_between("%(first_at)s", "%(last_at)s"))
DELETE_JUDGEMENTS = (SQL / "delete_judgements.sql").read_text()
DELETE_LEAVING = (SQL / "delete_leaving.sql").read_text()


@dataclass(frozen=True)
class Staged:
    """How many events are staged, the first and last moment among them (UTC; None of none), and the shares that they
    came through: of very many at least MOST + 1."""

    count: int
    first_at: datetime | None
    last_at: datetime | None
    shares: Collection[int]


@dataclass(frozen=True)
class Appended:
    """What became of the staged events: stored now, or already in the log (the same id, time and viewer)."""

    batch: EventBatch
    accepted: int
    duplicates: int


class BatchTooLarge(ValueError):
    """More than EventBatch.MAX_EVENTS events were staged for one commit."""


def open_staging(cursor: CursorWrapper, before: str = "") -> None:
    """Make the table `staged_event` for this transaction, empty (emptied when it ends). `before`: a statement that runs
    first in the same journey to the database."""
    cursor.execute(f"{before};\n{OPEN_STAGING}" if before else OPEN_STAGING)


def append(
    cursor: CursorWrapper,
    staged: Staged | None = None,
    *,
    source_import: Import | None = None,
    keeps_plans: bool = False,
) -> Appended:
    """Store what `staged_event` holds as one batch. Call within a transaction that the caller commits.

    `staged` says what it holds; without it the table is looked through. Assignments and shares that belong to the same
    commit take `Appended.batch` and are counted by `seal`. `keeps_plans`: by plans that the connection keeps, where few
    events are staged; the caller has them made anew now and then, for tables grow. Raises BatchTooLarge before anything
    is written.
    """
    staged = staged or look_through(cursor)
    if staged.count > EventBatch.MAX_EVENTS:
        raise BatchTooLarge(
            f"{staged.count} events in one batch; at most {EventBatch.MAX_EVENTS} are committed together."
        )
    span = {"first_at": staged.first_at, "last_at": staged.last_at}
    is_planned = keeps_plans and staged.count <= FEW
    judge_staged(cursor, **span, is_planned=is_planned, before=MAKE_MISSING, values=partitions_wanted(**span))
    batch = _store(cursor, source_import, span, is_planned)
    duplicates = staged.count - batch.event_count
    if source_import and duplicates:
        cursor.execute(COUNT_OVERLAPS, {"batch": batch.pk, "import": source_import.pk})
    touch_shares(cursor, batch, staged.shares)
    transaction.on_commit(_tell, robust=True)
    return Appended(batch, batch.event_count, duplicates)


def _store(
    cursor: CursorWrapper, source_import: Import | None, span: Mapping[str, datetime | None], is_planned: bool
) -> EventBatch:
    """Staged events into the log, with their judgements and their batch."""
    values = {"import": source_import.pk if source_import else None, "rule": RULE_VERSION, **span}
    store = f"{KEEP_PLANS};\n{STORE_STAGED_AS_PLANNED.call(cursor, values)}" if is_planned else STORE_STAGED
    cursor.execute(store, values)
    number, received_at, events, judgements = cursor.fetchone()
    return EventBatch(
        pk=number, source_import=source_import, received_at=received_at, event_count=events,
        judgement_count=judgements, **span,
    )  # fmt: skip


def _tell() -> None:
    """Call on commit, robustly: what is stored is stored, whatever becomes of who is told."""
    batch_committed.send(EventBatch)


def open_batch(cursor: CursorWrapper) -> EventBatch:
    """A batch without events so far."""
    cursor.execute(OPEN_BATCH)
    number, received_at = cursor.fetchone()
    return EventBatch(pk=number, received_at=received_at, event_count=0)


def look_through(cursor: CursorWrapper) -> Staged:
    """What `staged_event` holds."""
    cursor.execute(STAGED_SPAN, {"shares": MOST + 1})
    count, first_at, last_at, shares = cursor.fetchone()
    return Staged(count, _utc(first_at), _utc(last_at), shares)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def remove(cursor: CursorWrapper, batches: list[int]) -> int:
    """Take the events of these batches out of the log, with their judgements; judge again what stood around them.

    What the rest is now found to be is a batch of its own. Returns how many events went. Call within a transaction;
    what was counted of the events is the caller's to correct, before.
    """
    cursor.execute("SELECT min(first_at), max(last_at) FROM campaigns_eventbatch WHERE id = ANY(%s)", [batches])
    first_at, last_at = cursor.fetchone()
    if first_at is None:
        return 0
    cursor.execute(FIND_LEAVING, {"batches": batches, "first_at": first_at, "last_at": last_at})
    cursor.execute("ANALYZE leaving_event")
    _delete(cursor, DELETE_JUDGEMENTS)
    count = _delete(cursor, DELETE_LEAVING)
    touch_all_shares()
    judge_around(cursor, "leaving_event", first_at, last_at)
    store_corrections(cursor)
    return count


def store_corrections(cursor: CursorWrapper, rule: int = RULE_VERSION) -> int:
    """Store what `ruling` found otherwise than it holds as a batch of its own, if anything. Returns how many."""
    cursor.execute("SELECT EXISTS (SELECT FROM ruling WHERE is_open AND found <> reason)")
    if not cursor.fetchone()[0]:
        return 0
    batch = open_batch(cursor)
    count = correct(cursor, batch.pk, rule)
    cursor.execute(CLOSE_BATCH, {"batch": batch.pk, "events": 0, "judgements": count})
    touch_all_shares()
    transaction.on_commit(_tell, robust=True)
    return count


def _delete(cursor: CursorWrapper, statement: str) -> int:
    """As the keeper, the one role that may delete. Returns how many rows went."""
    cursor.execute("GRANT SELECT ON leaving_event TO waymark_keeper")
    cursor.execute("SET LOCAL ROLE waymark_keeper")
    try:
        cursor.execute(statement)
        return int(cursor.rowcount)
    finally:
        if not connection.needs_rollback:
            cursor.execute("RESET ROLE")

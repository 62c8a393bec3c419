"""Refill the rollups from the log, beside those in use, and put them in their place.

The new tables are made in a schema of their own, in which the fold's own statements fill them. Pages read the old ones
meanwhile, events go on coming in, and folds go on. What was folded since the rebuild began waits again at the end, and
is added to the new tables as anything new is. Corrections that take events out of the log wait for the rebuild.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeVar

import structlog
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import QueryCanceled

from analytics import folding, frozen_base
from analytics.folding import BESIDE
from analytics.leaving import MEMORY
from analytics.rollups import ROLLUPS, Rollup, fill_statements, fold_statement
from campaigns.models import EventBatch
from campaigns.partitions import spans
from campaigns.signals import batch_committed
from privacy.renewing.versions import touch_everything

SQL = Path(__file__).parent / "sql"
NOTE_BATCHES = (SQL / "note_batches.sql").read_text()
NEXT_TO_REBUILD = (SQL / "next_to_rebuild.sql").read_text()
INDEXES_OF = (SQL / "indexes_of.sql").read_text()
# So that both connections end together: by viewer and day, by viewer, by group.
LARGEST_FIRST = sorted(ROLLUPS, key=lambda rollup: (not rollup.by_month, "viewer_id" not in rollup.grain))
TABLES = [table for rollup in ROLLUPS for table in rollup.tables]
# The facts of a chunk, in parts that know nothing of each other.
OF_EVENTS = folding.FACTS.format(
    source=folding.FACTS_OF_BATCHES.format(log=folding.LOG, latest=(SQL / "latest_verdicts.sql").read_text()), sign=1
)
OF_JUDGEMENTS = folding.FACTS.format(source=folding.OF_JUDGEMENTS, sign=1)
OF_DRAWS = folding.DRAWS.format(sign=1)
PARTITIONS_OF = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass"
# The first of them are added twice as fast as the others. So many facts take some 3 GB of disk meanwhile.
FACTS_AT_ONCE = 16_000_000

NOTHING = folding.Claim(batches=[], first_at=None, last_at=None, facts=0, judgements=0)
# Of a hundred: enough to tell many groups from few. It takes a third of the time, and autovacuum looks closer later.
ROUGHLY = 30
CONNECTIONS = 2  # that add to rollups at the same time, each to another

PATIENCE = "500ms"  # for whoever reads the old tables when they are to go
PAUSE = 1.0  # seconds, then once more
SAID_AFTER = 60  # times that were in vain

log = structlog.get_logger(__name__)

T = TypeVar("T")
Tell = Callable[[int, int], None]


def rebuild(tell: Tell = lambda done, of: None) -> int:
    """Fill new tables from the log and swap them in; one rebuild at a time. Returns how many events and assignments the
    log had when it began. `tell` is told how many facts are done, and of how many.

    What was disposed of is added from the frozen base. A rebuild that fails or is killed leaves the old tables as they
    are; what it had made goes with the next, or with the next undo or disposal.
    """
    with _alone(), connection.cursor() as cursor:
        with transaction.atomic():
            _make_beside(cursor)
            of = _note_batches(cursor)
        counted, done, add = 0, 0, _fill
        chunk: folding.Claim | None = _next(cursor) or NOTHING
        while chunk:
            _gather(cursor, chunk)
            for added, _ in enumerate(_spread(add, LARGEST_FIRST), start=1):
                tell(done + chunk.facts * added // len(ROLLUPS), of)
            counted += _finish(cursor, chunk)
            done += chunk.facts
            chunk, add = _next(cursor), _fold
        with transaction.atomic(), _beside(cursor):
            frozen_base.add_frozen(cursor)
        list(_spread(_analyze_roughly, _partitions(cursor)))
        list(_spread(_analyze, TABLES))
        with transaction.atomic():
            _swap(cursor)
    return counted


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({folding.REBUILD_LOCK})")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"SELECT pg_advisory_unlock({folding.REBUILD_LOCK})")


@contextmanager
def _beside(cursor: CursorWrapper) -> Iterator[None]:
    """Names of tables mean the new ones, and the facts beside them rather than a fold's; within a transaction."""
    cursor.execute("SHOW search_path")
    before = cursor.fetchone()[0]
    cursor.execute(f"SET LOCAL search_path = {BESIDE}, {before}, pg_temp")
    yield
    cursor.execute(f"SET LOCAL search_path = {before}")


def _make_beside(cursor: CursorWrapper) -> None:
    """Empty tables as those in use, with as much room for changes. Partitions come with facts, indexes after them."""
    cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
    cursor.execute(f"CREATE SCHEMA {BESIDE}")
    for table in TABLES:
        cursor.execute(
            "SELECT pg_get_partkeydef(oid), array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass",
            [table],
        )
        key, options = cursor.fetchone()
        by = f"PARTITION BY {key}" if key else f"WITH ({options})" if options else ""
        cursor.execute(f"CREATE TABLE {BESIDE}.{table} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES) {by}")


def _note_batches(cursor: CursorWrapper) -> int:
    """The batches that the new tables are made of: all that is committed while no fold is under way. How many facts."""
    cursor.execute(f"SELECT pg_advisory_xact_lock({folding.FOLD_LOCK})")
    cursor.execute(NOTE_BATCHES)
    cursor.execute(f"ALTER TABLE {BESIDE}.batch ADD PRIMARY KEY (id)")
    cursor.execute(f"ANALYZE {BESIDE}.batch")
    cursor.execute(f"SELECT coalesce(sum(facts), 0) FROM {BESIDE}.batch")
    return int(cursor.fetchone()[0])


def _next(cursor: CursorWrapper) -> folding.Claim | None:
    cursor.execute(NEXT_TO_REBUILD, {"limit": FACTS_AT_ONCE})
    batches, first_at, last_at, facts, judgements = cursor.fetchone()
    return folding.Claim(batches, first_at, last_at, int(facts), int(judgements)) if batches else None


def _gather(cursor: CursorWrapper, chunk: folding.Claim) -> None:
    """The chunk's facts, beside the new tables, where other connections see them.

    Each month of the log is read by itself, by whichever connection is free. The parts need not see the same moment: of
    the chunk's batches nothing comes or goes meanwhile.
    """
    with transaction.atomic(), _beside(cursor):
        folding.make_facts(cursor, f"CREATE UNLOGGED TABLE {BESIDE}.fold_facts AS", chunk, "WITH NO DATA")
    parts = [(OF_DRAWS, chunk), (OF_JUDGEMENTS, chunk)] if chunk.judgements else [(OF_DRAWS, chunk)]
    if chunk.first_at and chunk.last_at:
        months = spans(chunk.first_at, chunk.last_at)
        parts += [(OF_EVENTS, replace(chunk, first_at=first, last_at=last)) for first, last in months]
    list(_spread(_gather_part, parts))
    with transaction.atomic(), _beside(cursor):
        cursor.execute(f"SET LOCAL default_statistics_target = {ROUGHLY}")
        cursor.execute("ANALYZE fold_facts")
        cursor.execute(folding.NOTE_MONTHS)


def _gather_part(cursor: CursorWrapper, part: tuple[str, folding.Claim]) -> None:
    statement, chunk = part
    with _beside(cursor):
        cursor.execute(f"INSERT INTO fold_facts\n{statement}", folding.values_of(chunk))


def _spread(work: Callable[[CursorWrapper, T], None], items: Sequence[T]) -> Iterator[T]:
    """Do each item's work in a transaction of its own, on several connections at once; the items, as they are done.

    Within a transaction of the caller's, which no other connection sees into, all is done on its connection.
    """
    if connection.in_atomic_block:
        for item in items:
            _do(work, item)
            yield item
        return
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        begun = {pool.submit(_do_and_close, work, item): item for item in items}
        try:
            for one in as_completed(begun):
                one.result()
                yield begun[one]
        finally:
            pool.shutdown(cancel_futures=True)


def _do(work: Callable[[CursorWrapper, T], None], item: T) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        work(cursor, item)


def _do_and_close(work: Callable[[CursorWrapper, T], None], item: T) -> None:
    try:
        _do(work, item)
    finally:
        connection.close()


def _fill(cursor: CursorWrapper, rollup: Rollup) -> None:
    """Into tables that are empty and have no index yet: nothing need be looked for. Indexes are made when all is in."""
    if rollup.by_month:
        # Hardly two facts are of the same person and day: to hash them takes as much again as to sort them.
        cursor.execute("SET LOCAL enable_hashagg = off")
    with _beside(cursor):
        for statement in fill_statements(rollup):
            cursor.execute(statement)
    for table in rollup.tables:
        _make_indexes(cursor, table)


def _make_indexes(cursor: CursorWrapper, table: str) -> None:
    """The indexes of the table in use, under the same names."""
    cursor.execute(INDEXES_OF, {"table": table, "schema": BESIDE})
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def _fold(cursor: CursorWrapper, rollup: Rollup) -> None:
    with _beside(cursor):
        cursor.execute(fold_statement(rollup))


def _finish(cursor: CursorWrapper, chunk: folding.Claim) -> int:
    """What follows when the chunk's facts are in all tables. Returns how many events and assignments they are."""
    with transaction.atomic(), _beside(cursor):
        if chunk.judgements:
            folding.follow_judgements(cursor)
        cursor.execute("UPDATE batch SET is_done = true WHERE id = ANY(%s)", [chunk.batches])
        cursor.execute("SELECT coalesce(sum(facts), 0) FROM fold_facts")
        counted = int(cursor.fetchone()[0])
        cursor.execute(f"DROP TABLE {BESIDE}.fold_facts")
    return counted


def _partitions(cursor: CursorWrapper) -> list[str]:
    found = list[str]()
    for rollup in ROLLUPS:
        if rollup.by_month:
            cursor.execute(PARTITIONS_OF, [f"{BESIDE}.{rollup.table}"])
            found += [name.removeprefix(f"{BESIDE}.") for (name,) in cursor.fetchall()]
    return found


def _analyze_roughly(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(f"SET LOCAL default_statistics_target = {ROUGHLY}")
    _analyze(cursor, table)


def _analyze(cursor: CursorWrapper, table: str) -> None:
    """Without its partitions."""
    cursor.execute(f"ANALYZE ONLY {BESIDE}.{table}")


def _locked(cursor: CursorWrapper) -> bool:
    """Keep folds and readers out of the tables until the transaction ends; False, with nothing locked, where somebody
    reads for longer.

    All tables or none: a page that has read one and waits for another, while this waits for the one, would be ended by
    PostgreSQL as a deadlock after a second (deadlock_timeout). PATIENCE is less. And nobody waits for a long export.
    """
    try:
        with transaction.atomic():
            cursor.execute(f"SELECT pg_advisory_xact_lock({folding.FOLD_LOCK})")
            # Hinders no reader. PostgreSQL ends an autovacuum that is in the way, but only after a second.
            cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN SHARE UPDATE EXCLUSIVE MODE")
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as problem:
        if not isinstance(problem.__cause__, QueryCanceled):
            raise
        return False
    return True


def _swap(cursor: CursorWrapper) -> None:
    """Put the new tables in the place of the old, while no fold is under way: readers wait for this moment alone.

    Of the batches, those that the new tables hold are folded, and no others: what was folded meanwhile waits again.
    Relies on batch_folded_at and batch_unfolded; a fold takes far less than the hour.
    """
    for tried in count(1):
        if _locked(cursor):
            break
        if tried % SAID_AFTER == 0:
            log.warning("rebuild_waits_for_readers", tried=tried)
        time.sleep(PAUSE)
    cursor.execute(
        "UPDATE campaigns_eventbatch AS batch SET folded_at = NULL\n"
        f"WHERE folded_at >= coalesce((SELECT min(noted_at) FROM {BESIDE}.batch), '-infinity') - interval '1 hour'\n"
        f"AND NOT EXISTS (SELECT FROM {BESIDE}.batch AS mine WHERE mine.id = batch.id)"
    )
    waits_again = cursor.rowcount
    cursor.execute(
        "UPDATE campaigns_eventbatch AS batch SET folded_at = now()\n"
        f"WHERE folded_at IS NULL AND EXISTS (SELECT FROM {BESIDE}.batch AS mine WHERE mine.id = batch.id)"
    )
    cursor.execute("SELECT current_schema()")
    (schema,) = cursor.fetchone()
    for table in TABLES:
        cursor.execute(PARTITIONS_OF, [f"{BESIDE}.{table}"])
        partitions = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"DROP TABLE {schema}.{table}")
        for name in (f"{BESIDE}.{table}", *partitions):
            cursor.execute(f"ALTER TABLE {name} SET SCHEMA {schema}")
    cursor.execute(f"DROP SCHEMA {BESIDE} CASCADE")
    touch_everything()
    if waits_again:
        transaction.on_commit(lambda: batch_committed.send(EventBatch))

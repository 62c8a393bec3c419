"""Rebuilding beside the rollups in use: what comes meanwhile, what fails, and that the new tables are as the old."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics import folding
from analytics import rebuild as rebuilding
from analytics.folding import BESIDE
from analytics.models import CampaignVariant, ViewerDay, ViewerMaterial
from analytics.rebuild import TABLES, rebuild
from analytics.rollups import ROLLUPS
from campaigns.models import EventBatch, Judgement
from tests.analytics.test_folding import mixed_batches, state
from tests.events import append, event, make_campaign, make_material, make_viewer, take_back

pytestmark = pytest.mark.django_db

SHAPE = """
SELECT relname, relkind, pg_get_partkeydef(pg_class.oid), pg_get_expr(relpartbound, pg_class.oid),
    ARRAY(
        SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = pg_class.oid
        ORDER BY indexrelid::regclass::text
    ),
    reloptions,
    ARRAY(
        SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = pg_class.oid ORDER BY conname
    ),
    ARRAY(
        SELECT concat(attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid)) FROM pg_attribute
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = pg_class.oid AND attnum > 0 ORDER BY attnum
    )
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND (relname = ANY(%s) OR relispartition AND relname LIKE 'analytics_viewerday_%%')
ORDER BY relname
"""


def shape() -> list[tuple[Any, ...]]:
    """Columns, keys, indexes, partitions and room for changes of every rollup's table."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE, [TABLES])
        return list(cursor.fetchall())


def schemas_beside() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [BESIDE])
        return int(cursor.fetchone()[0])


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch in a transaction of its own."""
    monkeypatch.setattr(rebuilding, "FACTS_AT_ONCE", 1)


@pytest.fixture
def no_days() -> None:
    """Without the partitions of months that tests which commit have left empty: a rebuild makes none of these."""
    with connection.cursor() as cursor:
        cursor.execute(rebuilding.PARTITIONS_OF, ["analytics_viewerday"])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")


def test_new_tables_are_as_the_old(no_days: None) -> None:
    mixed_batches()
    folding.fold_all()
    before = shape()

    rebuild()

    assert shape() == before
    assert [name for name, *_, room, _keys, _columns in before if room is None] == ["analytics_viewerday"]
    assert len(before) > len(TABLES)  # the days of viewers have partitions
    assert schemas_beside() == 0


def test_many_chunks_give_what_one_gives(one_by_one: None) -> None:
    batches = mixed_batches()
    folding.fold_all()
    folded, told = state(), []

    rebuild(lambda done, of: told.append((done, of)))

    assert state() == folded
    assert len(told) == len(batches) * len(ROLLUPS)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


@pytest.mark.django_db(transaction=True)
def test_on_several_connections_as_on_one() -> None:
    """Outside a transaction several rollups are filled at once, and whoever waits is told of each."""
    mixed_batches()
    folding.fold_all()
    folded, told = state(), []
    with transaction.atomic():
        rebuild()
        on_one = shape()

    rebuild(lambda done, of: told.append((done, of)))

    assert (state(), shape()) == (folded, on_one)
    assert told == [(9 * added // len(ROLLUPS), 9) for added in range(1, len(ROLLUPS) + 1)]
    assert schemas_beside() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("facts_at_once", [1, 5, rebuilding.FACTS_AT_ONCE])
def test_each_month_is_gathered_whole_with_its_changed_verdicts(
    monkeypatch: pytest.MonkeyPatch, facts_at_once: int
) -> None:
    """Events of both series at the last and first moments of months; a trap made scanners of one month's openings."""
    monkeypatch.setattr(rebuilding, "FACTS_AT_ONCE", facts_at_once)
    _, letter = make_campaign().variants.all()
    viewer, guide = make_viewer("1"), make_material("guide")
    april, may = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    for moment in (april - tick, april, may - tick, may):
        append(
            event(viewer, "view", variant=letter, material=guide, occurred_at=moment),
            event(viewer, "response", variant=letter, amount="2.50", occurred_at=moment),
            assigned=[(viewer, letter)] if moment == april else [],
        )
    append(event(viewer, "view", variant=letter, material=guide, signals=8, occurred_at=may + tick))
    folding.fold_all()
    folded = state()
    assert Judgement.objects.count() > 0
    assert ViewerMaterial.objects.get().last_at == april

    assert rebuild() == 10

    assert state() == folded


@pytest.mark.django_db(transaction=True)
def test_who_reads_one_table_after_another_is_ended_by_no_swap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The swap wants what the reader has, and the reader then what the swap may have by now."""
    monkeypatch.setattr(rebuilding, "PAUSE", 0.05)
    mixed_batches()
    folding.fold_all()
    folded, tried, swapped = state(), Event(), list[bool]()
    locked = rebuilding._locked

    def trying(cursor: CursorWrapper) -> bool:
        tried.set()
        swapped.append(locked(cursor))
        return swapped[-1]

    monkeypatch.setattr(rebuilding, "_locked", trying)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {TABLES[-1]}")
            rebuilt = pool.submit(rebuild_and_close)
            assert tried.wait(60)
            wait_for_lock_on(TABLES[-1])
            cursor.execute(f"SELECT count(*) FROM {TABLES[0]}")
        rebuilt.result(60)

    assert swapped[0] is False
    assert swapped[-1] is True
    assert state() == folded


@pytest.mark.django_db(transaction=True)
def test_a_vacuum_that_is_at_work_is_waited_for_without_keeping_readers_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends one of its own that is in the way, but not within the patience that readers are owed."""
    mixed_batches()
    folding.fold_all()
    folded, swapped, locked = state(), list[bool](), rebuilding._locked

    def trying(cursor: CursorWrapper) -> bool:
        swapped.append(locked(cursor))
        return swapped[-1]

    monkeypatch.setattr(rebuilding, "_locked", trying)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLES[-1]} IN SHARE UPDATE EXCLUSIVE MODE")  # as a vacuum has it
            rebuilt = pool.submit(rebuild_and_close)
            wait_for_lock_on(TABLES[-1], longer_than="700 ms")  # more than PATIENCE
        rebuilt.result(60)
    assert swapped == [True]
    assert state() == folded


def rebuild_and_close() -> None:
    try:
        rebuild()
    finally:
        connection.close()


def wait_for_lock_on(table: str, longer_than: str = "0") -> None:
    """Until somebody waits, for longer than that, for the table."""
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
        " AND clock_timestamp() - waitstart > %s::interval"
    )
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute(waiting, [table, longer_than])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_failure_on_one_connection_ends_the_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed_batches()
    folding.fold_all()
    folded = state()
    monkeypatch.setattr(rebuilding, "fill_statements", lambda rollup: ["SELECT 1 / 0"])

    with pytest.raises(DatabaseError):
        rebuild()

    assert state() == folded
    monkeypatch.undo()
    rebuild()
    assert state() == folded


@pytest.mark.parametrize("is_folded", [True, False])
def test_what_comes_meanwhile_is_counted_once(one_by_one: None, is_folded: bool) -> None:
    """Folded into the old tables or not: the new ones do not have it, so that it waits, and is folded then."""
    mixed_batches()
    folding.fold_all()
    _, letter = make_campaign("late").variants.all()
    viewer, guide = make_viewer("late"), make_material("late")
    came: list[EventBatch] = []

    def meanwhile(done: int, of: int) -> None:
        if not came:
            came.append(
                append(event(viewer, "view", variant=letter, material=guide), assigned=[(viewer, letter)]).batch
            )
            if is_folded:
                folding.fold_all()

    rebuild(meanwhile)

    assert list(EventBatch.objects.filter(folded_at=None)) == came
    assert not CampaignVariant.objects.filter(variant=letter).exists()
    folding.fold_all()
    assert CampaignVariant.objects.get(variant=letter).views == 1
    counted = state()
    rebuild()
    assert state() == counted


def test_changed_verdict_that_comes_meanwhile_is_followed(one_by_one: None) -> None:
    """A trap's event makes scanners of the opening before: its batch is none of the rebuild's, and is folded after."""
    _, letter = make_campaign().variants.all()
    viewer, guide = make_viewer("1"), make_material("guide")
    append(event(viewer, "view", variant=letter, material=guide, signals=16))
    folding.fold_all()
    assert CampaignVariant.objects.get(variant=letter).unsure_views == 1
    came: list[EventBatch] = []

    def meanwhile(done: int, of: int) -> None:
        if not came:
            came.append(append(event(viewer, "view", variant=letter, material=guide, signals=8)).batch)

    rebuild(meanwhile)
    folding.fold_all()

    counted = state()
    rebuild()
    assert state() == counted


def test_rebuild_that_fails_leaves_everything_and_the_next_begins_anew(
    one_by_one: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed_batches()
    folding.fold_all()
    ViewerDay.objects.all().delete()
    before = state()

    def fail(done: int, of: int) -> None:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError), transaction.atomic():
        rebuild(fail)

    assert state() == before
    assert not EventBatch.objects.filter(folded_at=None).exists()
    rebuild()
    assert sum(row.facts for row in ViewerDay.objects.all()) > 0
    assert schemas_beside() == 0


def test_what_a_killed_rebuild_left_goes_with_what_takes_events_out(one_by_one: None) -> None:
    batches = mixed_batches()
    folding.fold_all()

    def fail(done: int, of: int) -> None:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        rebuild(fail)
    assert schemas_beside() == 1

    take_back(batches[-1])

    assert schemas_beside() == 0


def test_rebuild_of_an_empty_log_empties_the_rollups() -> None:
    ViewerDay.objects.all().delete()
    assert rebuild() == 0
    assert not any(state().values())


def test_what_takes_events_out_waits_for_a_rebuild() -> None:
    """Undo and disposal share the lock that a rebuild holds: they cannot take away what the new tables are made of."""
    batch = append(event(make_viewer(), "view")).batch
    folding.fold_all()
    take_back(batch)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            f" AND objid::bigint = {folding.REBUILD_LOCK}::bigint & 4294967295"
        )
        assert cursor.fetchall() == [("ShareLock",)]

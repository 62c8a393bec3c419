"""Taking disposed events and draws out of the rollups, and keeping the sums of groups in the frozen base.

Rows about a viewer lose what has gone. Of the sums over groups, those of five people or more stay as they are, and the
frozen base notes what of them the log cannot give any more; smaller ones lose it. So at any time a rollup of groups is
its frozen base and what a rebuild of the log would give.

A month may hold ten million events, so it is read once and added up at once: what follows works on as many facts as
people, days and things have something in common, not on as many as there were events.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from analytics import departures, folding
from analytics.leaving import MEMORY, OF_GROUPS, OF_VIEWERS, gather_partition
from analytics.rollups import ROLLUPS, Rollup, SecondLevel, extremes_statement, fold_statement, remove_empty_statements
from campaigns.retention import named, span

SQL = Path(__file__).parent / "sql"
FACTS_OF_DRAWS = (SQL / "facts_of_draws.sql").read_text()
SMALLEST_GROUP = 5
SECOND_LEVELS = [(rollup.second_level, rollup.needs) for rollup in ROLLUPS if rollup.second_level]
FROZEN = {
    "analytics_campaignday": "analytics_frozencampaignday",
    "analytics_materialday": "analytics_frozenmaterialday",
    "analytics_verdictday": "analytics_frozenverdictday",
    "analytics_campaignvariant": "analytics_frozencampaignvariant",
    "analytics_materialtotal": "analytics_frozenmaterialtotal",
    "analytics_materialpage": "analytics_frozenmaterialpage",
}


def take_partition_away(cursor: CursorWrapper, partition: str) -> None:
    """Before a partition leaves the log, in the same transaction: take it out of the sums. `settle` follows.

    All that takes long comes here: once the partition is detached, everybody else waits for the log. Where the month
    was added up ahead (analytics.departures), people are gone through and no events.
    """
    series, month = named(partition)
    _count_what_waits(cursor)
    cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
    is_held = _is_held(cursor)
    if not is_held and departures.is_prepared(cursor, series, month):
        for rollup in OF_GROUPS:
            departures.gather_prepared(cursor, series, month, rollup.table)
            _take_group_away(cursor, rollup, f"people >= {SMALLEST_GROUP}")
            _remove_empty(cursor, [rollup])
        departures.gather_prepared(cursor, series, month)
    else:
        gather_partition(cursor, partition, is_held=is_held)
        for rollup in OF_GROUPS:
            _take_group_away(cursor, rollup)
        _remove_empty(cursor, OF_GROUPS)
    _take_viewers_away(cursor, [rollup for rollup in OF_VIEWERS if is_held or not rollup.by_month], {})
    _remove_empty(cursor, [rollup for rollup in OF_VIEWERS if rollup.second_level])  # of others none is left
    departures.forget(cursor, series, month)


def settle(cursor: CursorWrapper, partition: str) -> None:
    """After a partition has left the log: take first and last signs again from it, for those people alone who are left
    and whose signs were in the partition. What nobody holds of the people's days goes as one table."""
    series, month = named(partition)
    first_at, until = span(month)
    for rollup in OF_VIEWERS:
        if rollup.extremes:
            cursor.execute(extremes_statement(rollup, _had_signs(rollup)), {"first": first_at, "until": until})
    if not _is_held(cursor):
        for rollup in OF_VIEWERS:
            if rollup.by_month:
                cursor.execute(f"DROP TABLE IF EXISTS {rollup.table}_{series.value}_{month:%Y_%m}")


def _count_what_waits(cursor: CursorWrapper) -> None:
    """Stop the folds, when nothing waits for one: a correction or draw that leaves before it is folded is in no sum,
    neither in those that stay nor in those that it would be taken out of."""
    folding.stop_folds(cursor)
    folding.fold_all()


def _is_held(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM held_event)")
    return bool(cursor.fetchone()[0])


def _remove_empty(cursor: CursorWrapper, rollups: Iterable[Rollup]) -> None:
    with folding.joined_whole(cursor, when=True):
        for rollup in rollups:
            for statement in remove_empty_statements(rollup):
                cursor.execute(statement)


def _had_signs(rollup: Rollup) -> str:
    grain = ", ".join(rollup.grain)
    return (
        f"({grain}) IN (SELECT {grain} FROM {rollup.table} WHERE first_at >= %(first)s AND first_at < %(until)s "
        "OR last_at >= %(first)s AND last_at < %(until)s)"
    )


def take_draws_away(cursor: CursorWrapper, assignments: list[int]) -> None:
    """Before assignments are deleted, in the same transaction: take them out of the sums.

    They go in batches, so a group is told by all its recipients, not by those of the batch.
    """
    _count_what_waits(cursor)
    cursor.execute(FACTS_OF_DRAWS, {"assignments": assignments, "time_zone": settings.AGENCY_TIME_ZONE})
    cursor.execute("ANALYZE fold_facts")
    large = dict.fromkeys(FROZEN, "false")
    for table in ("analytics_campaignday", "analytics_campaignvariant"):
        large[table] = _recipients(table)
    for rollup in OF_GROUPS:
        _take_group_away(cursor, rollup, large.get(rollup.table))
    _take_viewers_away(cursor, OF_VIEWERS, large)
    folding.settle(cursor)


def add_frozen(cursor: CursorWrapper) -> None:
    """After a rebuild from the log: add what it cannot give any more."""
    for rollup in OF_GROUPS:
        cursor.execute(_addition(rollup.table, FROZEN[rollup.table], rollup.grain, rollup.measures))
    for second, _ in SECOND_LEVELS:
        cursor.execute(_addition(second.table, FROZEN[second.table], second.grain, tuple(second.measures)))


def _recipients(table: str) -> str:
    grain = "campaign_id, day, variant_id" if table == "analytics_campaignday" else "campaign_id, variant_id"
    return f"({grain}) IN (SELECT {grain} FROM {table} WHERE recipients >= {SMALLEST_GROUP})"


def _take_group_away(cursor: CursorWrapper, rollup: Rollup, is_large: str | None = None) -> None:
    """Fold `fold_facts`, which carry their signs, into the sums of small groups; those of large ones are frozen.

    `is_large` says which are; without it, those of whom enough people leave together.
    """
    _note_large(cursor, rollup.grain, rollup.needs, is_large)
    cursor.execute(_frozen_from_facts(rollup))
    spared = f"({', '.join(rollup.grain)}) NOT IN (SELECT * FROM large_group)"
    cursor.execute(fold_statement(replace(rollup, needs=f"{rollup.needs} AND {spared}")))


def _take_viewers_away(cursor: CursorWrapper, rollups: Iterable[Rollup], large: dict[str, str]) -> None:
    """Fold `fold_facts` into the rollups about a viewer, and into their second levels as far as these are of small
    groups; `large` says of a second level's table which are not, as `is_large` above."""
    for second, needs in SECOND_LEVELS:
        _note_large(cursor, second.grain, needs, large.get(second.table))
        _note_before(cursor, second)
    for rollup in rollups:
        cursor.execute(fold_statement(rollup if rollup.second_level else _without_gone(cursor, rollup)))
    for second, _ in SECOND_LEVELS:
        cursor.execute(_frozen_second(second))
        cursor.execute(_as_before(second))


def _without_gone(cursor: CursorWrapper, rollup: Rollup) -> Rollup:
    """Delete the rows of which nothing is left, which are nearly all where a month goes: to write zeros into them first
    took four times as long. Returns the rollup for the rest."""
    grain = ", ".join(rollup.grain)
    sums = ", ".join(f"sum({measure}) AS {measure}" for measure in rollup.measures)
    match = " AND ".join(f"mine.{column} = leaving.{column}" for column in rollup.grain)
    nothing = " AND ".join(f"mine.{measure} + leaving.{measure} = 0" for measure in rollup.measures)
    gone = f"{rollup.table}_gone"
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{gone}")
    cursor.execute(f"CREATE TEMPORARY TABLE {gone} ON COMMIT DROP AS SELECT {grain} FROM {rollup.table} WHERE false")
    cursor.execute(
        f"WITH gone AS (\n    DELETE FROM {rollup.table} AS mine\n"
        f"    USING (SELECT {grain}, {sums} FROM fold_facts WHERE {rollup.needs} GROUP BY {grain}) AS leaving\n"
        f"    WHERE {match} AND {nothing}\n    RETURNING {', '.join(f'mine.{column}' for column in rollup.grain)}\n)\n"
        f"INSERT INTO {gone} SELECT * FROM gone"
    )
    return replace(rollup, needs=f"{rollup.needs} AND ({grain}) NOT IN (SELECT * FROM {gone})")


def _note_before(cursor: CursorWrapper, second: SecondLevel) -> None:
    """The temporary table of what a second level says of its large groups."""
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_before(second)}")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {_before(second)} ON COMMIT DROP AS SELECT * FROM {second.table} "
        f"WHERE ({', '.join(second.grain)}) IN (SELECT * FROM large_group)"
    )


def _before(second: SecondLevel) -> str:
    return f"{second.table}_before"


def _note_large(cursor: CursorWrapper, grain: tuple[str, ...], needs: str, is_large: str | None) -> None:
    """The temporary table of the groups among the facts that are large. Whose events got another verdict since is none
    of the people of the former one. People are counted by two additions: to sort them, as count(DISTINCT) does, took
    four times as long."""
    columns = ", ".join(grain)
    found = (
        f"SELECT DISTINCT {columns} FROM fold_facts WHERE {needs} AND {is_large}"
        if is_large
        else f"SELECT {columns} FROM (\n"
        f"    SELECT DISTINCT {columns}, viewer_id FROM fold_facts WHERE {needs} AND facts <> 0\n"
        f") AS person GROUP BY {columns} HAVING count(viewer_id) >= {SMALLEST_GROUP}"
    )
    cursor.execute("DROP TABLE IF EXISTS pg_temp.large_group")
    cursor.execute(f"CREATE TEMPORARY TABLE large_group ON COMMIT DROP AS {found}")


def _frozen_from_facts(rollup: Rollup) -> str:
    """What leaves of large groups, added to the frozen base: the facts' signs are turned round."""
    grain = ", ".join(rollup.grain)
    sums = ", ".join(f"-sum({measure})" for measure in rollup.measures)
    return (
        f"INSERT INTO {FROZEN[rollup.table]} AS mine ({grain}, {', '.join(rollup.measures)})\n"
        f"SELECT {grain}, {sums} FROM fold_facts\n"
        f"WHERE {rollup.needs} AND ({grain}) IN (SELECT * FROM large_group) GROUP BY {grain}\n"
        f"ON CONFLICT ({grain}) DO UPDATE SET {_plus(rollup.measures)}"
    )


def _frozen_second(second: SecondLevel) -> str:
    """What the people of large groups were counted as before, less what they are counted as now."""
    grain, measures = ", ".join(second.grain), tuple(second.measures)
    lost = ", ".join(f"before.{measure} - coalesce(now.{measure}, 0)" for measure in measures)
    columns = ", ".join(f"before.{column}" for column in second.grain)
    return (
        f"INSERT INTO {FROZEN[second.table]} AS mine ({grain}, {', '.join(measures)})\n"
        f"SELECT {columns}, {lost} FROM {_before(second)} AS before\n"
        f"LEFT JOIN {second.table} AS now USING ({grain})\n"
        f"ON CONFLICT ({grain}) DO UPDATE SET {_plus(measures)}"
    )


def _as_before(second: SecondLevel) -> str:
    sets = ", ".join(f"{measure} = before.{measure}" for measure in second.measures)
    match = " AND ".join(f"mine.{column} = before.{column}" for column in second.grain)
    return f"UPDATE {second.table} AS mine SET {sets} FROM {_before(second)} AS before WHERE {match}"


def _addition(table: str, frozen: str, grain: tuple[str, ...], measures: tuple[str, ...]) -> str:
    columns = ", ".join((*grain, *measures))
    return (
        f"INSERT INTO {table} AS mine ({columns}) SELECT {columns} FROM {frozen} ORDER BY {', '.join(grain)}\n"
        f"ON CONFLICT ({', '.join(grain)}) DO UPDATE SET {_plus(measures)}"
    )


def _plus(measures: tuple[str, ...]) -> str:
    return ", ".join(f"{measure} = mine.{measure} + excluded.{measure}" for measure in measures)

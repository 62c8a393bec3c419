"""Taking disposed events and draws out of the rollups, and keeping the sums of groups in the frozen base.

Rows about a viewer lose what has gone. Of the sums over groups, those of five people or more stay as they are, and the
frozen base notes what of them the log cannot give any more; smaller ones lose it. So at any time a rollup of groups is
its frozen base and what a rebuild of the log would give.
"""

from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics import folding
from analytics.rollups import CAMPAIGN_VARIANT, ROLLUPS, Rollup, fold_statement

SQL = Path(__file__).parent / "sql"
FACTS_OF_PARTITION = (SQL / "facts_of_partition.sql").read_text()
FACTS_OF_DRAWS = (SQL / "facts_of_draws.sql").read_text()
SMALLEST_GROUP = 5
OF_GROUPS = {rollup.table: rollup for rollup in ROLLUPS if "viewer_id" not in rollup.grain}
FROZEN = {
    "analytics_campaignday": "analytics_frozencampaignday",
    "analytics_verdictday": "analytics_frozenverdictday",
    "analytics_campaignvariant": "analytics_frozencampaignvariant",
}
# People of a group among what leaves.
LEAVING_TOGETHER = f"count(DISTINCT viewer_id) >= {SMALLEST_GROUP}"


def take_partition_away(cursor: CursorWrapper, partition: str) -> None:
    """Before a partition leaves the log, in the same transaction: take it out of the sums. `settle` follows."""
    cursor.execute(f"SELECT pg_advisory_xact_lock({folding.FOLD_LOCK})")
    source = FACTS_OF_PARTITION.format(partition=connection.ops.quote_name(partition))
    statement = folding.FOLD_FACTS.format(source=source, sign=-1)
    cursor.execute(statement, {"time_zone": settings.AGENCY_TIME_ZONE, "batches": []})
    cursor.execute("ANALYZE fold_facts")
    _take_facts_away(cursor, {rollup.table: LEAVING_TOGETHER for rollup in OF_GROUPS.values()}, LEAVING_TOGETHER)


def take_draws_away(cursor: CursorWrapper, assignments: list[int]) -> None:
    """Before assignments are deleted, in the same transaction: take them out of the sums.

    They go in batches, so a group is told by all its recipients, not by those of the batch.
    """
    cursor.execute(f"SELECT pg_advisory_xact_lock({folding.FOLD_LOCK})")
    cursor.execute(FACTS_OF_DRAWS, {"assignments": assignments, "time_zone": settings.AGENCY_TIME_ZONE})
    cursor.execute("ANALYZE fold_facts")
    by_day, by_variant = _recipients("analytics_campaignday"), _recipients("analytics_campaignvariant")
    _take_facts_away(cursor, {"analytics_campaignday": by_day, "analytics_verdictday": "false"}, by_variant)
    folding.settle(cursor)


def add_frozen(cursor: CursorWrapper) -> None:
    """After a rebuild from the log: add what it cannot give any more."""
    for rollup in OF_GROUPS.values():
        cursor.execute(_addition(rollup.table, FROZEN[rollup.table], rollup.grain, rollup.measures))
    second = CAMPAIGN_VARIANT
    cursor.execute(_addition(second.table, FROZEN[second.table], second.grain, tuple(second.measures)))


def _recipients(table: str) -> str:
    grain = "campaign_id, day, variant_id" if table == "analytics_campaignday" else "campaign_id, variant_id"
    return f"({grain}) IN (SELECT {grain} FROM {table} WHERE recipients >= {SMALLEST_GROUP})"


def _take_facts_away(cursor: CursorWrapper, large: dict[str, str], large_variants: str) -> None:
    """Fold `fold_facts`, which carry their signs, into everything but the sums of large groups, which are frozen."""
    for rollup in OF_GROUPS.values():
        _note_large(cursor, "large_group", rollup.grain, rollup.needs, large[rollup.table])
        cursor.execute(_frozen_from_facts(rollup))
        spared = f"({', '.join(rollup.grain)}) NOT IN (SELECT * FROM large_group)"
        cursor.execute(fold_statement(replace(rollup, needs=f"{rollup.needs} AND {spared}")))
    second = CAMPAIGN_VARIANT
    _note_large(cursor, "large_group", second.grain, "campaign_id IS NOT NULL", large_variants)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.variant_before")
    cursor.execute(
        f"CREATE TEMPORARY TABLE variant_before ON COMMIT DROP AS SELECT * FROM {second.table} "
        f"WHERE ({', '.join(second.grain)}) IN (SELECT * FROM large_group)"
    )
    for rollup in ROLLUPS:
        if rollup.table not in OF_GROUPS:
            cursor.execute(fold_statement(rollup))
    cursor.execute(_frozen_variants())
    cursor.execute(_variants_as_before())


def _note_large(cursor: CursorWrapper, name: str, grain: tuple[str, ...], needs: str, is_large: str) -> None:
    """The temporary table of the groups among the facts that are large."""
    columns = ", ".join(grain)
    is_of_all = is_large == LEAVING_TOGETHER
    where = (
        f"{needs} GROUP BY {columns} HAVING {is_large}" if is_of_all else f"{needs} AND {is_large} GROUP BY {columns}"
    )
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM fold_facts WHERE {where}")


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


def _frozen_variants() -> str:
    """What the people of large variants were counted as before, less what they are counted as now."""
    second = CAMPAIGN_VARIANT
    grain, measures = ", ".join(second.grain), tuple(second.measures)
    lost = ", ".join(f"before.{measure} - coalesce(now.{measure}, 0)" for measure in measures)
    columns = ", ".join(f"before.{column}" for column in second.grain)
    return (
        f"INSERT INTO {FROZEN[second.table]} AS mine ({grain}, {', '.join(measures)})\n"
        f"SELECT {columns}, {lost} FROM variant_before AS before\n"
        f"LEFT JOIN {second.table} AS now USING ({grain})\n"
        f"ON CONFLICT ({grain}) DO UPDATE SET {_plus(measures)}"
    )


def _variants_as_before() -> str:
    second = CAMPAIGN_VARIANT
    sets = ", ".join(f"{measure} = before.{measure}" for measure in second.measures)
    match = " AND ".join(f"mine.{column} = before.{column}" for column in second.grain)
    return f"UPDATE {second.table} AS mine SET {sets} FROM variant_before AS before WHERE {match}"


def _addition(table: str, frozen: str, grain: tuple[str, ...], measures: tuple[str, ...]) -> str:
    columns = ", ".join((*grain, *measures))
    return (
        f"INSERT INTO {table} AS mine ({columns}) SELECT {columns} FROM {frozen} ORDER BY {', '.join(grain)}\n"
        f"ON CONFLICT ({', '.join(grain)}) DO UPDATE SET {_plus(measures)}"
    )


def _plus(measures: tuple[str, ...]) -> str:
    return ", ".join(f"{measure} = mine.{measure} + excluded.{measure}" for measure in measures)

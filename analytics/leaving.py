"""The facts of a month that leaves the log: `fold_facts` of a partition, added up, with the signs by which they go."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics import folding
from analytics.rollups import ROLLUPS

FACTS_OF_PARTITION = (Path(__file__).parent / "sql" / "facts_of_partition.sql").read_text()
OF_GROUPS = [rollup for rollup in ROLLUPS if "viewer_id" not in rollup.grain]
OF_VIEWERS = [rollup for rollup in ROLLUPS if "viewer_id" in rollup.grain]
# What the facts of a month are added up by; every other column is a sum.
IN_COMMON = (
    "campaign_id", "variant_id", "viewer_id", "material_id", "version", "page", "of_campaign", "verdict", "reason",
    "day", "series", "month", "seen_at", "moves_extremes", "is_engagement",
)  # fmt: skip
SUMS = tuple(dict.fromkeys(measure for rollup in ROLLUPS for measure in rollup.measures))
NOT_HELD = """NOT EXISTS (
        SELECT FROM held_event AS held
        WHERE held.viewer_id = event.viewer_id AND held.occurred_at = event.occurred_at AND held.id = event.id
    )"""
# For one month of a log: a million people and days are added up in memory, not on disk.
MEMORY = "256MB"


def gather_partition(cursor: CursorWrapper, partition: str, *, is_held: bool) -> None:
    """Fill `fold_facts` from a partition. Where nothing `is_held`, no table of the session is read, so that several
    processes may read the partition at once."""
    cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
    cursor.execute(_statement(partition, is_held), {"time_zone": settings.AGENCY_TIME_ZONE, "batches": []})
    cursor.execute("ANALYZE fold_facts")


def _statement(partition: str, is_held: bool) -> str:
    source = FACTS_OF_PARTITION.format(
        partition=connection.ops.quote_name(partition),
        not_held=f"WHERE {NOT_HELD}" if is_held else "",
        and_not_held=f"AND {NOT_HELD}" if is_held else "",
    )
    facts = folding.FOLD_FACTS.format(source=source, sign=-1)
    sums = ", ".join(f"sum({measure}) AS {measure}" for measure in SUMS)
    common = ", ".join(IN_COMMON)
    return f"{folding.MAKE_FACTS}\nSELECT {common}, {sums}\nFROM (\n{facts}\n) AS fact GROUP BY {common}"

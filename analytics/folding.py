"""The fold: batches of events added into the rollups, each exactly once.

One transaction claims batches, adds them to every rollup and marks them folded, so a crash anywhere leaves each
batch folded or waiting, never half. Order does not matter: every measure is a sum.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics.rollups import ROLLUPS, extremes_statement, fold_statement, remove_empty_statement
from campaigns.models import EventBatch

SQL = Path(__file__).parent / "sql"
CLAIM_BATCHES = (SQL / "claim_batches.sql").read_text()
FOLD_FACTS = (SQL / "fold_facts.sql").read_text()

FACTS_A_FOLD = 100_000
# Folds share this lock; what must see no fold under way (undo, rebuild) takes it alone.
FOLD_LOCK = "hashtext('analytics.folding')"


@dataclass(frozen=True)
class Claim:
    """Batches to fold together, the span of their events (UTC; None without events) and how many facts they hold."""

    batches: list[int]
    first_at: datetime | None
    last_at: datetime | None
    facts: int


def fold_all() -> int:
    """Fold until nothing waits that no other worker holds. Returns the number of events and assignments folded."""
    total = 0
    while folded := fold_once():
        total += folded
    return total


def fold_once() -> int:
    """Fold one claim of at most about FACTS_A_FOLD facts in one transaction; 0 when nothing waits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({FOLD_LOCK})")
        claim = claim_batches(cursor)
        if not claim.batches:
            return 0
        gather_facts(cursor, claim)
        add_facts(cursor, sign=1)
        mark_folded(cursor, claim.batches)
    # A batch may hold nothing new (all duplicates): it counts, so that the loop goes on.
    return max(claim.facts, 1)


def claim_batches(cursor: CursorWrapper) -> Claim:
    cursor.execute(CLAIM_BATCHES, {"limit": FACTS_A_FOLD})
    batches, first_at, last_at, facts = cursor.fetchone()
    return Claim(batches or [], first_at, last_at, int(facts))


def gather_facts(cursor: CursorWrapper, claim: Claim | None) -> None:
    """Fill the temporary table `fold_facts` from the claimed batches, or from the whole log."""
    cursor.execute(
        FOLD_FACTS,
        {
            "time_zone": settings.AGENCY_TIME_ZONE,
            "batches": claim.batches if claim else None,
            "first_at": claim.first_at if claim else None,
            "last_at": claim.last_at if claim else None,
        },
    )
    cursor.execute("ANALYZE fold_facts")


def add_facts(cursor: CursorWrapper, *, sign: int) -> None:
    for rollup in ROLLUPS:
        cursor.execute(fold_statement(rollup, sign))


def mark_folded(cursor: CursorWrapper, batches: list[int]) -> None:
    cursor.execute("UPDATE campaigns_eventbatch SET folded_at = now() WHERE id = ANY(%s)", [batches])


def take_away(cursor: CursorWrapper, batches: list[int]) -> None:
    """Fold with the opposite sign what of these batches was folded. Their events must still be in the log.

    Call within the transaction that removes them; `settle` follows when they are gone.
    """
    cursor.execute(f"SELECT pg_advisory_xact_lock({FOLD_LOCK})")
    folded = EventBatch.objects.filter(pk__in=batches, folded_at__isnull=False)
    cursor.execute(
        "SELECT coalesce(array_agg(id), '{}'), min(first_at), max(last_at), 0 FROM campaigns_eventbatch"
        " WHERE id = ANY(%s)",
        [list(folded.values_list("pk", flat=True))],
    )
    gather_facts(cursor, Claim(*cursor.fetchone()))
    add_facts(cursor, sign=-1)


def settle(cursor: CursorWrapper) -> None:
    """After the events of `take_away` left the log: take first and last signs again, remove rows of nothing."""
    for rollup in ROLLUPS:
        if rollup.extremes:
            cursor.execute(extremes_statement(rollup))
        if rollup.second_level:
            cursor.execute(remove_empty_statement(rollup.second_level.table, rollup.second_level.grain))
        cursor.execute(remove_empty_statement(rollup.table, rollup.grain))

"""The fold: batches of events added into the rollups, each exactly once.

One transaction claims batches, adds them to every rollup and marks them folded, so a crash anywhere leaves each
batch folded or waiting, never half. Order does not matter: every measure is a sum. A changed verdict is a correction:
its batch takes the event away under the verdict before and adds it under the new one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, Min

from analytics.rollups import ROLLUPS, extremes_statement, fold_statement, remove_empty_statements
from analytics.touching import touch_folded
from campaigns.models import EventBatch
from campaigns.partitions import log_between

SQL = Path(__file__).parent / "sql"
CLAIM_BATCHES = (SQL / "claim_batches.sql").read_text()
WAIT_FOR_JUDGED = (SQL / "wait_for_judged.sql").read_text()
FACTS = (SQL / "fold_facts.sql").read_text()
DRAWS = (SQL / "facts_of_assignments.sql").read_text()
FOLD_FACTS = f"{FACTS}UNION ALL\n{DRAWS}"
NOTE_MONTHS = (SQL / "note_months.sql").read_text()
MAKE_FACTS = "DROP TABLE IF EXISTS pg_temp.fold_facts;\nCREATE TEMPORARY TABLE fold_facts ON COMMIT DROP AS"
# What facts are grouped by and chosen by, and no more: looking at every measure takes as long again.
GROUPED_BY = sorted({column for rollup in ROLLUPS for column in rollup.grain} | {"recipients", "is_engagement"})
LOOK_AT_FACTS = f"ANALYZE fold_facts ({', '.join(GROUPED_BY)})"
LOG = log_between("%(first_at)s", "%(last_at)s")
FACTS_OF_BATCHES = (SQL / "facts_of_batches.sql").read_text()
OF_EVENTS = FACTS_OF_BATCHES.format(log=LOG, latest=(SQL / "latest_verdict.sql").read_text())
OF_JUDGEMENTS = (SQL / "facts_of_judgements.sql").read_text()
ADD = FOLD_FACTS.format(source=OF_EVENTS, sign=1)
# Apart, for a plan of it looks at every month of the log: a judgement's event may be of any.
ADD_WITH_JUDGEMENTS = FOLD_FACTS.format(source=f"{OF_EVENTS}UNION ALL\n{OF_JUDGEMENTS}", sign=1)
TAKE_AWAY = FOLD_FACTS.format(source=(SQL / "facts_leaving.sql").read_text().format(log=LOG), sign=-1)

FACTS_A_FOLD = 100_000
MANY_FACTS = 1_000
# Folds share this lock; what must see no fold under way (undo, disposal) takes it alone, by `stop_folds`.
FOLD_LOCK = "hashtext('analytics.folding')"
# Held by a rebuild for as long as it reads the log; what takes events out of it shares it.
REBUILD_LOCK = "hashtext('analytics.rebuilding')"
BESIDE = "rebuilding"  # the schema of the tables that a rebuild makes


@dataclass(frozen=True)
class Claim:
    """Batches to fold together, the span of their events (UTC; None without events) and how many facts they hold.

    `judgements`: how many of these are changed verdicts.
    """

    batches: list[int]
    first_at: datetime | None
    last_at: datetime | None
    facts: int
    judgements: int


def fold_all() -> int:
    """Fold what waits by now and no other worker holds. Returns the number of events and assignments folded.

    What comes meanwhile is left to the next, for a few events cost nearly as much as many: a fold that went on with
    whatever had come took a third of the machine while events came one by one.
    """
    latest = EventBatch.objects.filter(folded_at=None).aggregate(latest=Max("pk"))["latest"]
    total = 0
    while latest and (folded := fold_once(latest)):
        total += folded
    return total


def fold_once(latest: int | None = None) -> int:
    """Fold one claim of at most about FACTS_A_FOLD facts in one transaction; 0 when nothing waits.

    `latest`: the last batch that may be claimed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock_shared({FOLD_LOCK})")
        claim = claim_batches(cursor, latest)
        if not claim.batches:
            return 0
        if claim.judgements:
            cursor.execute(WAIT_FOR_JUDGED, {"batches": claim.batches})
        gather_facts(cursor, claim)
        add_facts(cursor)
        if claim.judgements:
            follow_judgements(cursor)
        mark_folded(cursor, claim.batches)
        touch_folded(cursor)
    # A batch may hold nothing new (all duplicates): it counts, so that the loop goes on.
    return max(claim.facts, 1)


def claim_batches(cursor: CursorWrapper, latest: int | None = None) -> Claim:
    cursor.execute(CLAIM_BATCHES, {"limit": FACTS_A_FOLD, "latest": latest})
    batches, first_at, last_at, facts, judgements = cursor.fetchone()
    return Claim(batches or [], first_at, last_at, int(facts), int(judgements))


def gather_facts(cursor: CursorWrapper, claim: Claim) -> None:
    """Make the temporary table `fold_facts` of the claimed batches."""
    make_facts(cursor, MAKE_FACTS, claim)
    cursor.execute(LOOK_AT_FACTS)


def make_facts(cursor: CursorWrapper, make: str, claim: Claim, how: str = "") -> None:
    add = ADD_WITH_JUDGEMENTS if claim.judgements else ADD
    cursor.execute(f"{make}\n{add}\n{how}", values_of(claim))


def values_of(claim: Claim) -> dict[str, Any]:
    """The values that statements of a claim's facts ask for."""
    return {
        "time_zone": settings.AGENCY_TIME_ZONE, "batches": claim.batches,
        "first_at": claim.first_at, "last_at": claim.last_at,
    }  # fmt: skip


def add_facts(cursor: CursorWrapper) -> None:
    """Add `fold_facts` to every rollup; each fact carries its sign."""
    cursor.execute(NOTE_MONTHS)
    for rollup in ROLLUPS:
        cursor.execute(fold_statement(rollup))


def follow_judgements(cursor: CursorWrapper) -> None:
    """After changes of verdicts were added: what is no sum, and rows by verdict that nothing is left of."""
    cursor.execute("SELECT EXISTS (SELECT FROM fold_facts WHERE moves_extremes)")
    moves_extremes = cursor.fetchone()[0]
    for rollup in ROLLUPS:
        if rollup.extremes and moves_extremes:
            cursor.execute(extremes_statement(rollup, "moves_extremes"))
        if rollup.by_verdict:
            for statement in remove_empty_statements(rollup):
                cursor.execute(statement)


def mark_folded(cursor: CursorWrapper, batches: list[int]) -> None:
    cursor.execute("UPDATE campaigns_eventbatch SET folded_at = now() WHERE id = ANY(%s)", [batches])


def stop_folds(cursor: CursorWrapper) -> None:
    """Until the transaction ends nobody folds or rebuilds. Waits for a rebuild that is under way, some minutes.

    What a rebuild that was killed left goes: sums about people that no disposal would reach.
    """
    cursor.execute(f"SELECT pg_advisory_xact_lock_shared({REBUILD_LOCK})")
    cursor.execute(f"SELECT pg_advisory_xact_lock({FOLD_LOCK})")
    cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")


def take_away(cursor: CursorWrapper, batches: list[int]) -> None:
    """Fold with the opposite sign what of these batches was folded. Their events must still be in the log.

    What they judged of others' events holds until these are judged again: what of it was not folded yet is folded now.
    Call within the transaction that removes them; `settle` follows when they are gone.
    """
    stop_folds(cursor)
    leaving = EventBatch.objects.filter(pk__in=batches)
    span = leaving.aggregate(first_at=Min("first_at"), last_at=Max("last_at"))
    folded = list(leaving.filter(folded_at__isnull=False).values_list("pk", flat=True))
    values = {"time_zone": settings.AGENCY_TIME_ZONE, "leaving": batches, "batches": folded, **span}
    cursor.execute(f"{MAKE_FACTS}\n{TAKE_AWAY}", values)
    cursor.execute(LOOK_AT_FACTS)
    add_facts(cursor)
    touch_folded(cursor)


def settle(cursor: CursorWrapper) -> None:
    """After the events of `take_away` left the log: take first and last signs again, remove rows of nothing."""
    for rollup in ROLLUPS:
        if rollup.extremes:
            cursor.execute(extremes_statement(rollup))
    cursor.execute("SELECT count(*) FROM fold_facts")
    # The planner takes a row in which every sum is 0 for one in a billion and reads all facts again for each such row:
    # taking 300,000 events back stood still for ten minutes, and takes a second by joins of whole tables.
    with joined_whole(cursor, when=cursor.fetchone()[0] > MANY_FACTS):
        for rollup in ROLLUPS:
            for statement in remove_empty_statements(rollup):
                cursor.execute(statement)


@contextmanager
def joined_whole(cursor: CursorWrapper, *, when: bool) -> Iterator[None]:
    if when:
        cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    if when:
        cursor.execute("SET LOCAL enable_nestloop = on")

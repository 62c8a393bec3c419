"""Who was it: a person, a mail scanner, a colleague? The rules, and the judging of new events and those around them.

A rule is one statement (sql/judge_rule_N.sql) over the events of some viewers: the signals of each, and the shape of
what happened around it. Time since sending is not used: measured, it does not tell scanners from people. A rule that
was in force once is never changed; another gets the next number.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper

from campaigns.partitions import log_between, whole_months
from privacy.prepared import KEEP_PLANS, Prepared

SQL = Path(__file__).parent / "sql"
RULE_VERSION = 2
RULES = {version: (SQL / f"judge_rule_{version}.sql").read_text() for version in (1, 2)}
OPEN_RULING = (SQL / "open_ruling.sql").read_text()
LOCK_VIEWERS = (SQL / "lock_viewers.sql").read_text()
LOG_NEAR = log_between("%(near_first)s", "%(near_last)s")
CONTEXT_NEAR = (SQL / "context_near.sql").read_text()
CONTEXT_STAGED = (SQL / "context_staged.sql").read_text()
OPEN_SUSPECTS = (SQL / "open_suspects.sql").read_text()
FIND_SUSPECTS = (SQL / "find_suspects.sql").read_text().format(log=LOG_NEAR)
INSERT_JUDGEMENTS = (SQL / "insert_judgements.sql").read_text()
STORE_JUDGEMENTS = INSERT_JUDGEMENTS.format(batch="%(batch)s")

# What of the staged events signs decide, and those whose neighbours are judged again.
BY_SIGNS = "signals & 32 = 0 AND kind NOT IN ('shared', 'delivered')"
JUDGED = f"SELECT viewer_id, occurred_at FROM staged_event WHERE {BY_SIGNS}"
SUSPECTED = "viewer_id IN (SELECT viewer_id FROM suspect)"
STAGED, OF_SUSPECTS = f"({JUDGED})", f"({JUDGED} AND {SUSPECTED})"
NEAR = timedelta(hours=48)  # what events are judged by (sql/context_near.sql)
FEW = 200  # so many viewers are locked one by one
MANY = 1000  # from here on the planner is told how many rulings there are
LOCK_STAGED = LOCK_VIEWERS.format(source=STAGED, few=FEW)
OPEN = f"{OPEN_RULING};\n{OPEN_SUSPECTS}"
LOOK = ";\n".join([LOCK_STAGED, OPEN, FIND_SUSPECTS])
LOCK_AS_PLANNED = Prepared(LOCK_STAGED)
# With a plan for each month or two: one for all would open the whole log.
FIND_AS_PLANNED = Prepared(FIND_SUSPECTS, OPEN)
MONTHS_OF_A_PLAN = timedelta(days=62)


def judge_staged(
    cursor: CursorWrapper,
    first_at: datetime | None,
    last_at: datetime | None,
    *,
    is_planned: bool,
    before: str,
    values: Mapping[str, Any],
) -> None:
    """Fill `ruling` with what the rule in force finds of the staged events, and of those around them in the log.

    `first_at` and `last_at` are the staged events' first and last moments (None of none). `is_planned`: they are so few
    that planning would take longer than a plan that is kept. The statement `before`, with `values`, runs first, in the
    same journey to the database and, where the connection has no such plan yet, in one of its own; it may run twice.
    Until the transaction ends, nobody else judges their viewers.
    """
    span, look = _near(first_at, last_at), LOOK
    if is_planned and (months := _months_of_plan(first_at, last_at)):
        if not FIND_AS_PLANNED.is_known(cursor, months):
            # Who makes a month has the log alone, who learns a plan holds it in share: two would wait for each other.
            cursor.execute(before, values)
        find_as_planned = FIND_AS_PLANNED.call(cursor, months)
        look = ";\n".join([KEEP_PLANS, LOCK_AS_PLANNED.call(cursor, {}), OPEN, find_as_planned])
    cursor.execute(f"{before};\n{look}", {**span, **values})
    if cursor.rowcount:
        near = CONTEXT_NEAR.format(source=OF_SUSPECTS, log=LOG_NEAR)
        find(cursor, RULE_VERSION, f"{near}\nUNION ALL\n{CONTEXT_STAGED} AND {SUSPECTED}", **span)


def _months_of_plan(first_at: datetime | None, last_at: datetime | None) -> dict[str, datetime] | None:
    """The values of LOG_NEAR for all events of some months, where these are few enough for a plan to be kept."""
    if first_at is None or last_at is None:
        return None
    first, last = whole_months(first_at - NEAR, last_at + NEAR)
    return {"near_first": first, "near_last": last} if last - first <= MONTHS_OF_A_PLAN else None


def judge_around(cursor: CursorWrapper, moments: str, first_at: datetime, last_at: datetime) -> None:
    """Fill `ruling` with what the rule finds of the log around the moments of a table (viewer_id, occurred_at)."""
    lock_viewers(cursor, moments)
    find(cursor, RULE_VERSION, CONTEXT_NEAR.format(source=moments, log=LOG_NEAR), **_near(first_at, last_at))


def _near(first_at: datetime | None, last_at: datetime | None) -> dict[str, datetime | None]:
    """The values of LOG_NEAR for these first and last moments; None where there are none, which finds nothing."""
    return {"near_first": first_at and first_at - NEAR, "near_last": last_at and last_at + NEAR}


def correct(cursor: CursorWrapper, batch: int, rule: int = RULE_VERSION) -> int:
    """Store as judgements of the batch what `ruling` found otherwise than it holds. Returns how many."""
    cursor.execute(STORE_JUDGEMENTS, {"batch": batch, "rule": rule})
    return int(cursor.rowcount)


def lock_viewers(cursor: CursorWrapper, source: str, **values: Any) -> None:
    """Until the transaction ends, nobody else judges the viewers of this table."""
    cursor.execute(LOCK_VIEWERS.format(source=source, few=FEW), values or None)


def find(cursor: CursorWrapper, rule: int, context: str, **values: Any) -> None:
    """Fill `ruling` with what the rule finds of the events that the statement `context`, with these values, gives."""
    found = RULES[rule].replace("{context}", context)
    cursor.execute(f"{OPEN_RULING};\nINSERT INTO ruling\n{found}", values)
    if cursor.rowcount > MANY:
        cursor.execute("ANALYZE ruling")

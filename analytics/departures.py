"""Adding up what a month of the log is in the sums before it leaves, so that when it goes little is left to do.

What takes long is a read of ten million events. It is done ahead, beside folds and readers; what comes of it is exact
as long as no fold touches the month. A fold that does takes the departure away in its own transaction
(sql/note_months.sql), and then the month is added up again, ahead or when it goes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics import folding
from analytics.leaving import IN_COMMON, OF_GROUPS, OF_VIEWERS, SUMS, gather_partition
from campaigns.enums import Series
from campaigns.retention import named

# What the facts of viewers are added up by: all that a rollup about them asks for, but for their days.
PERSONAL = tuple(dict.fromkeys(column for rollup in OF_VIEWERS if not rollup.by_month for column in rollup.grain))
ONE_AT_A_TIME = "hashtext('analytics.departures')"
IS_PREPARED = """
SELECT EXISTS (SELECT FROM analytics_departure WHERE series = %s AND month = %s AND prepared_at IS NOT NULL)
"""
FINISH = """
UPDATE analytics_departure SET prepared_at = now() WHERE series = %s AND month = %s AND prepared_at IS NULL
"""


def prepare(partition: str) -> bool:
    """Add a partition of the log up, unless that is done; whether it is now. Nothing is where it has gone, or where a
    fold overtook it. Not within a transaction, which others would wait for.

    The departure is told of first and folds under way are waited for: each later fold of the month sees it and takes it
    away, so that what is finished here was seen whole.
    """
    series, month = named(partition)
    with _alone(), connection.cursor() as cursor:
        if is_prepared(cursor, series, month):
            return True
        with transaction.atomic():
            forget(cursor, series, month)
            cursor.execute("INSERT INTO analytics_departure (series, month) VALUES (%s, %s)", [series, month])
        _wait_for_folds(cursor)
        with transaction.atomic():
            is_whole = _is_there(cursor, partition) and _add_up(cursor, partition, series, month)
            if not is_whole:
                forget(cursor, series, month)
    return is_whole


def is_prepared(cursor: CursorWrapper, series: Series, month: date) -> bool:
    """Believed until the transaction ends by whoever holds the folds' lock alone."""
    cursor.execute(IS_PREPARED, [series, month])
    return bool(cursor.fetchone()[0])


def forget(cursor: CursorWrapper, series: Series, month: date) -> None:
    for table in ("analytics_departingfact", "analytics_departure"):
        cursor.execute(f"DELETE FROM {table} WHERE series = %s AND month = %s", [series, month])


def gather_prepared(cursor: CursorWrapper, series: Series, month: date, of: str = "") -> None:
    """Fill `fold_facts` from what was added up: of a rollup of groups, or of viewers. `people` says of how many."""
    columns = ", ".join(column for column in (*IN_COMMON, *SUMS) if column not in MADE)
    made = ", ".join(f"{value} AS {column}" for column, value in MADE.items())
    cursor.execute("DROP TABLE IF EXISTS pg_temp.fold_facts")
    cursor.execute(
        f"CREATE TEMPORARY TABLE fold_facts ON COMMIT DROP AS SELECT {columns}, people, {made}\n"
        "FROM analytics_departingfact WHERE series = %s AND month = %s AND of = %s",
        [series, month, of],
    )
    cursor.execute("ANALYZE fold_facts")


# What all facts of a partition say alike.
MADE = {"seen_at": "NULL::timestamptz", "moves_extremes": "true", "is_engagement": "true"}


def _is_there(cursor: CursorWrapper, partition: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [partition])
    return bool(cursor.fetchone()[0])


def _add_up(cursor: CursorWrapper, partition: str, series: Series, month: date) -> bool:
    """Whether no fold has overtaken it meanwhile."""
    gather_partition(cursor, partition, is_held=False)
    _keep(cursor, series, month, "", PERSONAL, "true")
    for rollup in OF_GROUPS:
        _keep(cursor, series, month, rollup.table, rollup.grain, rollup.needs)
    cursor.execute(FINISH, [series, month])
    return bool(cursor.rowcount)


def _keep(cursor: CursorWrapper, series: Series, month: date, of: str, grain: tuple[str, ...], needs: str) -> None:
    columns, sums = ", ".join(grain), ", ".join(f"sum({measure})" for measure in SUMS)
    cursor.execute(
        f"INSERT INTO analytics_departingfact (series, month, of, people, {columns}, {', '.join(SUMS)})\n"
        f"SELECT %s, %s, %s, count(DISTINCT viewer_id) FILTER (WHERE facts <> 0), {columns}, {sums}\n"
        f"FROM fold_facts WHERE {needs} GROUP BY {columns}",
        [series, month, of],
    )


def _wait_for_folds(cursor: CursorWrapper) -> None:
    cursor.execute(f"SELECT pg_advisory_lock({folding.FOLD_LOCK})")
    cursor.execute(f"SELECT pg_advisory_unlock({folding.FOLD_LOCK})")


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: two would forget what the other adds up."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})")
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({ONE_AT_A_TIME})")

"""Partitions of the event log: one for each retention series and month (UTC), made when the first event needs it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.enums import Series

AHEAD = timedelta(days=62)


def ensure_partitions(cursor: CursorWrapper, first_at: datetime, last_at: datetime) -> None:
    """Make what is missing of the partitions from one moment to the other, both included.

    There is no default partition: an event of a month without one would be refused by the database.
    """
    wanted = {partition_name(series, month) for month in months(first_at, last_at) for series in Series}
    cursor.execute("SELECT name FROM unnest(%s) AS name WHERE to_regclass(name) IS NULL", [sorted(wanted)])
    missing = {name for (name,) in cursor.fetchall()}
    for month in months(first_at, last_at):
        for series in Series:
            if partition_name(series, month) in missing:
                cursor.execute("SELECT make_event_partition(%s, %s)", [series.value, month])


def make_ahead(now: datetime) -> None:
    """The months of today and of AHEAD days from now: the first event of a month finds it made.

    In a transaction of its own; harmless when repeated.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_partitions(cursor, now, now + AHEAD)


def partition_name(series: Series, month: date) -> str:
    return f"campaigns_event_{series.value}_{month:%Y_%m}"


def months(first_at: datetime, last_at: datetime) -> Iterator[date]:
    """The first days of the months (UTC) from one moment's to the other's."""
    month = first_at.astimezone(UTC).date().replace(day=1)
    while month <= last_at.astimezone(UTC).date():
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)

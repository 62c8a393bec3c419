"""Partitions of the event log: one for each retention series and month (UTC), made when the first event needs it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.enums import Series

AHEAD = timedelta(days=62)
MAKE_MISSING = (Path(__file__).parent / "sql" / "make_missing_partitions.sql").read_text()


def log_between(first: str, last: str) -> str:
    """SQL for a FROM list: the rows of the log from one moment to the other, both included, in these partitions only.

    `first` and `last` are values that PostgreSQL knows when it plans. Each series stands by itself: under `series IN
    (...)` it opens every month of every series, and under OR as well, for it takes out the condition they share.
    """
    of_series = (
        f"SELECT * FROM campaigns_event WHERE series = '{series.value}' AND occurred_at BETWEEN {first} AND {last}"
        for series in Series
    )
    return f"({' UNION ALL '.join(of_series)})"


def ensure_partitions(cursor: CursorWrapper, first_at: datetime, last_at: datetime) -> None:
    """Make what is missing of the partitions from one moment to the other, both included."""
    cursor.execute(MAKE_MISSING, partitions_wanted(first_at, last_at))


def partitions_wanted(first_at: datetime | None, last_at: datetime | None) -> dict[str, list[Any]]:
    """The values of MAKE_MISSING: the partitions from one moment to the other, both included. None without moments."""
    found = (
        [(series, month) for month in months(first_at, last_at) for series in Series] if first_at and last_at else []
    )
    return {
        "partitions": [partition_name(series, month) for series, month in found],
        "series": [series.value for series, _ in found],
        "months": [month for _, month in found],
    }


def make_ahead(now: datetime) -> None:
    """The months of today and of AHEAD days from now: the first event of a month finds it made.

    In a transaction of its own; harmless when repeated.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_partitions(cursor, now, now + AHEAD)


def partition_name(series: Series, month: date) -> str:
    return f"campaigns_event_{series.value}_{month:%Y_%m}"


def spans(first_at: datetime, last_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What each month (UTC) has of the time from one moment to the other; all ends are included."""
    starts = [_begins(month) for month in months(first_at, last_at)][1:]
    ends = [start - datetime.resolution for start in starts]
    yield from zip([first_at, *starts], [*ends, last_at], strict=True)


def whole_months(first_at: datetime, last_at: datetime) -> tuple[datetime, datetime]:
    """The first moment of the month (UTC) of the one, and the last moment of the other's."""
    return _begins(_month(first_at)), _begins(_after(_month(last_at))) - datetime.resolution


def months(first_at: datetime, last_at: datetime) -> Iterator[date]:
    """The first days of the months (UTC) from one moment's to the other's."""
    month = _month(first_at)
    while month <= _month(last_at):
        yield month
        month = _after(month)


def _month(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _begins(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)

"""Periods by the calendar: month ends, leap days, changes of the clock, and SQL that counts as Python does."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import DateField, DateTimeField, F, Value
from django.db.models.functions import Cast
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.models import User
from privacy.retention.enums import Unit
from privacy.retention.periods import LastDay, day_of, due_on, last_day, latest_first_day

D = date.fromisoformat


@pytest.mark.parametrize(
    ("first", "count", "unit", "last"),
    [
        ("2023-03-10", 3, "year", "2026-03-10"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2024-02-28", 1, "year", "2025-02-28"),
        ("2023-02-28", 1, "year", "2024-02-28"),
        ("2024-02-29", 24, "month", "2026-02-28"),
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2026-08-31", 1, "month", "2026-09-30"),
        ("2026-03-31", 24, "month", "2028-03-31"),
        ("2025-12-31", 1, "month", "2026-01-31"),
        ("2025-11-30", 3, "month", "2026-02-28"),
        ("2026-05-05", 0, "day", "2026-05-05"),
        ("2026-02-27", 3, "day", "2026-03-02"),
        ("9998-01-01", 3, "year", "9999-12-31"),
        ("9999-12-30", 5, "day", "9999-12-31"),
    ],
)
def test_the_last_day_of_a_period(first: str, count: int, unit: str, last: str) -> None:
    assert last_day(D(first), count, unit) == D(last)


@pytest.mark.parametrize(
    ("first", "due"), [("2023-03-10", "2026-03-11"), ("2024-02-29", "2027-03-01"), ("2023-12-31", "2027-01-01")]
)
def test_a_record_is_due_on_the_day_after_its_last(first: str, due: str) -> None:
    assert due_on(D(first), 3, Unit.YEAR) == D(due)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # New York is five hours behind in winter and four in summer; March 8 and November 1, 2026 the clock changes.
        (datetime(2026, 1, 10, 4, 59, 59, tzinfo=UTC), "2026-01-09"),
        (datetime(2026, 1, 10, 5, 0, tzinfo=UTC), "2026-01-10"),
        (datetime(2026, 7, 10, 3, 59, 59, tzinfo=UTC), "2026-07-09"),
        (datetime(2026, 7, 10, 4, 0, tzinfo=UTC), "2026-07-10"),
        (datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC), "2026-03-07"),
        (datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), "2026-03-08"),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), "2026-03-09"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "2026-11-01"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "2026-11-01"),
        (datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), "2026-11-01"),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), "2026-11-02"),
        (datetime(2024, 3, 1, 4, 59, tzinfo=UTC), "2024-02-29"),
    ],
)
@pytest.mark.django_db
def test_the_day_of_a_moment_is_the_agencys_whatever_its_clock_does(moment: datetime, day: str) -> None:
    user = User.objects.create(email="a@example.com", date_joined=moment)
    found = User.objects.filter(pk=user.pk).values_list(day_of("date_joined", DateTimeField()))
    assert found.get() == (D(day),)


def test_the_day_of_a_date_is_that_date() -> None:
    assert day_of("since", DateField()) == F("since")


days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
units = st.sampled_from([Unit.DAY, Unit.MONTH, Unit.YEAR])


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(days, st.integers(0, 120), units), min_size=50, max_size=50))
def test_sql_counts_the_same_days_as_python(periods: list[tuple[date, int, Unit]]) -> None:
    with connection.cursor() as cursor:
        for first, count, unit in periods:
            cursor.execute(f"SELECT (%s::date + make_interval({unit.value}s => %s))::date", [first, count])
            assert cursor.fetchone()[0] == last_day(first, count, unit)


@pytest.mark.django_db
def test_the_expression_gives_the_last_day() -> None:
    User.objects.create(email="a@example.com")
    first = Cast(Value(date(2024, 2, 29)), DateField())
    found = User.objects.annotate(last=LastDay(first, 3, Unit.YEAR)).values_list("last", flat=True)
    assert list(found) == [date(2027, 2, 28)]


@given(days, days, st.integers(0, 120), units)
def test_no_first_day_whose_period_is_over_lies_after_the_bound(
    first: date, as_of: date, count: int, unit: Unit
) -> None:
    if last_day(first, count, unit) < as_of:
        assert first < latest_first_day(as_of, count, unit)

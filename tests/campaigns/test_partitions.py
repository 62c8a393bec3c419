"""The log's months: which part of a time each has."""

from datetime import UTC, datetime, timedelta, timezone

from campaigns.partitions import spans

TICK = timedelta(microseconds=1)
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))


def test_each_month_has_its_part_of_a_time_both_ends_included() -> None:
    first, last = JANUARY - 5 * TICK, FEBRUARY + timedelta(days=3)
    assert list(spans(first, last)) == [(first, JANUARY - TICK), (JANUARY, FEBRUARY - TICK), (FEBRUARY, last)]


def test_a_time_within_a_month_is_one_part() -> None:
    last = FEBRUARY + timedelta(days=3)
    assert list(spans(FEBRUARY, last)) == [(FEBRUARY, last)]
    assert list(spans(last, last)) == [(last, last)]


def test_a_month_is_told_by_its_moments_whatever_zone_they_are_written_in() -> None:
    west = timezone(timedelta(hours=-5))
    first, last = (MARCH - TICK).astimezone(west), MARCH.astimezone(west)
    assert list(spans(first, last)) == [(first, MARCH - TICK), (MARCH, last)]

"""Clocks of requests run in working days, federal holidays left out."""

from datetime import date

import pytest

from privacy.rights.working_days import (
    is_working_day,
    working_days_after,
    working_days_before,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 25), True),  # a Wednesday
        (date(2026, 11, 26), False),  # Thanksgiving
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 11, 29), False),
        (date(2026, 7, 3), False),  # Independence Day, a Saturday, is observed on the Friday
        (date(2027, 7, 5), False),  # on the Monday, where it is a Sunday
        (date(2027, 12, 31), False),  # New Year's Day 2028, a Saturday: observed in the year before
        (date(2026, 6, 19), False),  # Juneteenth
        (date(2026, 10, 13), True),  # the day after Columbus Day
    ],
)
def test_weekends_and_observed_holidays_are_no_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 8)),  # Thanksgiving and two weekends between
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # over a weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # what comes on a Saturday counts from then
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas is a Friday
        (date(2028, 2, 28), 1, date(2028, 2, 29)),  # a leap day
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # over the year's end
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # the clocks change that weekend
        (date(2026, 5, 1), 0, date(2026, 5, 1)),
    ],
)
def test_the_nth_working_day_after_a_day(start: date, count: int, end: date) -> None:
    assert working_days_after(start, count) == end
    assert working_days_between(start, end) == count


def test_working_days_before_are_the_same_way_back() -> None:
    assert working_days_before(date(2026, 12, 8), 10) == date(2026, 11, 23)


def test_days_that_are_over_count_negative() -> None:
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 25)) == -2

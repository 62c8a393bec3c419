"""The agency's days as moments."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from privacy.agency import day_begins, day_ends


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 7), 24), (date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)]
)
def test_a_day_ends_where_the_next_begins_however_long_it_is(settings: Settings, day: date, hours: int) -> None:
    settings.AGENCY_TIME_ZONE = "America/New_York"
    assert day_ends(day) == day_begins(day + timedelta(days=1))
    assert day_ends(day).astimezone(UTC) - day_begins(day).astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_last_day_that_there_is_ends_with_the_last_moment(settings: Settings, zone: str) -> None:
    settings.AGENCY_TIME_ZONE = zone
    assert day_ends(date.max) == datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

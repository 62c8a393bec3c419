"""Due moments by the reader's clock, whatever daylight saving does to it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.enums import Rhythm
from analytics.exports.rhythms import Due, due_after

NEW_YORK = ZoneInfo("America/New_York")
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"]


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("due", "after", "expected"),
    [
        (Due(Rhythm.DAILY, time(8)), "2026-03-07T08:00", "2026-03-08T08:00"),  # the clock jumps in that night
        (Due(Rhythm.DAILY, time(8)), "2026-03-07T07:59", "2026-03-07T08:00"),
        (Due(Rhythm.DAILY, time(2, 30)), "2026-03-07T12:00", "2026-03-08T03:30"),  # 02:30 does not exist
        (Due(Rhythm.WEEKLY, time(8), weekday=0), "2026-03-02T08:00", "2026-03-09T08:00"),
        (Due(Rhythm.MONTHLY, time(8), day_of_month=31), "2026-01-31T08:00", "2026-02-28T08:00"),
        (Due(Rhythm.MONTHLY, time(8), day_of_month=29), "2028-02-01T08:00", "2028-02-29T08:00"),
    ],
)
def test_the_next_due_moment(due: Due, after: str, expected: str) -> None:
    assert due_after(due, local(after), NEW_YORK) == local(expected).astimezone(UTC)


def test_an_hour_that_comes_twice_is_due_once() -> None:
    due = Due(Rhythm.DAILY, time(1, 30))
    first = due_after(due, local("2026-10-31T12:00"), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # still by summer time
    assert due_after(due, first, NEW_YORK) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


dues = st.one_of(
    st.builds(Due, st.just(Rhythm.DAILY), st.times().map(lambda at: at.replace(microsecond=0))),
    st.builds(Due, st.just(Rhythm.WEEKLY), st.times(), weekday=st.integers(0, 6)),
    st.builds(Due, st.just(Rhythm.MONTHLY), st.times(), day_of_month=st.integers(1, 31)),
)
first, last = (datetime.fromisoformat(f"{year}-01-01") for year in (2020, 2035))
moments = st.datetimes(first, last, timezones=st.just(UTC))
LONGEST = {Rhythm.DAILY: 2, Rhythm.WEEKLY: 8, Rhythm.MONTHLY: 32}


@given(dues, moments, st.sampled_from(ZONES))
def test_every_day_week_or_month_has_one_moment_at_the_readers_hour(due: Due, after: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    first = due_after(due, after, zone)
    second = due_after(due, first, zone)
    assert after < first < second
    assert first - after <= timedelta(days=LONGEST[due.rhythm])
    day, following = first.astimezone(zone).date(), second.astimezone(zone).date()
    if due.rhythm is Rhythm.DAILY:
        assert (following - day).days == 1
    elif due.rhythm is Rhythm.WEEKLY:
        assert (following - day).days == 7
        assert day.weekday() == due.weekday
    else:
        assert (following.year * 12 + following.month) - (day.year * 12 + day.month) == 1
    shown = first.astimezone(zone)
    wall = datetime.combine(day, due.at)
    jump = shown.replace(tzinfo=None) - wall
    # By the clock, but for an hour that it skips: then as much later as it jumped.
    assert timedelta(0) <= jump <= timedelta(hours=1)
    assert (
        jump == timedelta(0) or wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall
    )


@given(dues, moments, st.sampled_from(ZONES), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_no_due_moment_is_skipped_between_two_looks(due: Due, after: datetime, name: str, pause: timedelta) -> None:
    """Whoever looks at any moment before the next due one is told the same."""
    zone = ZoneInfo(name)
    first = due_after(due, after, zone)
    if after + pause < first:
        assert due_after(due, after + pause, zone) == first

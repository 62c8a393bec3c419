"""Stretches of days: presets, quarters, addresses."""

from datetime import date

import pytest

from analytics.periods import Period, preset, quarter_name, quarter_named, quarter_of, span_named, whole_days
from records.periods import PRESETS

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 3, 1), date(2026, 3, 1)),
        ("last-7", date(2026, 2, 23), date(2026, 3, 1)),
        ("last-28", date(2026, 2, 2), date(2026, 3, 1)),
        ("last-90", date(2025, 12, 2), date(2026, 3, 1)),
        ("this-month", date(2026, 3, 1), date(2026, 3, 31)),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this-quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("last-quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("this-year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_presets(name: str, first: date, last: date) -> None:
    assert preset(name, TODAY) == Period(first, last)


def test_whole_days_leave_out_today() -> None:
    assert whole_days(30, TODAY) == Period(date(2026, 1, 30), date(2026, 2, 28))


def test_reports_know_every_preset_of_lists_and_no_other() -> None:
    assert all(preset(name, TODAY) for name in PRESETS)
    with pytest.raises(KeyError):
        preset("last-8", TODAY)


def test_the_days_before_are_as_many_and_right_before() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert (period.days, period.before) == (31, Period(date(2026, 1, 29), date(2026, 2, 28)))
    assert date(2026, 3, 31) in period
    assert date(2026, 4, 1) not in period


def test_words_and_addresses() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert (period.words, period.span) == ("March 1, 2026 to March 31, 2026", "2026-03-01..2026-03-31")
    assert Period(TODAY, TODAY).words == "March 1, 2026"
    assert span_named(period.span) == period


@pytest.mark.parametrize("text", ["", "2026-03-01", "2026-03-31..2026-03-01", "2026-02-30..2026-03-01", "a..b"])
def test_what_is_no_stretch_of_days_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it as 2026-03-01\.\.2026-03-31"):
        span_named(text)


def test_quarters() -> None:
    assert quarter_of(date(2026, 5, 9)) == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert quarter_named("2026-Q4") == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_name(quarter_named("2025-Q3")) == "2025-Q3"


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "0000-Q1", "26-Q1", "9999-Q4"])
def test_what_is_no_quarter_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-Q1"):
        quarter_named(text)

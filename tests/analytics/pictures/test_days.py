"""The days of a campaign, alone and beside as many days before: exact titles for none, one, ties and decline."""

from datetime import date
from typing import Any

import pytest

from analytics.periods import Period
from analytics.pictures import days
from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.days import days_pictures, nothing_to_draw
from analytics.reports.campaign import CampaignReport, DayResult
from tests.analytics.pictured import CLEAR, day, marks, report, variant

ARMS = (variant("control"), variant("red", CLEAR))
MARCH = Period(date(2026, 3, 11), date(2026, 3, 20))


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "agency_today", lambda: date(2026, 6, 1))


def of_days(*rows: DayResult, **values: Any) -> CampaignReport:
    totals = variant("all", views=sum(row.views for row in rows), responses=sum(row.responses for row in rows))
    return report(*ARMS, days=rows, totals=totals, **values)


def only(found: CampaignReport, asked: Asked) -> Picture:
    (picture,) = days_pictures(found, asked)
    return picture


def test_the_title_names_the_strongest_day_and_several_variants_are_lines_with_shapes() -> None:
    found = of_days(day(1, "control", responses=1), day(2, "control", responses=2), day(2, "red", responses=4))
    picture = only(found, Asked())
    assert picture.title == "6 of 7 responses came on March 2, 2026, the busiest day."
    assert picture.rows == (
        ("March 1, 2026", "Control", "1"),
        ("March 2, 2026", "Red", "4"),
        ("March 2, 2026", "Control", "2"),
    )
    assert (marks(picture, "point"), marks(picture, "line mark")) == (3, 2)


def test_one_variant_is_drawn_as_bars() -> None:
    picture = only(of_days(day(1, "red", views=1), day(2, "red", views=2)), Asked())
    assert marks(picture, "bar") == 2


def test_no_day_is_the_strongest_where_several_are() -> None:
    found = of_days(day(1, "red", views=3), day(2, "red", views=3), day(3, "red", views=1))
    assert only(found, Asked()).title == "No day has more than 3 views; 2 of 3 days have that many."


def test_days_that_are_all_alike_are_told_so() -> None:
    found = of_days(day(1, "red", views=1), day(2, "red", views=1))
    assert only(found, Asked()).title == "Each of the 2 days has 1 view."


def test_everything_on_one_day_is_no_picture_and_says_so() -> None:
    found = of_days(day(1, "control", responses=1), day(1, "red", responses=2))
    assert days_pictures(found, Asked()) == []
    assert nothing_to_draw(found, Asked()) == (
        "Everything that was recorded has one date, March 1, 2026: there is nothing to chart by day."
    )


def test_nothing_recorded_says_so() -> None:
    assert days_pictures(of_days(), Asked()) == []
    assert nothing_to_draw(of_days(), Asked()) == "Nothing has been recorded by day yet."
    assert nothing_to_draw(of_days(), Asked(measure="visits")) == "No visits were recorded."


@pytest.mark.parametrize(
    ("now", "before", "title"),
    [
        (12, 5, "12 views in these 10 days, 7 more than in the 10 days before (5)."),
        (5, 12, "5 views in these 10 days, 7 fewer than in the 10 days before (12)."),
        (5, 5, "5 views in these 10 days, as many as in the 10 days before."),
        (1, 0, "1 view in these 10 days, none in the 10 days before."),
        (0, 3, "No views in these 10 days, 3 fewer than in the 10 days before (3)."),
        (0, 0, "No views in these 10 days, and none in the 10 days before."),
    ],
)
def test_a_period_is_told_beside_the_one_before(now: int, before: int, title: str) -> None:
    rows = [day(1, "red", month=2, views=9)]
    rows += [day(15, "red", views=now)] if now else []
    rows += [day(5, "control", views=before)] if before else []
    picture = only(of_days(*rows), Asked(MARCH))
    assert picture.title == title
    assert picture.note == ""


def test_both_periods_are_drawn_over_the_days_of_the_present_one() -> None:
    found = of_days(day(1, "red", month=2, views=1), day(2, "red", views=4), day(12, "red", views=6))
    picture = only(found, Asked(MARCH))
    drawn = [
        (one["day"], one["which"], one["count"]) for one in picture.specification["data"]["values"] if one["count"]
    ]
    assert drawn == [("2026-03-12", "These days", 6), ("2026-03-12", "The 10 days before", 4)]
    assert picture.rows[1] == ("March 12, 2026", "6", "4")
    assert (marks(picture, "line mark"), marks(picture, "point"), len(picture.rows)) == (2, 20, 10)


def test_one_day_is_compared_with_the_day_before() -> None:
    found = of_days(day(1, "red", month=2, views=1), day(10, "red", views=2), day(11, "red", views=5))
    asked = Asked(Period(date(2026, 3, 11), date(2026, 3, 11)))
    assert only(found, asked).title == "5 views on this day, 3 more than on the day before (2)."


def test_days_before_the_campaign_began_are_not_compared() -> None:
    found = of_days(day(5, "red", views=2), day(12, "red", views=6))
    assert only(found, Asked(MARCH)).title == (
        "6 views in these 10 days; the campaign had not begun when the days before began."
    )


def test_a_first_day_that_was_set_counts_as_the_beginning() -> None:
    found = of_days(day(5, "red", views=2), day(12, "red", views=6), starts_on=date(2026, 2, 1))
    assert only(found, Asked(MARCH)).title == "6 views in these 10 days, 4 more than in the 10 days before (2)."


def test_a_day_that_is_not_over_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "agency_today", lambda: date(2026, 3, 20))
    found = of_days(day(1, "red", month=2, views=1), day(12, "red", views=6))
    assert only(found, Asked(MARCH)).note == "Today is among these days and is not over."


def test_the_measure_and_the_variant_asked_for_are_drawn() -> None:
    found = of_days(day(1, "red", views=5, responses=1), day(2, "red", responses=1), day(2, "control", responses=9))
    picture = only(found, Asked(measure="responses", variant="red"))
    assert picture.columns == ("Day", "Variant", "Responses")
    assert [row[1:] for row in picture.rows] == [("Red", "1"), ("Red", "1")]


def test_few_are_left_out_and_the_title_counts_what_is_shown() -> None:
    found = of_days(day(1, "red", views=50), day(2, "red", views=4), day(3, "red", views=9), day(4, "red", views=20))
    picture = only(found, Asked(hides_few=True))
    assert picture.title == "50 of the 70 views shown came on March 1, 2026, the busiest day."
    assert [row[2] for row in picture.rows] == ["50", "hidden", "hidden", "20"]
    assert len(picture.specification["data"]["values"]) == 2
    assert picture.note == (
        "Days with fewer than 5 are left out, and where one of them could be computed, so is the next smallest."
    )


def test_days_of_few_alone_are_no_picture() -> None:
    found = of_days(day(1, "red", views=4), day(12, "red", views=3))
    for asked in (Asked(hides_few=True), Asked(MARCH, hides_few=True)):
        assert days_pictures(found, asked) == []
        assert nothing_to_draw(found, asked) == "None of these days has 5 or more."


def test_a_period_with_few_is_told_as_a_bound() -> None:
    found = of_days(
        day(1, "red", month=2, views=9), day(12, "red", views=50), day(13, "red", views=2), day(14, "red", views=8)
    )
    picture = only(found, Asked(MARCH, hides_few=True))
    assert picture.title == "50 views or more in these 10 days: days with few are left out."
    assert [row[1] for row in picture.rows][:4] == ["0", "50", "hidden", "hidden"]

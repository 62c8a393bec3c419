"""The days of a material and of a custom web page: what is drawn of them, and where they are read from."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from analytics.exports.small_groups import days_without_few, material_without_few
from analytics.folding import fold_all
from analytics.pictures import days
from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.drawings import drawn_sections
from analytics.pictures.material_days import day_pictures
from analytics.reports.material import DayOfMaterial, MaterialQuery, MaterialReport, days_of, material_report
from tests.analytics.pictured import NOWHERE, marks
from tests.analytics.pictures.test_attention import NOBODY
from tests.events import NOON, append, event, make_material, make_viewer

FIRST = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "agency_today", lambda: date(2030, 6, 1))


def of_days(*views: int, first: date = FIRST, viewers: int = 40) -> MaterialReport:
    """So many views by people on one day after the other; days without any are not told."""
    days = [DayOfMaterial(first + timedelta(days=n), count) for n, count in enumerate(views) if count]
    return MaterialReport("guide", "Guide", 1, replace(NOBODY, viewers=viewers), (), NOWHERE, days=tuple(days))


def only(*views: int, **asked: Any) -> Picture:
    (picture,) = day_pictures(of_days(*views), Asked(**asked))
    return picture


def test_views_by_people_are_bars_and_the_title_names_the_strongest_day() -> None:
    picture = only(3, 0, 9)
    assert picture.title == "9 of 12 views came on March 3, 2026, the busiest day."
    assert picture.columns == ("Day", "Views")
    assert picture.rows == (("March 1, 2026", "3"), ("March 3, 2026", "9"))
    assert marks(picture, "bar") == 2
    assert picture.note == ""


@pytest.mark.parametrize("views", [(), (0, 0), (0, 7)])
def test_one_day_or_none_is_not_drawn(views: tuple[int, ...]) -> None:
    assert day_pictures(of_days(*views), Asked()) == []
    assert drawn_sections("webpage", of_days(*views), Asked()) == []


def test_what_tells_of_few_is_left_out_for_who_may_not_see_people() -> None:
    picture = only(9, 2, 30, hides_few=True)
    # The smallest of the others goes too: of one alone the sum would tell.
    assert picture.rows == (
        ("March 1, 2026", "hidden"), ("March 2, 2026", "hidden"), ("March 3, 2026", "30"),
    )  # fmt: skip
    assert "fewer than 5" in picture.note
    assert marks(picture, "bar") == 1
    assert day_pictures(of_days(2, 3), Asked(hides_few=True)) == []


def test_days_of_few_people_are_not_drawn_however_often_they_viewed() -> None:
    assert day_pictures(of_days(12, 9, viewers=4), Asked(hides_few=True)) == []
    assert len(day_pictures(of_days(12, 9, viewers=5), Asked(hides_few=True))) == 1
    assert len(day_pictures(of_days(12, 9, viewers=4), Asked())) == 1


def test_the_axis_is_of_the_days_that_are_shown() -> None:
    """Days are told by their number, however far off those are that are left out."""
    picture = only(9, 8, *[0] * 300, 1, hides_few=True)
    assert [row[1] for row in picture.rows] == ["9", "hidden", "hidden"]
    assert picture.specification["layer"][0]["encoding"]["x"]["axis"]["format"] == "%b %-d"


def test_a_report_that_comes_without_few_loses_no_more() -> None:
    whole = of_days(9, 2, 30, 8)
    few = material_without_few(whole)
    assert [row.views for row in few.days] == [9, None, 30, None]
    assert days_without_few(few) == few.days
    (picture,) = day_pictures(few, Asked(hides_few=True))
    assert [row[1] for row in picture.rows] == ["9", "hidden", "30", "hidden"]
    assert day_pictures(whole, Asked(hides_few=True)) == [picture]


def test_a_report_of_few_viewers_has_no_days() -> None:
    assert material_without_few(of_days(12, 9, viewers=4)).days == ()
    assert len(material_without_few(of_days(12, 9, viewers=5)).days) == 2
    assert material_without_few(of_days()).days == ()


def test_what_is_hidden_with_a_day_may_lie_before_the_year_that_is_drawn() -> None:
    """The rule is the report's, over all days; the picture leaves out what is old, and tells of it."""
    found = of_days(6, *[0] * 400, 2, 30)
    assert [row.views for row in days_without_few(found)] == [None, None, 30]
    assert day_pictures(found, Asked(hides_few=True))[0].rows == (("April 6, 2027", "hidden"), ("April 7, 2027", "30"))


def test_more_than_a_year_is_cut_and_said() -> None:
    picture = only(*[1] * 400)
    assert len(picture.rows) == 365
    assert picture.rows[0][0] == "April 5, 2026"
    assert picture.note == "Days more than a year before the last are left out."


@pytest.mark.django_db
def test_the_days_are_those_of_the_log_in_the_agencys_zone() -> None:
    guide, other = make_material("guide"), make_material("other")
    append(
        event(make_viewer("1"), "view", material=guide),
        event(-2, "view", material=guide, signals=1),
        event(-2, "view", material=guide, signals=1, occurred_at=NOON + timedelta(days=1)),
        event(-3, "view", material=guide, occurred_at=NOON + timedelta(days=2)),
        event(-4, "view", material=other),
    )
    fold_all()
    expected = (DayOfMaterial(NOON.date(), 1), DayOfMaterial(NOON.date() + timedelta(days=2), 1))
    assert days_of(guide.pk) == material_report(MaterialQuery("guide")).days == expected
    assert days_of(0) == ()

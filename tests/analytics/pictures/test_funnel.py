"""The funnel: exact titles for none, one, ties and no drop; what is not recorded, and what few people would tell."""

from typing import Any

import pytest

from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.funnel import funnel_pictures
from analytics.reports.campaign import CampaignReport
from tests.analytics.pictured import CLEAR, marks, report, variant

WHOLE = {
    "shared_people": 900,
    "deliveries": 950,
    "delivered_people": 850,
    "raw_views": 700,
    "raw_viewers": 400,
    "viewers": 300,
    "engaged_people": 120,
    "responses": 60,
    "responders": 50,
    "conversions": 12,
    "converters": 10,
}


def of_totals(**values: Any) -> CampaignReport:
    return report(variant("control"), variant("red", CLEAR), totals=variant("all", **values))


def only(found: CampaignReport, asked: Asked | None = None) -> Picture:
    (picture,) = funnel_pictures(found, asked or Asked())
    return picture


def test_each_step_is_drawn_with_its_share_and_the_largest_drop_is_the_title() -> None:
    picture = only(of_totals(**WHOLE))
    assert picture.title == "The largest drop is from “Delivered” to “Viewed”: 850 people, then 300."
    assert picture.rows == (
        ("Drawn into it", "1,000", "100.00%"),
        ("Shared with", "900", "90.00%"),
        ("Delivered", "850", "85.00%"),
        ("Viewed, machines too", "400", "40.00%"),
        ("Viewed", "300", "30.00%"),
        ("Engaged", "120", "12.00%"),
        ("Responded", "50", "5.00%"),
        ("Converted", "10", "1.00%"),
    )
    assert (marks(picture, "bar"), marks(picture, "text mark")) == (8, 8)


SENT = {"deliveries": 480, "delivered_people": 480, "raw_views": 300, "raw_viewers": 300, "viewers": 200}


def with_control(name: str = "control", people: int = 500, **treated: Any) -> CampaignReport:
    spared = variant(name, recipients=people)
    red = variant("red", CLEAR, recipients=500, **{**SENT, **treated})
    return report(spared, red, totals=variant("all", recipients=500 + people, **{**SENT, **treated}))


@pytest.mark.parametrize("name", ["control", "holdout"])
def test_who_was_to_get_nothing_is_no_drop(name: str) -> None:
    picture = only(with_control(name))
    assert picture.title == "The largest drop is from “Delivered” to “Viewed”: 480 people, then 200."
    assert picture.rows[0] == ("Drawn into it", "1,000", "100.00%")
    assert "Of those drawn, 500 people were to get nothing" in picture.note
    alone = only(with_control(name), Asked(variant=name))
    assert alone.title == "No step that is shown counts fewer people than the one before it."


def test_what_was_lost_of_those_who_were_to_get_it_is_a_drop() -> None:
    picture = only(with_control(delivered_people=100, deliveries=100, raw_viewers=90, viewers=90))
    assert picture.title == "The largest drop is from “Drawn to get something” to “Delivered”: 500 people, then 100."


def test_an_arm_that_should_have_got_it_is_a_drop() -> None:
    picture = only(with_control("blue"))
    assert picture.title == "The largest drop is from “Drawn into it” to “Delivered”: 1,000 people, then 480."
    assert "were to get nothing" not in picture.note


def test_few_who_were_to_get_nothing_are_not_told() -> None:
    picture = only(with_control(people=3, delivered_people=100), Asked(hides_few=True))
    assert "were to get nothing" not in picture.note
    assert "to get something" not in picture.title


def test_nobody_drawn_is_no_picture() -> None:
    assert funnel_pictures(of_totals(recipients=0), Asked()) == []


def test_recipients_alone_say_that_nothing_else_is_recorded() -> None:
    assert only(of_totals()).title == "1,000 recipients; nothing else is recorded yet."
    assert only(of_totals(recipients=1)).title == "1 recipient; nothing else is recorded yet."


def test_what_nobody_counted_is_told_and_not_drawn_as_zero() -> None:
    picture = only(of_totals(raw_visits=80, visitors=60, conversions=5, converters=5))
    assert [row[:2] for row in picture.rows if row[1] != "not recorded"] == [
        ("Drawn into it", "1,000"),
        ("Visited", "60"),
        ("Converted", "5"),
    ]
    assert marks(picture, "bar") == 3
    assert "Viewed: not recorded." in picture.description


def test_equal_drops_are_told_as_equal() -> None:
    picture = only(of_totals(shared_people=800, deliveries=600, delivered_people=600))
    assert picture.title == "2 drops are equally large: 200 people each."


def test_steps_that_rise_are_no_loss() -> None:
    picture = only(of_totals(recipients=10, responses=20, responders=10))
    assert picture.title == "No step that is shown counts fewer people than the one before it."


def test_a_step_may_count_more_people_than_the_one_before_it() -> None:
    picture = only(of_totals(raw_views=10, viewers=10, raw_viewers=10, engaged_people=5, responses=90, responders=90))
    assert picture.title == "The largest drop is from “Drawn into it” to “Viewed”: 1,000 people, then 10."


def test_the_variant_asked_for_is_counted_alone() -> None:
    red = variant("red", CLEAR, recipients=200, responses=9, responders=9)
    found = report(variant("control"), red, totals=variant("all", responses=9, responders=9))
    assert [row[:2] for row in only(found, Asked(variant="red")).rows if row[1] != "not recorded"] == [
        ("Drawn into it", "200"),
        ("Responded", "9"),
    ]


def test_few_people_are_hidden_and_take_no_part_in_the_title() -> None:
    picture = only(of_totals(**{**WHOLE, "converters": 4}), Asked(hides_few=True))
    assert picture.rows[-1] == ("Converted", "hidden", "hidden")
    assert marks(picture, "bar") == 7
    assert picture.note.endswith("Groups of fewer than 5 people, and anything that would give them away, are left out.")
    assert "4" not in picture.description.replace("40", "").replace("400", "")
    shown = only(of_totals(**{**WHOLE, "converters": 4}))
    assert shown.rows[-1][:2] == ("Converted", "4")


def test_an_arms_number_that_would_give_another_away_is_hidden_too() -> None:
    arms = (variant("control", responses=9, responders=30), variant("red", CLEAR, responses=3, responders=2))
    found = report(*arms, totals=variant("all", responses=12, responders=32))
    picture = only(found, Asked(variant="control", hides_few=True))
    assert [row for row in picture.rows if row[0] == "Responded"] == [("Responded", "hidden", "hidden")]

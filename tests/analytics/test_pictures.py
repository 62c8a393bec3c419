"""The words of lifts and the time line of a customer: never stronger than the numbers."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from analytics.findings import best_card, cards, lift_words, measure_rows
from analytics.pictures.asking import Asked
from analytics.pictures.lift import lift_pictures
from analytics.pictures.timeline import customer_timeline
from analytics.reports.campaign import LIFTED
from analytics.reports.customer import CustomerDay, CustomerReport
from analytics.reports.judged import JudgedLift
from records import figures
from tests.analytics.pictured import CLEAR, TOO_FEW, UNCLEAR, drawn, report, variant


def test_a_lift_is_told_in_words_with_its_interval() -> None:
    words = lift_words("response_rate", CLEAR).replace(figures.NARROW_GAP, " ")
    assert words == "+0.42 points over the control, 95% interval 0.16 to 0.67: a clear difference"


def test_an_interval_that_holds_zero_is_no_clear_difference() -> None:
    words = lift_words("response_rate", UNCLEAR).replace(figures.NARROW_GAP, " ")
    assert words == "0.10 points under the control, 95% interval −0.40 to 0.20: no clear difference"


def test_an_interval_without_zero_that_is_no_clear_difference_says_why() -> None:
    near = JudgedLift(0.0042, 0.23, 0.0002, 0.0082, p=0.08, verdict="unclear")
    words = lift_words("response_rate", near).replace(figures.NARROW_GAP, " ")
    assert words == (
        "+0.42 points over the control, 95% interval 0.02 to 0.82: no clear difference, corrected for all comparisons"
    )


def test_too_few_people_say_so() -> None:
    assert lift_words("response_rate", TOO_FEW) == "+50.00 points against the control: too few people to say more"


def test_a_bound_just_off_zero_does_not_read_as_zero() -> None:
    words = lift_words("revenue_per_recipient", JudgedLift(0.15, None, 0.0004, 0.3, verdict="clear")).replace(
        figures.NARROW_GAP, " "
    )
    assert words == "+$0.1500 over the control, 95% interval $0.0004 to $0.3000: a clear difference"


def test_the_best_arm_is_the_highest() -> None:
    arms = (
        variant("control", response_rate=0.1),
        variant("red", UNCLEAR, response_rate=0.2),
        variant("blue", CLEAR, response_rate=0.3),
    )
    card = best_card(report(*arms), "response_rate")
    assert (card.label, card.value.replace(figures.NARROW_GAP, " ")) == ("Best response rate", "30.00%")
    assert card.note.startswith("Blue: +0.42 points over the control")


@pytest.mark.parametrize("other", [0.2, 0.9])
def test_where_no_arm_is_better_the_control_is_the_best(other: float) -> None:
    arms = (variant("control", response_rate=0.9), variant("red", UNCLEAR, response_rate=other))
    card = best_card(report(*arms), "response_rate")
    assert (card.label, card.note) == ("Best response rate", "Control: no variant beats the control")
    assert card.value == "90.00%"


def test_no_line_ends_between_a_minus_and_its_dollars() -> None:
    arms = (variant("control", revenue_per_recipient=0.0), variant("red", UNCLEAR, revenue_per_recipient=0.1))
    note = best_card(report(*arms), "revenue_per_recipient").note
    assert f"interval {figures.MINUS}\N{WORD JOINER}$0.004 " in note.replace(figures.NARROW_GAP, " ")


def test_of_one_arm_nothing_is_the_best() -> None:
    card = best_card(report(variant("red", response_rate=0.2)), "response_rate")
    assert (card.label, card.note) == ("Response rate", "one variant only")


def test_what_was_not_recorded_has_no_card_and_an_empty_cell() -> None:
    found = report(variant("control"), variant("red", CLEAR))
    assert [card.label for card in cards(found)] == ["Recipients", "Best response rate"]
    assert [bool(cell.value) for cell in measure_rows(found)[1].cells] == [False, False, True, False, False]


def test_without_a_control_nothing_is_compared() -> None:
    found = report(variant("red", response_rate=0.2), variant("blue", response_rate=0.1))
    assert best_card(found, "response_rate").note == "Red: no control to compare with"
    assert lift_pictures(found) == []
    assert cards(found)[0].note == "in 2 variants, none of them a control"


def test_a_campaign_without_variants_says_so_instead_of_counting_none() -> None:
    assert cards(report())[0].note == "no variant yet"


def test_lifts_of_rates_and_of_money_are_two_pictures() -> None:
    found = report(variant("control"), variant("red", CLEAR), variant("blue", UNCLEAR), recorded=LIFTED)
    rates, money = lift_pictures(found)
    assert (len(rates.rows), len(money.rows)) == (8, 2)
    assert rates.title == "4 of 8 differences from the control are clear."
    assert rates.rows[4] == ("Response rate", "Red", "+0.42 points", "0.16 to 0.67", "a clear difference")
    assert [is_number for _cell, is_number in rates.table[0]] == [False, False, True, True, False]
    assert rates.specification["data"]["values"][4]["low"] == pytest.approx(0.16)
    assert drawn(rates).count('aria-roledescription="point"') == 8
    assert drawn(money).count('aria-roledescription="point"') == 2


def test_one_difference_is_told_as_one() -> None:
    (clear,) = lift_pictures(report(variant("control"), variant("red", CLEAR)))
    (unclear,) = lift_pictures(report(variant("control"), variant("red", UNCLEAR)))
    assert clear.title == "The one difference from the control is clear."
    assert unclear.title == "The one difference from the control is not clear."


def test_of_several_differences_all_or_none_may_be_clear() -> None:
    all_clear = lift_pictures(report(variant("control"), variant("red", CLEAR), variant("blue", CLEAR)))
    none_clear = lift_pictures(report(variant("control"), variant("red", UNCLEAR), variant("blue", UNCLEAR)))
    assert all_clear[0].title == "Every difference from the control is clear."
    assert none_clear[0].title == "No difference from the control is clear."


def test_a_lift_without_an_interval_is_not_drawn() -> None:
    assert lift_pictures(report(variant("control"), variant("red", TOO_FEW))) == []


def test_the_variant_asked_for_is_drawn_alone() -> None:
    found = report(variant("control"), variant("red", CLEAR), variant("blue", UNCLEAR))
    (picture,) = lift_pictures(found, Asked(variant="blue"))
    assert [row[1] for row in picture.rows] == ["Blue"]


def test_a_lift_that_tells_of_few_people_is_left_out_with_the_next_smallest() -> None:
    arms = (
        variant("control", responders=90),
        variant("red", CLEAR, responders=4),
        variant("blue", CLEAR, responders=60),
        variant("green", CLEAR, responders=70),
    )
    (picture,) = lift_pictures(report(*arms), Asked(hides_few=True))
    assert [row[1] for row in picture.rows] == ["Green"]
    assert [row[1] for row in lift_pictures(report(*arms))[0].rows] == ["Red", "Blue", "Green"]


def customer(*days: CustomerDay) -> CustomerReport:
    empty: dict[str, Any] = dict.fromkeys(field.name for field in fields(CustomerReport))
    return CustomerReport(**{**empty, "days": days})


def customer_day(number: int, **counts: int) -> CustomerDay:
    zeros = dict.fromkeys(("shares", "deliveries", "views", "raw_views", "visits", "responses", "conversions"), 0)
    return CustomerDay(day=date(2026, 3, number), revenue=Decimal(0), dwell_seconds=0, **{**zeros, **counts})


def test_a_customers_time_line_counts_the_days_with_views() -> None:
    days = (customer_day(1, shares=1), customer_day(2, views=3), customer_day(5, views=1, conversions=1))
    picture = customer_timeline(customer(*days))
    assert picture is not None
    assert picture.title == "4 views on 2 days, the last on March 5, 2026."
    assert picture.columns[:4] == ("Day", "Shares", "Deliveries", "Views")
    assert picture.rows[0] == ("March 5, 2026", "0", "0", "1", "0", "0", "0", "1", "$0.00", f"0{figures.NARROW_GAP}s")
    assert [row[0] for row in picture.rows] == ["March 5, 2026", "March 2, 2026", "March 1, 2026"]
    assert drawn(picture).count('aria-roledescription="bar"') == 2


def test_what_scanners_did_is_no_view_in_the_time_line() -> None:
    picture = customer_timeline(customer(customer_day(1, shares=1), customer_day(2, raw_views=9)))
    assert picture is not None
    assert picture.title == "Nothing that was shared has been viewed yet."
    assert drawn(picture).count('aria-roledescription="bar"') == 0
    assert picture.rows[0][3:5] == ("0", "9")


def test_nothing_happened_is_no_picture() -> None:
    assert customer_timeline(customer()) is None


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (185, "3 min 5 s"), (7440, "2 h 4 min")]
)
def test_durations_are_read_in_their_two_largest_units(seconds: float, shown: str) -> None:
    assert figures.duration(seconds).replace(figures.NARROW_GAP, " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0, "$0.00"), (1204.5, "$1,204.50"), (Decimal("-0.25"), "−$0.25")]
)
def test_money_is_dollars_and_cents(value: float | None, shown: str) -> None:
    assert figures.money(value) == shown

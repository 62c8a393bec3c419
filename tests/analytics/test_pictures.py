"""Pictures and the words beside them: never stronger than the numbers."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import vl_convert

from analytics.findings import best_card, cards, lift_words, measure_rows
from analytics.pictures.base import Picture
from analytics.pictures.lift import lift_pictures
from analytics.pictures.timeline import customer_timeline
from analytics.reports.base import Freshness
from analytics.reports.campaign import LIFTED, CampaignReport, DayResult, VariantResult
from analytics.reports.customer import CustomerDay, CustomerReport
from analytics.reports.intervals import Lift
from records import figures

CLEAR = Lift(0.0042, 0.23, 0.0016, 0.0067)
UNCLEAR = Lift(-0.001, -0.05, -0.004, 0.002)
TOO_FEW = Lift(0.5, None, None, None)
NOWHERE = Freshness(None, None, 0)


COUNTS = [field.name for field in fields(VariantResult) if field.type in {int, float, "int", "float"}]


def variant(name: str, lift: Lift | None = None, **values: Any) -> VariantResult:
    """An arm of 1,000 recipients, nothing recorded but these values; the same lift for every measure."""
    filled: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), "recipients": 1000, "revenue": Decimal(0), **values}
    lifts = dict.fromkeys(LIFTED, lift) if lift else None
    return VariantResult(name=name, label=name.title(), is_control=name == "control", lift=lifts, **filled)


def report(*variants: VariantResult, recorded: tuple[str, ...] = ("response_rate",), **values: Any) -> CampaignReport:
    parts: dict[str, Any] = {"slug": "spring", "name": "Spring", "description": "", "starts_on": None, "ends_on": None}
    parts |= {"source_note": "", "is_demo": False, "days": (), "freshness": NOWHERE, **values}
    totals = variant("all", responses=7)
    return CampaignReport(recorded=recorded, totals=totals, variants=variants, **parts)


def test_a_lift_is_told_in_words_with_its_interval() -> None:
    words = lift_words("response_rate", CLEAR).replace(figures.NARROW_GAP, " ")
    assert words == "+0.42 points over the control, 95 % interval 0.16 to 0.67: a clear difference"


def test_an_interval_that_holds_zero_is_no_clear_difference() -> None:
    words = lift_words("response_rate", UNCLEAR).replace(figures.NARROW_GAP, " ")
    assert words == "0.10 points under the control, 95 % interval −0.40 to 0.20: no clear difference"


def test_too_few_people_say_so() -> None:
    assert lift_words("response_rate", TOO_FEW) == "+50.00 points against the control: too few people to say more"


def test_a_bound_just_off_zero_does_not_read_as_zero() -> None:
    words = lift_words("revenue_per_recipient", Lift(0.15, None, 0.0004, 0.3)).replace(figures.NARROW_GAP, " ")
    assert words == "+$0.1500 over the control, 95 % interval $0.0004 to $0.3000: a clear difference"


def test_the_best_arm_is_the_highest() -> None:
    arms = (
        variant("control", response_rate=0.1),
        variant("red", UNCLEAR, response_rate=0.2),
        variant("blue", CLEAR, response_rate=0.3),
    )
    card = best_card(report(*arms), "response_rate")
    assert (card.label, card.value.replace(figures.NARROW_GAP, " ")) == ("Best response rate", "30.00 %")
    assert card.note.startswith("Blue: +0.42 points over the control")


@pytest.mark.parametrize("other", [0.2, 0.9])
def test_where_no_arm_is_better_the_control_is_the_best(other: float) -> None:
    arms = (variant("control", response_rate=0.9), variant("red", UNCLEAR, response_rate=other))
    card = best_card(report(*arms), "response_rate")
    assert (card.label, card.note) == ("Best response rate", "Control: no variant beats the control")
    assert card.value == "90.00\N{NO-BREAK SPACE}%"


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


def drawn(picture: Picture) -> str:
    """The picture as SVG, by the same Vega-Lite as the browser's; an invalid specification raises."""
    sized = {**picture.specification, "width": 600, "height": 300}
    return vl_convert.vegalite_to_svg(sized)


def test_lifts_of_rates_and_of_money_are_two_pictures() -> None:
    found = report(variant("control"), variant("red", CLEAR), variant("blue", UNCLEAR), recorded=LIFTED)
    rates, money = lift_pictures(found)
    assert (len(rates.rows), len(money.rows)) == (8, 2)
    assert rates.title == "4 of 8 differences from the control are clear: their intervals leave zero out."
    assert rates.rows[4] == ("Response rate", "Red", "+0.42 points", "0.16 to 0.67", "a clear difference")
    assert [is_number for _cell, is_number in rates.table[0]] == [False, False, True, True, False]
    assert rates.specification["data"]["values"][4]["low"] == pytest.approx(0.16)
    assert drawn(rates).count('aria-roledescription="point"') == 8
    assert drawn(money).count('aria-roledescription="point"') == 2


def day(number: int, name: str, **counts: int) -> DayResult:
    zeros = dict.fromkeys(("recipients", "deliveries", "views", "raw_views", "visits", "responses", "conversions"), 0)
    return DayResult(day=date(2026, 3, number), variant=name, revenue=Decimal(0), **{**zeros, **counts})


def test_days_are_drawn_by_variant_and_the_title_names_the_strongest() -> None:
    days = (day(1, "control", responses=1), day(2, "control", responses=2), day(2, "red", responses=4))
    picture = days_picture(report(variant("control"), variant("red", CLEAR), days=days))
    assert picture is not None
    assert picture.title == "6 of 7 responses came on 2 March 2026, the strongest day."
    assert picture.rows[1] == ("2 March 2026", "Control", "2")
    assert drawn(picture).count('aria-roledescription="bar"') == 3


def test_a_campaign_of_one_day_has_no_picture_by_day() -> None:
    days = (day(1, "control", responses=1), day(1, "red", responses=2))
    assert days_picture(report(variant("control"), variant("red", CLEAR), days=days)) is None


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
    assert picture.title == "4 views on 2 days, the last on 5 March 2026."
    assert picture.rows[2] == ("5 March 2026", "1", "0", "0", "1")
    assert drawn(picture).count('aria-roledescription="bar"') == 2


def test_what_scanners_did_is_no_view_in_the_time_line() -> None:
    picture = customer_timeline(customer(customer_day(1, shares=1), customer_day(2, raw_views=9)))
    assert picture is not None
    assert picture.title == "Nothing that was shared has been viewed yet."
    assert len(picture.rows) == 1


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

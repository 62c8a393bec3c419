"""Numbers about few people are left out of files for those who may not see people."""

from typing import Any

import pytest
from django.test import Client

from analytics.exports.base import HIDDEN
from analytics.exports.small_groups import NOTE, hide_small_groups
from analytics.folding import fold_all
from privacy.roles import Role
from tests.exporting import asked, book_of, content_of, csv_rows, json_rows
from tests.factories import enroll, make_campaign, make_customer, make_user


def arm(name: str, recipients: int = 100, *, is_control: bool = False, **columns: Any) -> dict[str, Any]:
    people = {"shared_people": 90, "delivered_people": 80, "engaged_people": 35}
    people |= {"viewers": 50, "raw_viewers": 60, "visitors": 40, "responders": 30, "converters": 20}
    done = {"views": 90, "raw_views": 99, "dwell_seconds": 1.5, "visits": 70, "raw_visits": 71, "responses": 33}
    money = {"conversions": 22, "revenue": 10, "revenue_per_recipient": 0.1, "unknown_amount_people": 0}
    rates = {"view_rate": 0.5, "visit_rate": 0.4, "response_rate": 0.3, "conversion_rate": 0.2}
    lifts = {} if is_control else {f"{rate}_lift_absolute": 0.1 for rate in rates}
    cost = {"campaign_cost": 5, "campaign_cost_per_response": 1, "campaign_cost_per_conversion": 1}
    about = {"name": name, "label": name, "is_control": is_control, "recipients": recipients}
    return {**about, **people, **done, **money, **rates, **lifts, **cost, **columns}


def hidden(row: dict[str, Any]) -> set[str]:
    return {name for name, cell in row.items() if cell is HIDDEN}


def test_groups_of_five_are_shown() -> None:
    rows = [arm("control", 5, is_control=True, responders=5), arm("letter", responders=0)]
    assert hide_small_groups(rows) == rows


def test_a_small_group_goes_with_its_rate_its_lift_and_the_next_smallest() -> None:
    rows = [arm("control", is_control=True), arm("a", responders=4), arm("b", responders=10), arm("c", responders=0)]
    control, a, b, c = hide_small_groups(rows)
    told = {"responders", "responses", "response_rate", "response_rate_lift_absolute"}
    whole = {"campaign_cost_per_response"}
    assert hidden(control) == whole
    assert (hidden(a), hidden(b)) == (told | whole, told | whole)
    assert (hidden(c), c["responders"]) == (whole, 0)


def test_a_hidden_control_hides_the_lifts_of_all_arms() -> None:
    rows = [arm("control", is_control=True, responders=2), arm("a", responders=3), arm("b", responders=10)]
    b = hide_small_groups(rows)[2]
    assert hidden(b) == {"response_rate_lift_absolute", "campaign_cost_per_response"}


def test_an_arm_of_few_people_is_hidden_whole() -> None:
    rows = [arm("control", is_control=True), arm("a", 4), arm("b", 50)]
    few = hide_small_groups(rows)[1]
    assert {name for name in few if few[name] is not HIDDEN} == {"name", "label", "is_control", "campaign_cost"}


@pytest.mark.django_db
def test_marketing_gets_marked_cells_and_sales_the_numbers(client: Client) -> None:
    sales, marketing = make_user(Role.SALES), make_user(Role.MARKETING_MANAGER)
    control, letter = make_campaign("spring").variants.order_by("position")
    for number in range(12):
        variant = letter if number % 2 else control
        enroll(make_customer(f"C-{number}", sales), variant, *(["response"] if number < 2 else []))
    fold_all()
    client.force_login(marketing)
    rows = json_rows(client, "campaign/spring")
    assert [(row["recipients"], row["responders"], row["converters"]) for row in rows] == [(6, None, None)] * 2
    assert "converters" not in rows[0]["hidden"]  # nobody recorded any
    assert {"responders", "responses", "response_rate"} <= set(rows[0]["hidden"])
    heading, first, _ = csv_rows(client, "campaign/spring")
    assert dict(zip(heading, first, strict=True))["responders"] == "hidden"
    book = book_of(client, "campaign/spring")
    assert "hidden" in [cell.value for cell in book.worksheets[-2][2]]
    assert {row[0].value: row[1].value for row in book.worksheets[-1]}["Small groups"] == NOTE
    listed = csv_rows(client, "campaigns")
    assert dict(zip(*listed, strict=True))["Response rate"] == "hidden"
    for form in ("pdf", "parquet"):
        assert content_of(asked(client, "campaign/spring", form))
    client.force_login(sales)
    assert [row["responders"] for row in json_rows(client, "campaign/spring")] == [1, 1]

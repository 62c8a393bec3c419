"""When a box may go: the retention rules' own periods, and holds that err on the side of keeping."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from privacy.enums import KeyKind
from privacy.models import PhysicalUnit, RetentionPolicy, UnitKey, User
from privacy.physical import due, index
from privacy.retention import holding, policies
from privacy.roles import Role
from tests.factories import make_customer, make_user
from tests.retention import approve_all, hold_on, merge_into
from tests.safeguards import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    user = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(user)
    return user


def due_day(unit: PhysicalUnit) -> date | None:
    return due.due_of(unit, policies.latest().get(unit.rule))


def held(unit: PhysicalUnit) -> list[str]:
    (standing,) = due.standing([unit], policies.latest())
    return [hold.name for hold in standing.holds]


@pytest.mark.parametrize(
    ("rule", "last_day", "clock_day", "due_on"),
    [
        # Three years of insight from the last record, kept through the anniversary.
        ("RET-7", date(2020, 12, 31), None, date(2024, 1, 1)),
        ("RET-7", date(2020, 2, 29), None, date(2023, 3, 1)),
        # A day that somebody gave counts before the last record's own.
        ("RET-7", date(2020, 12, 31), date(2021, 3, 1), date(2024, 3, 2)),
        # Twenty-four months of recordings, to the month's end.
        ("RET-6", date(2024, 2, 29), None, date(2026, 3, 1)),
        # From the end of the relationship, which no record says.
        ("RET-3", date(2020, 12, 31), None, None),
        ("RET-3", date(2020, 12, 31), date(2022, 6, 30), date(2025, 7, 1)),
        # At once when somebody ceases to participate.
        ("RET-1", date(2020, 12, 31), None, None),
        ("RET-1", date(2020, 12, 31), date(2022, 6, 30), date(2022, 7, 1)),
    ],
)
def test_a_box_is_due_by_its_rules_period_from_the_last_clock_in_it(
    grace: User, rule: str, last_day: date, clock_day: date | None, due_on: date | None
) -> None:
    unit = make_unit(grace, rule=rule, categories=[1], last_day=last_day, clock_day=clock_day)
    assert due_day(unit) == due_on


def test_a_changed_rule_changes_when_a_box_is_due(grace: User) -> None:
    unit = make_unit(grace, rule="RET-2A", categories=[6], first_day=date(2025, 1, 1), last_day=date(2025, 6, 30))
    assert due_day(unit) == date(2027, 7, 1)
    RetentionPolicy.objects.filter(rule="RET-2A").update(count=1)
    assert due_day(unit) == date(2026, 7, 1)


def test_the_forecast_counts_boxes_by_rule_and_month(grace: User) -> None:
    make_unit(grace, "WM-900001")
    make_unit(grace, "WM-900002", last_day=date(2024, 1, 10))
    make_unit(grace, "WM-900003", last_day=date(2024, 1, 31))
    make_unit(grace, "WM-900004", rule="RET-3", categories=[1])
    made = due.ahead(policies.latest(), date(2026, 11, 28))
    table = {rule: (overdue, sum(counts), later) for rule, overdue, counts, later in made.table}
    assert table["RET-7"] == (1, 2, 0)
    assert table["RET-3"] == (0, 0, 0)
    assert (made.counts["RET-7"][date(2027, 1, 1)], made.counts["RET-7"][date(2027, 2, 1)]) == (1, 1)


# Holds --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "is_held"),
    [
        ({"categories": [9]}, True),
        ({"categories": [3, 9]}, True),
        ({"categories": [3]}, False),
        ({"from_day": date(2020, 12, 31)}, True),
        ({"from_day": date(2021, 1, 1)}, False),
        ({"to_day": date(2020, 1, 1)}, True),
        ({"to_day": date(2019, 12, 31)}, False),
        ({"categories": [9], "from_day": date(2021, 1, 1)}, False),
        # What the register cannot tell is taken to be so.
        ({"organizations": [uuid4()]}, True),
        ({"campaigns": ["spring"]}, True),
        ({"campaigns": ["spring"], "categories": [3]}, False),
        ({"query_kind": "not declared", "query": "x"}, True),
    ],
)
def test_a_hold_is_of_a_box_whose_categories_and_days_it_meets(
    grace: User, scope: dict[str, Any], is_held: bool
) -> None:
    unit = make_unit(grace)
    hold_on(grace, **scope)
    assert held(unit) == (["Matter 7"] if is_held else [])


def test_a_hold_on_a_person_is_of_the_boxes_in_which_they_are(grace: User) -> None:
    ada, bob = make_customer("C-1"), make_customer("C-2")
    theirs, others = make_unit(grace, "WM-900001"), make_unit(grace, "WM-900002")
    index.add(theirs, KeyKind.CUSTOMER_ID, ["C-1"])
    index.add(others, KeyKind.CUSTOMER_ID, ["C-2"])
    hold = hold_on(grace, people=[ada.key])
    assert (held(theirs), held(others)) == (["Matter 7"], [])
    merge_into(bob, ada)
    assert (held(theirs), held(others)) == (["Matter 7"], ["Matter 7"])
    holding.release(hold, grace, "Settled.")
    assert held(theirs) == []


@pytest.mark.parametrize("why", ["nobody says that the index is complete", "a key names nobody known here"])
def test_a_hold_on_a_person_is_of_each_box_in_which_they_may_be(grace: User, why: str) -> None:
    ada = make_customer("C-1")
    unit = make_unit(grace, is_indexed=not why.startswith("nobody"))
    if unit.is_indexed:
        index.add(unit, KeyKind.CUSTOMER_NAME, ["Somebody Else"])
        assert UnitKey.objects.get().person is None
    hold_on(grace, people=[ada.key])
    assert held(unit) == ["Matter 7"]


def test_overlapping_holds_each_keep_a_box_until_the_last_is_released(grace: User) -> None:
    unit = make_unit(grace)
    first, second = hold_on(grace, categories=[9]), hold_on(grace, categories=[9], name="Matter 8")
    assert held(unit) == ["Matter 7", "Matter 8"]
    holding.release(first, grace, "Settled.")
    assert held(unit) == ["Matter 8"]
    holding.release(second, grace, "Settled.")
    assert due.standing([unit], policies.latest())[0].may_go(date(2026, 11, 28))


@pytest.mark.parametrize("count", [1, 3])
def test_standing_takes_the_same_statements_for_one_box_and_three(
    grace: User, django_assert_num_queries: Any, count: int
) -> None:
    units = [make_unit(grace, f"WM-90000{number}") for number in range(count)]
    hold_on(grace, categories=[9])
    rules = policies.latest()
    with django_assert_num_queries(2):
        due.standing(units, rules)

"""Former values in a copy of somebody's records: told with the record, and withheld as a present value would be."""

from datetime import UTC, date, datetime
from typing import Any
from unittest import mock

import pytest
from django.db import connection, models

from privacy import changes, vault
from privacy.accesslog import Actor
from privacy.enums import Duty
from privacy.purposes import Basis
from privacy.rights.held import Row, everything_about
from privacy.rights.package.writing import printed_row, text_of
from privacy.rights.withholding import WITHHELD
from records.enums import ContactKind
from records.keeping import make_partitions
from records.models import ContactPoint, Customer, Preference, Record
from tests.asked import AskedStatements
from tests.events import NOON
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 3, 11, 2, tzinfo=UTC)  # ten in the evening of the day before, at the agency


def change(instance: models.Model, at: datetime = LATE, **values: Any) -> None:
    for name, value in values.items():
        setattr(instance, name, value)
    with mock.patch("privacy.changes.timezone.now", return_value=at):
        changes.save(instance, by=Actor.system("test"), basis=Basis(duty=Duty.AMENDMENT))


def rows_of(customer: Customer, model: type[models.Model], category: int) -> list[Row]:
    held = next(one for one in everything_about([customer.key]) if one.model is model)
    return list(held.rows(category))


def former(row: Row) -> list[tuple[str, str, Any]]:
    return [(one.field, one.label, one.value) for one in row.former]


def test_what_was_changed_is_told_with_its_record_the_newest_first() -> None:
    customer = make_customer(city="Boston", name="Ann")
    change(customer, city="Chicago")
    change(customer, at=LATE.replace(hour=3), city="Denver")
    (row,) = rows_of(customer, Customer, 1)
    assert former(row) == [("city", "City", "Chicago"), ("city", "City", "Boston")]
    assert row.former[1].until == "2026-03-11T02:00:00+00:00"
    assert "Denver" in [cell.shown for cell in row.cells]


def test_a_former_value_stands_in_its_own_category_alone() -> None:
    customer = make_customer(city="Boston", date_of_birth=date(1980, 1, 1))
    change(customer, city="Chicago", date_of_birth=date(1981, 1, 1))
    (first,) = rows_of(customer, Customer, 1)
    assert former(first) == [("city", "City", "Boston"), ("date_of_birth", "Date of birth", "1980-01-01")]
    held = next(one for one in everything_about([customer.key]) if one.model is Customer)
    others = [row for category in held.categories if category != 1 for row in held.rows(category)]
    assert [one for row in others for one in former(row)] == []


def test_a_record_that_says_nothing_any_more_is_told_for_what_it_said() -> None:
    customer = make_customer()
    wish = Preference.objects.create(customer=customer, badge_name="Annie")
    change(wish, badge_name="")
    (row,) = rows_of(customer, Preference, 8)
    assert (row.cells, former(row)) == ((), [("badge_name", "Badge name", "Annie")])


def test_of_several_elements_in_one_field_only_what_was_changed_is_told() -> None:
    customer = make_customer()
    make_partitions([NOON])
    record = Record(
        collected_at=NOON, category=10, customer=customer, subject=customer.key, source="customer",
        location="headquarters", retention_rule="RET-4",
        attributes={"c10-participant-name": "Ann", "c10-meeting-title": "Talk"},
    )  # fmt: skip
    record.save(force_insert=True)
    change(record, attributes={"c10-participant-name": "Anna", "c10-meeting-title": "Talk"})
    (row,) = rows_of(customer, Record, 10)
    assert [(one.field, one.value) for one in row.former] == [("c10-participant-name", "Ann")]


def test_what_stands_beside_the_elements_is_told_too() -> None:
    customer = make_customer(city="Boston", relationship_ended_on=date(2026, 1, 1), relationship_end_reason="moved")
    change(customer, relationship_ended_on=date(2026, 2, 1))
    (row,) = rows_of(customer, Customer, 1)
    assert former(row) == [("relationship_ended_on", "Relationship ended on", "2026-01-01")]


def test_others_are_withheld_in_former_values_as_in_present_ones() -> None:
    customer = make_customer(name="Ann")
    wish = Preference(customer=customer)
    wish.accommodations = "a seat beside bob@x.example"
    wish.save()
    change(wish, accommodations="none")
    (row,) = rows_of(customer, Preference, 8)
    assert [one.value for one in row.former] == [f"a seat beside {WITHHELD}"]


def test_what_is_another_persons_is_not_among_them() -> None:
    mine, other = make_customer("C-1", city="Boston"), make_customer("C-2", city="Salem")
    change(other, city="Lynn")
    (row,) = rows_of(mine, Customer, 1)
    assert row.former == ()


def test_a_value_whose_key_is_gone_is_left_out_and_nothing_breaks() -> None:
    customer = make_customer(city="Boston")
    change(customer, city="Chicago")
    vault.destroy_key(customer.key)
    (row,) = rows_of(customer, Customer, 1)
    assert row.former == ()


def test_a_thousand_records_cost_one_more_statement() -> None:
    customer = make_customer()
    for number in range(3):
        point = ContactPoint.objects.create(
            customer=customer, kind=ContactKind.FAX, value=str(number), normalized=str(number)
        )
        change(point, value=f"{number} new")
    held = next(one for one in everything_about([customer.key]) if one.model is ContactPoint)
    with AskedStatements(connection) as taken:
        assert len([row for row in held.rows(1) if row.former]) == 3
    assert len([one for one in taken.captured_queries if "privacy_change" in one["sql"]]) == 1


def test_it_is_printed_with_the_agencys_day() -> None:
    told = {
        "values": [], "source": "s", "retention": {"rule": "RET-3", "kept": "3 years", "from": LATE.isoformat()},
        "former": [{"field": "city", "label": "City", "value": "Boston", "until": LATE.isoformat()}],
    }  # fmt: skip
    printed = printed_row(told)
    assert printed["former"] == [["City", "Boston", "2026-03-10"]]
    assert printed["about"] == "Source: s. Kept: 3 years from 2026-03-10 (RET-3)."


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-29T02:46:47.272107+00:00", "2026-11-29 02:46 UTC"),
        ("2026-11-28T21:46:47-05:00", "2026-11-29 02:46 UTC"),
        ("2026-11-29", "2026-11-29"),
        ("on 2026-11-29T02:46:47+00:00 or so", "on 2026-11-29T02:46:47+00:00 or so"),
        (True, "yes"),
        (280, "280"),
    ],
)
def test_values_are_printed_as_people_read_them(value: Any, shown: str) -> None:
    assert text_of(value) == shown

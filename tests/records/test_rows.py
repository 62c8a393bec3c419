"""Models made of rows of statements that are written out: the same as Django's own."""

from datetime import date

import pytest
from django.db import connection

from records.models import Customer, Organization
from records.rows import Columns
from tests.factories import make_customer

pytestmark = pytest.mark.django_db

PEOPLE, FIRMS = Columns(Customer, "customer"), Columns(Organization, "firm")
STATEMENT = f"""
SELECT {PEOPLE.sql}, {FIRMS.sql}
FROM records_customer AS customer
LEFT JOIN records_organization AS firm ON firm.id = customer.organization_id
WHERE customer.id = %s
"""


def asked(customer: Customer) -> tuple[Customer | None, Organization | None]:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [customer.pk])
        row = cursor.fetchone() or ()
    return PEOPLE.made_of(row[: len(PEOPLE)]), FIRMS.made_of(row[len(PEOPLE) :])


def values(instance: Customer | Organization) -> dict[str, object]:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def test_a_row_is_the_model_that_django_reads_sealed_values_too() -> None:
    ann = make_customer("C-1")
    ann.organization, ann.date_of_birth = Organization.objects.create(name="Harbour <b>"), date(1980, 2, 29)
    ann.save()

    person, firm = asked(ann)

    assert person is not None
    assert firm is not None
    assert values(person) == values(Customer.objects.get())
    assert person.date_of_birth == date(1980, 2, 29)
    assert values(firm) == values(Organization.objects.get())
    assert not person._state.adding


def test_what_a_join_does_not_find_is_nothing_and_so_is_no_row() -> None:
    ann = make_customer("C-1")
    assert asked(ann)[1] is None
    assert PEOPLE.made_of(()) is None

"""Organizations from a file: new, added to, already there, rejected; sealed before the database; taken back."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from records.models import BusinessFact, Customer, Identifier, Import, IndustryCode, Organization, SupplierContract
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db
CONTRACT = "contract_award_number,contract_starts_on,contract_ends_on,contract_value"
HEADER = f"number,name,employees,sales,city,urls,naics,duns,{CONTRACT}"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_each_field_is_stored_and_what_is_sealed_is_sealed(tmp_path: Path) -> None:
    path = write(
        tmp_path, "o.csv", HEADER,
        "O-1,Acme,12,1200000.50,Peoria,a.example; b.example;a.example,4911;51,12-345-6789,A-1,2026-01-01,2026-12-31,77",
    )  # fmt: skip
    assert "read 1 = loaded 1 (new 1, already there 0) + rejected 0" in run("organizations", path)
    acme = Organization.objects.get()
    assert (acme.number, acme.name, acme.employees, acme.sales, acme.revenue) == (
        "O-1", "Acme", 12, Decimal("1200000.50"), None,
    )  # fmt: skip
    assert list(BusinessFact.objects.values_list("kind", "value")) == [("url", "a.example"), ("url", "b.example")]
    assert list(IndustryCode.objects.values_list("system", "code")) == [("NAICS", "4911"), ("NAICS", "51")]
    assert list(Identifier.objects.values_list("kind", "value")) == [("duns", "123456789")]
    contract = SupplierContract.objects.get()
    assert (contract.award_number, contract.starts_on, contract.ends_on, contract.value) == (
        "A-1", date(2026, 1, 1), date(2026, 12, 31), Decimal("77.00"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT sales FROM records_organization")
        assert b"1200000" not in bytes(cursor.fetchone()[0])
    assert "sales" not in staged_columns()


def staged_columns() -> list[str]:
    """The columns of the rows as they were staged: in the test's one transaction they are still there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'staged_row'::regclass AND attnum > 0")
        return [name for (name,) in cursor.fetchall()]


def test_rows_add_to_a_known_organization_and_must_not_differ(tmp_path: Path) -> None:
    path = write(
        tmp_path, "o.csv", "number,name,city,sales,urls,contract_award_number,contract_starts_on",
        "O-1,Acme,Peoria,5,a.example,A-1,2026-01-01",
        "O-1,Acme,,,,A-2,2026-02-01",
        "O-1,Acme,,,a.example,A-1,2026-01-01",
        "O-1,Acme,Pekin,,,,",
        "O-1,Acme,,6,,,",
        "O-1,Acme,,5.00,,,",
        "O-2,Other,,,,A-1,2026-01-01",
        ",Plain,,,,A-3,",
        ",Plain,,,,,",
    )  # fmt: skip
    run("organizations", path)
    assert counts() == (9, 3, 2, 4)
    assert rejected(tmp_path) == [
        "5,city,differs from what is known of this organization,Pekin",
        "6,sales,differs from what is known of this organization,",
        "8,contract_award_number,is the number of another contract,A-1",
        "9,contract_starts_on,is needed for a contract,",
    ]
    assert sorted(Organization.objects.values_list("name", flat=True)) == ["Acme", "Plain"]
    assert sorted(SupplierContract.objects.values_list("award_number", flat=True)) == ["A-1", "A-2"]


def test_codes_and_numbers_are_checked_by_their_form(tmp_path: Path) -> None:
    path = write(
        tmp_path, "o.csv", "name,sic,naics,duns,employees", "A,7,,,", "B,,1234567,,", "C,,,12345678,", "D,,,,-1",
    )  # fmt: skip
    run("organizations", path)
    assert rejected(tmp_path) == [
        "2,sic,is not a SIC number: two to four digits,7",
        "3,naics,is not a NAICS number: two to six digits,1234567",
        "4,duns,is not a D-U-N-S number: nine digits,12345678",
        '5,employees,"is not between 0 and 2,000,000,000",\'-1',
    ]


def test_the_same_file_twice_adds_nothing_and_both_are_taken_back(tmp_path: Path) -> None:
    path = write(tmp_path, "o.csv", HEADER, "O-1,Acme,12,5,Peoria,a.example,51,,A-1,2026-01-01,,7")
    run("organizations", path)
    first = Import.objects.get()
    run("organizations", path)
    second = Import.objects.latest("id")
    assert (counts(first), counts(second)) == ((1, 1, 0, 0), (1, 0, 1, 0))
    assert "Take back import" in refusal("--undo", first.pk)
    run("--undo", second.pk)
    Customer.objects.create(number="1", name="Ann", organization=Organization.objects.get())
    assert refusal("--undo", first.pk) == (
        f"import {first.pk} cannot be taken back: its organizations are referred to by 1 customers"
    )
    Customer.objects.all().delete()
    assert "1 organizations, 1 contracts, 2 facts, codes and identifiers" in run("--undo", first.pk)
    assert not Organization.objects.exists()


def test_the_mapping_names_what_separates_values(tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "organizations"', "[several]", 'separator = "|"', "[columns]", 'name = "name"',
        'services = "services"',
    )  # fmt: skip
    path = write(tmp_path, "o.csv", "name,services", "A,print; post|design")
    run("organizations", path, "--mapping", mapping)
    assert list(BusinessFact.objects.values_list("value", flat=True)) == ["design", "print; post"]

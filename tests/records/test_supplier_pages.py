"""Suppliers: their list, the page of one, who reads what a contract is worth, and reminders before one ends."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.home.duties import lines_for
from privacy.agency import agency_today
from privacy.models import Notification, User
from privacy.roles import Role
from records import suppliers
from records.models import Organization, SupplierContract
from tests.factories import make_user

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "personnel", "location": "headquarters"}


@pytest.fixture
def keeper(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def contract(name: str, number: str, ends: int | None, **fields: Any) -> SupplierContract:
    """With the supplier of this name; it ends in so many days."""
    supplier, _ = Organization.objects.get_or_create(name=name)
    ends_on = None if ends is None else agency_today() + timedelta(days=ends)
    known = {"organization": supplier, "award_number": number, "starts_on": date(2020, 1, 1), "ends_on": ends_on}
    value = fields.pop("value", None)
    made = SupplierContract(**{**known, **fields})
    made.value = value
    made.save()
    return made


def listed(client: Client, query: str = "") -> list[tuple[Any, ...]]:
    rows = client.get(f"/suppliers/{query}").context["rows"]
    return [tuple(row["row"][name] for name in ("name", "stands", "running")) for row in rows]


def test_the_list_says_how_each_supplier_stands(client: Client, keeper: User) -> None:
    Organization.objects.create(name="No supplier")
    contract("Acme", "A-1", 30)
    contract("Acme", "A-2", None)
    contract("Boxes", "B-1", 200)
    contract("Closed", "C-1", -1)
    contract("Dawn", "D-1", 900, starts_on=agency_today() + timedelta(days=9))
    assert listed(client) == [
        ("Acme", "ending", 2), ("Boxes", "running", 1), ("Closed", "ended", 0), ("Dawn", "coming", 0),
    ]  # fmt: skip
    assert [row[0] for row in listed(client, "?stands=ended")] == ["Closed"]
    assert [row[0] for row in listed(client, "?search=b-1")] == ["Boxes"]
    assert [row[0] for row in listed(client, "?search=ac")] == ["Acme"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_and_a_page_take_the_same_statements_for_any_number(client: Client, keeper: User, count: int) -> None:
    for number in range(count):
        contract(f"S{number}", f"L-{number}", 30)
        made = contract("Acme", f"A-{number}", 30, value="5", keeper=keeper)
    for address, statements in (("/suppliers/", 6), (f"/suppliers/{made.organization.key}/", 5)):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) == statements, address


def test_a_page_shows_contracts_and_their_value_to_those_who_keep_them_alone(client: Client, keeper: User) -> None:
    made = contract("Acme", "A-1", 30, value="12345.50", products="Paper\nInk", keeper=keeper)
    contract("Acme", "A-2", -5)
    address = f"/suppliers/{made.organization.key}/"
    page = client.get(address).content.decode()
    for said in ("A-1", "Ends soon", "$12,345.50", "Paper<br>Ink", "60 days before it ends", "A-2", "Ended"):
        assert said in page
    for role, path in ((Role.SALES, address), (Role.AUDITOR, f"/records/contracts/{made.key}/")):
        client.force_login(make_user(role))
        page = client.get(path).content.decode()
        assert "A-1" in page
        assert "12,345" not in page
        assert "End taken care of" not in page
    assert client.get(f"/suppliers/{Organization.objects.create(name='None').key}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on", "The contract ends before it starts."),
        ({"ends_on": "2026-02-30"}, "ends_on", "Enter a valid date."),
        ({"value": "-1"}, "value", "A value must be 0 or more."),
        (
            {"remind_days": "1000"},
            "remind_days",
            ("A reminder that early would be forgotten: at most two years (730 days)."),
        ),
        ({"award_number": ""}, "award_number", "This field is required."),
    ],
    ids=["ends before it starts", "no day", "below zero", "too long before", "no number"],
)
def test_what_is_wrong_with_a_contract_is_said_and_nothing_is_lost(
    client: Client, keeper: User, sent: dict[str, str], field: str, said: str
) -> None:
    acme = Organization.objects.create(name="Acme")
    known = {"award_number": "A-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "products": "Paper", **WHERE}
    assert client.get(f"/records/contracts/new/{acme.key}/").context["form"]["keeper"].value() == keeper.pk
    answer = client.post(f"/records/contracts/new/{acme.key}/", {**known, "remind_days": "60", **sent})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [said]}
    assert "Paper" in answer.content.decode()
    assert not SupplierContract.objects.exists()


def test_whoever_keeps_a_contract_is_reminded_once_until_its_end_is_seen_to(client: Client, keeper: User) -> None:
    other = make_user(Role.MARKETING_MANAGER, "Other")
    near = contract("Acme", "A-1", 60, keeper=keeper)
    for number, days in (("A-2", 61), ("A-3", -1), ("A-4", None)):
        contract("Acme", number, days, keeper=keeper)
    contract("Acme", "A-5", 10, keeper=keeper, remind_days=None)
    assert [suppliers.remind(), suppliers.remind()] == [1, 0]
    (note,) = Notification.objects.all()
    assert (note.user, note.subject, note.on) == (keeper, near.key, near.ends_on)
    (line,) = [line for line in lines_for(keeper) if "Contract" in line.label]
    assert line.address == f"/suppliers/{near.organization.key}/"
    assert "A-1 with Acme ends on" in line.label
    assert not [line for line in lines_for(other) if "Contract" in line.label]
    answer = client.post(f"/records/contracts/{near.key}/seen-to/", follow=True)
    assert "Taken care of: nobody is reminded" in answer.content.decode()
    assert not [line for line in lines_for(keeper) if "Contract" in line.label]
    assert suppliers.remind() == 0
    assert "There is nothing to take care of." in client.post(
        f"/records/contracts/{near.key}/seen-to/", follow=True
    ).content.decode()  # fmt: skip


def test_another_end_is_another_reminder_and_one_of_nobody_is_everybodys(client: Client, keeper: User) -> None:
    gone = make_user(Role.MARKETING_MANAGER, "Gone", is_active=False)
    second = make_user(Role.MARKETING_MANAGER, "Second")
    made = contract("Acme", "A-1", 30, keeper=gone)
    assert suppliers.remind() == 2
    assert set(Notification.objects.values_list("user", flat=True)) == {keeper.pk, second.pk}
    suppliers.see_to(made, keeper, suppliers_basis())
    later = agency_today() + timedelta(days=45)
    sent = {
        "award_number": "A-1",
        "starts_on": "2020-01-01",
        "ends_on": later.isoformat(),
        "remind_days": "60",
        **WHERE,
    }
    address = f"/records/contracts/{made.key}/edit/"
    read = re.search('name="read" value="([^"]+)"', client.get(address).content.decode())
    assert read
    sent |= {"keeper": str(second.pk), "read": html.unescape(read[1])}
    assert client.post(address, sent).status_code == 302
    assert suppliers.remind() == 1
    assert [line.label for line in lines_for(second) if "Contract" in line.label] != []
    assert not [line for line in lines_for(keeper) if "Contract" in line.label]


def suppliers_basis() -> Any:
    from privacy.purposes import Basis

    return Basis(11)

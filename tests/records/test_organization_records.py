"""Records of organizations: facts, industry codes, contracts and their reminder, and whose customers are shown."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from records.models import BusinessFact, IndustryCode, Organization, SupplierContract
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
FROM = {"source": "customer", "location": "post office"}


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def acme() -> Organization:
    return Organization.objects.create(name="Acme")


def errors(client: Client, address: str, **values: object) -> dict[str, list[str]]:
    answer = client.post(address, FROM | values)
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def test_facts_are_kept_once_each_and_shown_by_kind(client: Client, marketing: User, acme: Organization) -> None:
    address = f"/records/business-facts/new/{acme.key}/"
    for kind, value in (("url", "b.example"), ("site", "Peoria"), ("url", "a.example")):
        answer = client.post(address, FROM | {"kind": kind, "value": value})
        assert answer["Location"] == f"/records/organizations/{acme.key}/"
    assert errors(client, address, kind="site", value="Peoria") == {
        "__all__": ["This is already on record for the organization."]
    }
    sections = {one.noun.slug: one for one in client.get(f"/records/organizations/{acme.key}/").context["sections"]}
    assert [row.cells for row in sections["business-facts"].rows] == [
        ["Business site", "Peoria"], ["Web address", "a.example"], ["Web address", "b.example"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("system", "code", "said"),
    [
        ("NAICS", "4911", None),
        ("NAICS", "1234567", "Write at most 6 characters; there are 7."),
        ("SIC", "49111", "This is not a SIC number: two to four digits."),
        ("SIC", "4a", "This is not a SIC number: two to four digits."),
    ],
)
def test_an_industry_code_has_its_systems_form(
    client: Client, marketing: User, acme: Organization, system: str, code: str, said: str | None
) -> None:
    answer = client.post(f"/records/industry-codes/new/{acme.key}/", FROM | {"system": system, "code": code})
    if said is None:
        assert IndustryCode.objects.values_list("system", "code").get() == (system, code)
    else:
        assert answer.context["form"].errors["code"] == [said]
        assert not IndustryCode.objects.exists()


def test_a_contract_ends_after_it_starts_and_its_number_is_unique(
    client: Client, marketing: User, acme: Organization
) -> None:
    address = f"/records/contracts/new/{acme.key}/"
    values = {"award_number": "A-1", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "value": "1000.50"}
    assert client.post(address, FROM | values).status_code == 302
    contract = SupplierContract.objects.get()
    assert (contract.organization, str(contract.value)) == (acme, "1000.50")
    assert "$1,000.50" in client.get(f"/records/contracts/{contract.key}/").content.decode()
    assert errors(client, address, award_number="A-1", starts_on="2026-02-01", ends_on="2026-01-01") == {
        "award_number": ["Supplier contract with this Contract award number already exists."],
        "ends_on": ["The contract ends before it starts."],
    }


def test_contracts_that_end_within_60_days_are_marked(client: Client, marketing: User, acme: Organization) -> None:
    today = agency_today()
    for days in (-1, 0, 60, 61):
        SupplierContract.objects.create(
            organization=acme, award_number=f"A{days}", starts_on=date(2020, 1, 1), ends_on=today + timedelta(days=days)
        )
    rows = [row["row"] for row in client.get("/records/contracts/").context["rows"]]
    assert {row["award_number"]: row["reminder"] for row in rows} == {
        "A-1": "", "A0": "Ends within 60 days", "A60": "Ends within 60 days", "A61": "",
    }  # fmt: skip
    (row,) = [row["row"] for row in client.get("/records/organizations/").context["rows"]]
    assert row["contract_ends_on"] == today


def test_an_organizations_page_shows_the_customers_whom_the_reader_sees(client: Client, acme: Organization) -> None:
    sales = make_user(Role.SALES)
    make_customer("C-1", sales, name="Mine", organization=acme)
    make_customer("C-2", make_user(Role.SALES, "Other"), name="Theirs", organization=acme)
    shown = {}
    for user in (sales, make_user(Role.PRIVACY_OFFICER), make_user(Role.MARKETING_MANAGER), make_user(Role.AUDITOR)):
        client.force_login(user)
        page = client.get(f"/records/organizations/{acme.key}/").content.decode()
        shown[user.name] = [name for name in ("Mine", "Theirs") if name in page]
    assert shown == {
        "Sales": ["Mine"], "Privacy officer": ["Mine", "Theirs"], "Marketing manager": [], "Auditor": [],
    }  # fmt: skip


def test_the_search_for_a_name_uses_its_index() -> None:
    from records.nouns.organizations import NOUN

    filters = NOUN.listing.filters({"search": "Ac", "ended": "on"}, queryset=Organization.objects.order_by())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = filters.qs.explain()
    assert "organization_name_prefix" in plan


@pytest.mark.parametrize("count", [1, 3])
def test_an_organizations_page_takes_the_same_statements_for_any_number(
    client: Client, marketing: User, acme: Organization, count: int
) -> None:
    for number in range(count):
        BusinessFact.objects.create(organization=acme, kind="url", value=f"{number}.example")
        IndustryCode.objects.create(organization=acme, system="SIC", code=f"1{number}")
        SupplierContract.objects.create(organization=acme, award_number=f"A-{number}", starts_on=date(2026, 1, 1))
    client.get(f"/records/organizations/{acme.key}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/records/organizations/{acme.key}/")
    # The user, the two lines of the access log 2 × 3, the organization, four sections.
    assert len(queries) == 12

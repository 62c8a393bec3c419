"""Customers, organizations and the other records by the API: scope, words, history, and how many statements."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import changes
from privacy.models import AccessEntry, User
from privacy.purposes import Basis
from privacy.roles import Role
from records.models import (
    BusinessFact,
    ContactPoint,
    Customer,
    CustomerAssignment,
    Gathering,
    Interaction,
    Organization,
    Territory,
)
from tests.api import Program, errors_of, problem_of
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    user = make_user(Role.SALES_MANAGER)
    make_team(manager=user)
    return user


@pytest.fixture
def program(manager: User) -> Program:
    cache.clear()
    return Program(manager)


@pytest.fixture
def acme() -> Organization:
    return Organization.objects.create(name="Acme", number="O-1", city="Springfield")


def statements(program: Program, path: str) -> int:
    program.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert program.get(path).status_code == 200
    return len(queries)


# Customers -----------------------------------------------------------------------------------------------------------
def test_the_customers_whom_one_sees_are_listed(program: Program, manager: User, acme: Organization) -> None:
    ann = make_customer("C-2", manager, name="Ann", organization=acme)
    make_customer("C-1", manager, name="Ben")
    make_customer("C-9", make_user(Role.SALES, "Other"))
    body = program.get("/customers").json()
    assert [row["number"] for row in body["results"]] == ["C-1", "C-2"]
    assert body["results"][1] == {
        "key": str(ann.key),
        "number": "C-2",
        "name": "Ann",
        "organization": {"key": str(acme.key), "number": "O-1", "name": "Acme"},
        "territory": None,
        "created_at": ann.created_at.isoformat().replace("+00:00", "Z"),
        "is_made_up": False,
        "disagreements": [],
    }
    shown = AccessEntry.objects.filter(kind="shown").latest("at")
    assert (shown.place, shown.key, shown.records, shown.categories) == ("api_customers", "list", 2, [1, 2])


def test_customers_are_chosen_by_territory_organization_and_time(
    program: Program, manager: User, acme: Organization
) -> None:
    territory = Territory.objects.create(code="ne", name="Northeast")
    make_customer("C-1", manager, territory=territory)
    make_customer("C-2", manager, organization=acme)
    found = {
        query: [row["number"] for row in program.get(f"/customers?{query}").json()["results"]]
        for query in ("territory=ne", f"organization={acme.key}", "created_since=2020-01-01T00:00:00Z", "territory=x")
    }
    assert list(found.values()) == [["C-1"], ["C-2"], ["C-1", "C-2"], []]


def test_one_customer_is_read_by_key_and_opened(program: Program, manager: User) -> None:
    customer = make_customer("C-1", manager)
    customer.date_of_birth = date(1980, 2, 3)
    customer.save()
    body = program.get(f"/customers/{customer.key}").json()
    assert (body["date_of_birth"], body["number"], body["email"], body["age"]) == ("1980-02-03", "C-1", "", None)
    shown = AccessEntry.objects.filter(kind="shown").latest("at")
    assert (shown.key, shown.records) == ("customer_id", 1)


NEW = {
    "number": "C-7",
    "name": "Ann Lee",
    "email": "ann@Example.com",
    "phone": "(202) 268-2000",
    "organization": "Acme",
    "date_of_birth": "1980-02-03",
}


def test_a_new_customer_is_checked_as_on_the_page_and_is_the_makers(
    program: Program, manager: User, acme: Organization
) -> None:
    answer = program.post("/customers", NEW)
    made = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/customers/{made.key}")
    body = answer.json()
    assert (body["email"], body["phone"], body["organization"]["number"]) == ("ann@example.com", "+12022682000", "O-1")
    assert (made.created_by, made.date_of_birth) == (manager, date(1980, 2, 3))
    assert CustomerAssignment.objects.get().staff == manager
    (first,) = changes.history(made)
    assert (first.is_creation, first.by, first.basis) == (True, manager.name, Basis(12))


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"number": ""}, "number", "This field may not be blank."),
        ({"email": "ann"}, "email", "Enter a valid email address."),
        ({"organization": "Nowhere"}, "organization", "Nothing that you can see has that name."),
        ({"date_of_birth": "1780-01-01"}, "date_of_birth", "No one alive today was born on that day."),
        ({"relationship_ended_on": "2026-01-01"}, "relationship_end_reason", "State why the relationship ended."),
        ({"territory": "xx"}, "territory", "Object with code=xx does not exist."),
        ({"job_description": "Card 4111 1111 1111 1111"}, "job_description", "This held a full"),
        ({"name": "a\x00b"}, "name", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_kept(
    program: Program, acme: Organization, change: dict[str, Any], field: str, said: str
) -> None:
    answer = program.post("/customers", {**NEW, **change})
    assert problem_of(answer) == (400, "invalid")
    ((found, (sentence,)),) = errors_of(answer).items()
    assert (found, sentence.startswith(said)) == (field, True)
    assert "4111" not in answer.content.decode()
    assert not Customer.objects.exists()


def test_the_same_number_twice_is_refused(program: Program, acme: Organization) -> None:
    assert program.post("/customers", NEW).status_code == 201
    assert list(errors_of(program.post("/customers", NEW))) == ["number"]


def test_a_change_changes_what_is_sent_and_stands_in_the_history(program: Program, manager: User) -> None:
    customer = make_customer("C-1", manager, city="Shelbyville", job_title="Clerk")
    answer = program.patch(f"/customers/{customer.key}", {"city": "Springfield"})
    assert (answer.status_code, answer.json()["city"], answer.json()["job_title"]) == (200, "Springfield", "Clerk")
    (change,) = changes.history(Customer.objects.get())
    assert (change.field, change.before, change.after) == ("city", "Shelbyville", "Springfield")


def test_what_is_not_ones_own_is_not_changed_and_not_found(program: Program) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"))
    assert problem_of(program.patch(f"/customers/{theirs.key}", {"city": "x"})) == (404, "not-found")
    assert Customer.objects.get().city == ""


def test_who_sees_and_does_not_keep_changes_nothing(program: Program) -> None:
    officer = Program(make_user(Role.PRIVACY_OFFICER))
    customer = make_customer("C-1")
    assert officer.get(f"/customers/{customer.key}").status_code == 200
    assert problem_of(officer.patch(f"/customers/{customer.key}", {"city": "x"})) == (403, "forbidden")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_for_any_number(
    program: Program, manager: User, acme: Organization, count: int
) -> None:
    for number in range(count):
        customer = make_customer(f"C-{number}", manager, organization=acme)
        Organization.objects.create(name=f"O{number}")
        Gathering.objects.create(slug=f"g{number}", name=f"G{number}", starts_at="2026-03-10T16:00:00Z")
        ContactPoint.objects.create(
            customer=make_first(manager), kind="name", value=str(number), normalized=str(number)
        )
        BusinessFact.objects.create(organization=acme, kind="url", value=f"{number}.example")
        Interaction.objects.create(customer=customer, staff=manager, about="x")
    first = make_first(manager)
    found = {
        "customers": statements(program, "/customers"),
        "organizations": statements(program, "/organizations"),
        "events": statements(Program(manager, basis=Basis(3)), "/records/events"),
        "contacts": statements(program, f"/records/contacts?customer={first.key}"),
        "facts": statements(program, f"/records/business-facts?organization={acme.key}"),
        "kinds": statements(program, "/records"),
    }
    lists = ("customers", "organizations", "events", "contacts", "facts")
    assert found == dict.fromkeys(lists, 9) | {"kinds": 2}


def make_first(manager: User) -> Customer:
    return Customer.objects.filter(number="F-1").first() or make_customer("F-1", manager)


# Organizations -------------------------------------------------------------------------------------------------------
def test_an_organization_is_made_read_and_changed(program: Program, manager: User) -> None:
    made = program.post("/organizations", {"name": "Acme", "sales": "1000.50", "employees": 7})
    assert (made.status_code, made.json()["sales"], made.json()["number"]) == (201, "1000.50", None)
    path = made["Location"].removeprefix("/api/v1")
    assert program.get(path).json() == made.json()
    changed = program.patch(path, {"employees": 8, "number": "O-9"}).json()
    assert (changed["employees"], changed["number"], changed["sales"]) == (8, "O-9", "1000.50")
    history = {one.field: (one.before, one.after) for one in changes.history(Organization.objects.get())}
    assert history == {"": (None, None), "employees": ("7", "8"), "number": (None, "O-9")}


def test_organizations_are_chosen_by_state(program: Program, acme: Organization) -> None:
    Organization.objects.create(name="Other", state="IL")
    assert [row["name"] for row in program.get("/organizations?state=IL").json()["results"]] == ["Other"]


# The other records ---------------------------------------------------------------------------------------------------
def test_the_kinds_that_one_may_list_are_told(program: Program) -> None:
    found = {row["kind"]: row for row in program.get("/records").json()["results"]}
    assert found["contacts"] == {"kind": "contacts", "label": "Contacts", "categories": [1], "of": ["customer"]}
    assert found["business-facts"]["of"] == ["organization"]
    assert found["events"]["of"] == []
    # Looked up by the notice's keys, and by no other way.
    assert {"meetings", "participations", "messages", "category-10", "customers", "organizations"} & set(found) == set()


def test_a_customers_records_are_listed_of_that_customer(program: Program, manager: User) -> None:
    ann, ben = make_customer("C-1", manager), make_customer("C-2", manager)
    kept = ContactPoint.objects.create(customer=ann, kind="name", value="Annie", normalized="annie")
    ContactPoint.objects.create(customer=ben, kind="name", value="Benny", normalized="benny")
    body = program.get(f"/records/contacts?customer={ann.key}").json()
    assert [(row["key"], row["kind"], row["fields"]["value"]) for row in body["results"]] == [
        (str(kept.key), "contacts", "Annie")
    ]
    shown = AccessEntry.objects.filter(kind="shown").latest("at")
    assert (shown.place, shown.categories, shown.records) == ("api_records", [1], 1)


@pytest.mark.parametrize(
    ("path", "status", "fields"),
    [
        ("/records/contacts", 400, ["customer"]),
        ("/records/contacts?customer=x", 400, ["customer"]),
        ("/records/contacts?organization=0b1f1f6e-8f57-4f43-8a3a-6f6a1c1de0f4", 400, ["organization"]),
        ("/records/meetings", 404, []),
        ("/records/category-10", 404, []),
        ("/records/nothing", 404, []),
    ],
)
def test_what_is_not_listed_so_is_refused(program: Program, path: str, status: int, fields: list[str]) -> None:
    answer = program.get(path)
    assert answer.status_code == status
    assert (list(errors_of(answer)) if status == 400 else []) == fields


def test_anothers_customers_records_are_not_listed(program: Program) -> None:
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"))
    kept = ContactPoint.objects.create(customer=theirs, kind="name", value="Secret", normalized="secret")
    assert program.get(f"/records/contacts?customer={theirs.key}").json()["results"] == []
    assert problem_of(program.get(f"/records/contacts/{kept.key}")) == (404, "not-found")


def test_one_record_is_read_by_its_key(program: Program, manager: User) -> None:
    ann = make_customer("C-1", manager)
    kept = Interaction.objects.create(customer=ann, staff=manager, about="Prices", next_step="Call")
    fields = program.get(f"/records/interactions/{kept.key}").json()["fields"]
    assert (fields["about"], fields["next_step"]) == ("Prices", "Call")


def test_a_kind_is_open_to_those_who_see_it_on_its_page(program: Program) -> None:
    client = Client()
    client.force_login(make_user(Role.AUDITOR))
    assert client.get("/api/v1/records/events").status_code == 200
    customer = make_customer("C-1")
    answer = client.get(f"/api/v1/records/contacts?customer={customer.key}")
    assert problem_of(answer) == (403, "forbidden")
    assert "contacts" not in {row["kind"] for row in client.get("/api/v1/records").json()["results"]}

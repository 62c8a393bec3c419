"""Records of the long tail by hand: made, shown, changed, with their history; and on the customer's page."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from privacy import changes
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.elements import as_text, category_of, is_of_customers, kept_elements, read_text
from records.enums import Location, Source
from records.keeping import make_partitions, rule_of
from records.models import (
    Customer,
    Gathering,
    ListMembership,
    MailingList,
    Record,
    Registration,
    Submission,
    Survey,
)
from records.models.record import CATEGORIES
from tests.factories import NOON, make_customer, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 5, 17, tzinfo=UTC)
OF_CUSTOMERS = [1, 2, 3, 5, 6, 7, 8, 9, 17, 18]


def make_record(category: int, customer: Customer | None = None, **values: Any) -> Record:
    make_partitions([AT])
    record = Record(
        collected_at=AT, category=category, customer=customer, source=Source.PERSONNEL, location=Location.HEADQUARTERS,
        retention_rule=rule_of(category), **values,
    )  # fmt: skip
    record.subject = customer.key if customer else record.key
    record.save(force_insert=True)
    return record


def sign_in(client: Client, role: Role) -> User:
    user = make_user(role)
    client.force_login(user)
    return user


def test_the_notices_retrieval_rules_say_which_records_are_a_customers() -> None:
    assert [number for number in CATEGORIES if is_of_customers(number)] == OF_CUSTOMERS


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_form_asks_for_every_element_but_secrets(client: Client, category: int) -> None:
    role = (
        Role.RECORDS_ADMINISTRATOR
        if category in range(10, 17)
        else (Role.MARKETING_MANAGER if category in (4, 5, 7, 9, 17) else Role.SALES)
    )
    sign_in(client, role)
    page = client.get(f"/records/category-{category}/new/")
    assert page.status_code == 200
    asked = set(page.context["form"].fields)
    assert {element.id for element in kept_elements(category)} <= asked
    assert not asked & {element.id for element in category_of(category).elements if element.is_secret}


def test_a_record_is_made_shown_changed_and_its_history_kept(client: Client) -> None:
    sign_in(client, Role.RECORDS_ADMINISTRATOR)
    sent = {
        "collected_at": "2026-03-05T12:00", "organizer": "ann@example.com", "c12-user-department": "Sales",
        "source": "personnel", "location": "headquarters",
    }  # fmt: skip
    made = client.post("/records/category-12/new/", sent)
    assert made.status_code == 302, made.context["form"].errors
    record = Record.objects.get()
    assert (record.category, record.attributes, record.organizer) == (
        12, {"c12-user-department": "Sales"}, "ann@example.com",
    )  # fmt: skip
    assert (record.retention_rule, record.subject) == ("RET-5", record.key)
    address = f"/records/category-12/{record.key}/"
    assert made["Location"] == address
    page = client.get(address).content.decode()
    assert "<dt>User Department</dt><dd>Sales</dd>" in page

    form = client.get(f"{address}edit/")
    assert form.context["form"].initial["c12-user-department"] == "Sales"
    assert "collected_at" not in form.context["form"].fields
    changed = client.post(f"{address}edit/", {**sent, "c12-user-department": "Legal", "read": form.context["read"]})
    assert changed.status_code == 302
    assert Record.objects.get().attributes == {"c12-user-department": "Legal"}
    history = changes.history(Record.objects.get())
    assert [(one.field, one.before, one.after) for one in history] == [
        ("attributes", '{"c12-user-department": "Sales"}', '{"c12-user-department": "Legal"}'),
        ("", None, None),
    ]
    assert "Legal" in client.get(f"{address}history/").content.decode()


def test_what_is_sealed_is_sealed_and_shown_as_such(client: Client) -> None:
    sign_in(client, Role.RECORDS_ADMINISTRATOR)
    element = next(one for one in kept_elements(16) if one.is_encrypted and one.type == "text")
    sent = {"collected_at": "2026-03-05T12:00", element.id: "talk", "source": "personnel", "location": "headquarters"}
    assert client.post("/records/category-16/new/", sent).status_code == 302
    record = Record.objects.get()
    assert (record.attributes, record.sealed) == ({}, {element.id: "talk"})
    page = client.get(f"/records/category-16/{record.key}/").content.decode()
    assert '<span class="tag">sealed</span></dt><dd>talk</dd>' in page


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({}, {"__all__": ["Fill in at least one of the elements."]}),
        ({"c12-user-creation-date": "soon"}, {"c12-user-creation-date": [
            "User Creation Date is not a date and time like 2026-03-31T14:05:09Z."]}),
        ({"c12-user-department": "4111 1111 1111 1111"}, None),
    ],
)  # fmt: skip
def test_what_is_no_value_of_its_type_is_told(client: Client, sent: dict[str, str], errors: Any) -> None:
    sign_in(client, Role.RECORDS_ADMINISTRATOR)
    whole = {"collected_at": "2026-03-05T12:00", "source": "personnel", "location": "headquarters", **sent}
    answer = client.post("/records/category-12/new/", whole)
    assert answer.status_code == 422
    if errors:
        assert answer.context["form"].errors == errors
    else:
        assert "which Waymark never keeps" in str(answer.context["form"].errors)
    assert not Record.objects.exists()


def test_a_customers_record_needs_the_customer(client: Client) -> None:
    user = sign_in(client, Role.SALES)
    ann = make_customer("C-1", user)
    element = next(one for one in kept_elements(3) if one.type == "string")
    sent = {"collected_at": "2026-03-05T12:00", element.id: "x", "source": "personnel", "location": "headquarters"}
    assert "customer" in client.post("/records/category-3/new/", sent).context["form"].errors
    assert client.post("/records/category-3/new/", {**sent, "customer": "C-1"}).status_code == 302
    assert (Record.objects.get().customer, Record.objects.get().subject) == (ann, ann.key)


def test_a_list_shows_the_records_of_the_customers_in_scope_alone(client: Client) -> None:
    user = sign_in(client, Role.SALES)
    element = kept_elements(3)[0].id
    mine = make_record(3, make_customer("C-1", user, name="Zebedee"), attributes={element: "x"})
    other = make_record(3, make_customer("C-2", name="Quill"), attributes={element: "y"})
    page = client.get("/records/category-3/").content.decode()
    assert "Zebedee" in page
    assert "Quill" not in page
    assert client.get(f"/records/category-3/{mine.key}/").status_code == 200
    assert client.get(f"/records/category-3/{other.key}/").status_code == 404
    assert client.get(f"/records/category-5/{mine.key}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_statements_for_any_number(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    user = sign_in(client, Role.SALES)
    for number in range(rows):
        make_record(3, make_customer(f"C-{number}", user), attributes={kept_elements(3)[0].id: "x"})
    client.get("/records/category-3/")
    with django_assert_num_queries(QUERIES_OF_A_LIST):
        client.get("/records/category-3/")


QUERIES_OF_A_LIST = 10


def test_records_of_meetings_have_no_list_and_are_not_for_those_who_sell(client: Client) -> None:
    sign_in(client, Role.SALES)
    assert client.get("/records/category-10/").status_code == 404
    assert client.get("/records/category-12/new/").status_code == 403


# On the customer's page -----------------------------------------------------------------------------------------------


def everything_of(customer: Customer) -> None:
    """A registration, a submission, a membership and records of every category that a customer has."""
    event = Gathering.objects.create(slug="forum", name="The Forum", starts_at=NOON)
    Registration.objects.create(gathering=event, customer=customer, registered_at=NOON, role="Speaker")
    survey = Survey.objects.create(slug="spring", name="The Spring Survey")
    Submission.objects.create(survey=survey, customer=customer, number="S-1", submitted_at=NOON, retention_rule="RET-7")
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver Magazine")
    ListMembership.objects.create(mailing_list=mailing_list, customer=customer, since=date(2026, 1, 1))
    for category in OF_CUSTOMERS:
        element = next(one for one in kept_elements(category) if not one.is_encrypted)
        make_record(category, customer, attributes={element.id: f"canary of {category}"})


SEEN = ["The Forum", "The Spring Survey", "Deliver Magazine", *(f"canary of {number}" for number in OF_CUSTOMERS)]


@pytest.mark.parametrize("role", [Role.SALES, Role.SALES_MANAGER, Role.PRIVACY_OFFICER])
def test_a_customers_page_shows_what_they_took_part_in_and_the_long_tail(client: Client, role: Role) -> None:
    user = sign_in(client, role)
    customer = make_customer("C-1", user)
    everything_of(customer)
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert [text for text in SEEN if text not in page] == []
    read = {
        number
        for (numbers,) in AccessEntry.objects.filter(kind="shown").values_list("categories")
        for number in numbers
    }
    assert read >= set(OF_CUSTOMERS)


def test_what_the_chosen_purpose_does_not_reach_stays_off_the_page(client: Client) -> None:
    user = sign_in(client, Role.SALES)
    customer = make_customer("C-1", user)
    everything_of(customer)
    client.post("/basis/", {"basis": "purpose-12"})
    client.post("/basis/", {"basis": "purpose-11"})
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert [text for text in SEEN if text in page] == [
        "The Spring Survey",
        *(f"canary of {number}" for number in (1, 2, 3, 5, 9, 17, 18)),
    ]
    assert "Purpose 3 would do" in page or "Purposes 1 or 3 would do" in page


def test_another_customers_records_are_not_on_the_page(client: Client) -> None:
    user = sign_in(client, Role.SALES)
    everything_of(make_customer("C-2", user))
    page = client.get(f"/customers/{make_customer('C-1', user).key}/").content.decode()
    assert [text for text in SEEN if text in page] == []


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["a", ["a", "b"], True, 7, {"a": 1}])
def test_a_value_is_written_as_people_type_it(value: Any) -> None:
    assert (
        as_text(value) == {"a": "a", "['a', 'b']": "a; b", "True": "yes", "7": "7", "{'a': 1}": '{"a": 1}'}[str(value)]
    )


def test_several_are_read_apart() -> None:
    element = next(one for one in kept_elements(3) if one.is_many and one.type == "url")
    assert read_text(element, "https://a.example; https://b.example;") == ["https://a.example", "https://b.example"]

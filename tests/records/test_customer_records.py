"""Records of customers: the form, contacts, identifiers, preferences, calls and visits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from privacy import changes
from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.models import User
from privacy.roles import Role
from records.models import ContactPoint, Customer, Identifier, Interaction, Organization, Preference
from records.models.contact import identifier_hash
from records.retrieval import look_up, subject
from tests.asked import AskedStatements
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
FROM = {"source": "customer", "location": "post office"}


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def ann(sales: User) -> Customer:
    return make_customer("C-1", sales, name="Ann")


def errors(client: Client, address: str, **values: object) -> dict[str, list[str]]:
    answer = client.post(address, FROM | values)
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def test_a_new_customer_is_of_whoever_made_the_record(client: Client, sales: User) -> None:
    Organization.objects.create(name="Acme", number="O-1")
    values = {"number": "C-9", "name": "Bea", "email": "Bea@EXAMPLE.com", "phone": "(312) 555-0142 x7",
              "organization": "acme", "date_of_birth": "1980-02-29", "role": "Buyer"}  # fmt: skip
    answer = client.post("/records/customers/new/", FROM | values)
    bea = Customer.objects.get(number="C-9")
    assert answer["Location"] == f"/customers/{bea.key}/"
    assert (bea.email, bea.phone, bea.date_of_birth) == ("Bea@example.com", "+13125550142;ext=7", date(1980, 2, 29))
    assert (bea.organization, bea.source, bea.created_by) == (Organization.objects.get(), "customer", sales)
    page = client.get(f"/customers/{bea.key}/").content.decode()
    assert all(text in page for text in ("Feb 29, 1980", "Acme", "Buyer"))


def test_a_customers_form_tells_what_does_not_fit(client: Client, sales: User) -> None:
    make_customer("C-1", sales)
    found = errors(
        client, "/records/customers/new/", number="C-1", name="Bea", email="bea@", phone="12", organization="None",
        date_of_birth="2199-01-01", relationship_ended_on="2026-01-01",
    )  # fmt: skip
    assert found == {
        "number": ["Customer with this Customer ID already exists."],
        "email": ["Enter a valid email address."],
        "phone": ["Phone is not a phone number: it has too few or too many digits."],
        "organization": ["Nothing that you can see has that name."],
        "date_of_birth": ["No one alive today was born on that day."],
        "relationship_end_reason": ["State why the relationship ended."],
    }


def test_a_sealed_date_is_in_the_history_and_sealed_there(client: Client, ann: Customer) -> None:
    page = client.get(f"/records/customers/{ann.key}/edit/")
    form = page.context["form"]
    values = {name: str(form[name].value() or "") for name in form.fields} | {"read": page.context["read"]}
    client.post(f"/records/customers/{ann.key}/edit/", values | {"date_of_birth": "1980-02-29"})
    ann.refresh_from_db()
    assert ann.date_of_birth == date(1980, 2, 29)
    (entry,) = changes.history(ann)
    assert (entry.field, entry.before, entry.after) == ("date_of_birth", None, "1980-02-29")
    with connection.cursor() as cursor:
        cursor.execute("SELECT after FROM privacy_change UNION SELECT date_of_birth FROM records_customer")
        assert not any(b"1980" in bytes(row[0]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("kind", "value", "normalized"),
    [
        ("phone", "+44 20 8765 4321", "+442087654321"),
        ("fax", "312.555.0142 ext. 12", "+13125550142;ext=12"),
        ("email", "Ann@Example.COM", "ann@example.com"),
        ("name", "Anna  Maria", "anna maria"),
    ],
)
def test_a_contact_is_kept_as_told_and_in_the_form_that_finds_it(
    client: Client, ann: Customer, kind: str, value: str, normalized: str
) -> None:
    answer = client.post(f"/records/contacts/new/{ann.key}/", FROM | {"kind": kind, "value": value})
    assert answer["Location"] == f"/customers/{ann.key}/"
    contact = ContactPoint.objects.get()
    assert (contact.customer, contact.value, contact.normalized) == (ann, value, normalized)
    assert value in client.get(f"/customers/{ann.key}/").content.decode()


def test_a_contact_is_there_once(client: Client, ann: Customer) -> None:
    ContactPoint.objects.create(customer=ann, kind="phone", value="x", normalized="+13125550142")
    address = f"/records/contacts/new/{ann.key}/"
    found = errors(client, address, kind="phone", value="312 555 0142")
    assert found == {"__all__": ["This is already among the contacts."]}
    assert errors(client, address, kind="phone", value="none") == {"value": ["This is not a phone number."]}
    assert ContactPoint.objects.count() == 1


def test_an_account_number_is_sealed_and_found_by_its_hash(client: Client, ann: Customer) -> None:
    address = f"/records/identifiers/new/{ann.key}/"
    client.post(address, FROM | {"kind": "account", "number": "ab-123 456"})
    found = Identifier.objects.get()
    assert (found.value, found.sealed_value) == ("", "AB123456")
    assert bytes(found.value_hash or b"") == identifier_hash("account", "AB123456")
    finder, officer = subject("customers").finders[KeyKind.CUSTOMER_ID], make_user(Role.PRIVACY_OFFICER)
    for text, people in (("AB123456", [ann]), ("ab 123-456", [ann]), ("AB12345", [])):
        assert list(look_up(finder, officer, text).people) == people
    assert errors(client, address, kind="account", number="AB123456") == {
        "__all__": ["This number is already saved here."]
    }
    assert errors(client, address, kind="duns", number="12345678") == {
        "number": ["This is not a D-U-N-S number: nine digits."]
    }
    client.post(address, FROM | {"kind": "duns", "number": "12-345-6789"})
    assert Identifier.objects.get(kind="duns").value == "123456789"


def test_preferences_are_one_a_customer(client: Client, ann: Customer) -> None:
    address = f"/records/preferences/new/{ann.key}/"
    client.post(address, FROM | {"badge_name": "Annie", "accommodations": "step-free"})
    assert Preference.objects.get().accommodations == "step-free"
    page = client.get(f"/customers/{ann.key}/").content.decode()
    assert "step-free" in page
    assert address not in page
    assert client.post(address, FROM | {"badge_name": "A"}).status_code == 422


def test_a_call_is_logged_and_its_next_step_done_and_set_back(client: Client, sales: User, ann: Customer) -> None:
    asked = client.get(f"/records/interactions/new/{ann.key}/")
    assert '<p class="report-dates">For Ann</p>' in asked.content.decode()
    form = asked.context["form"]
    values = {name: str(form[name].value() or "") for name in form.fields} | {"about": "Prices"}
    values |= {"happened_at": "2026-03-10T10:00", "next_step": "Send a list", "next_step_on": "2026-03-20"}
    saved = client.post(f"/records/interactions/new/{ann.key}/", values)
    assert saved["Location"] == f"/customers/{ann.key}/", "to the top of the page, where it says so"
    told = client.get(saved["Location"]).content.decode().partition('class="messages"')[2]
    assert "Call or visit saved." in told
    assert '<a href="#interactions">Show it</a>' in told
    call = Interaction.objects.get()
    assert (call.staff, call.kind, call.about, call.happened_at.isoformat()) == (
        sales, "call", "Prices", "2026-03-10T14:00:00+00:00",
    )  # fmt: skip
    home = client.get("/").content.decode()
    assert "Send a list" in home
    assert "overdue since Mar 20, 2026" in home
    done = client.post(f"/records/interactions/{call.key}/done/", {"next": "/"})
    call.refresh_from_db()
    assert done["Location"] == "/"
    assert call.next_step_done_at is not None
    home = client.get("/").content.decode()
    assert "Send a list" not in home
    assert f'<form method="post" action="/records/interactions/{call.key}/open/?next=%2F">' in home
    assert client.post(f"/records/interactions/{call.key}/open/?next=%2F")["Location"] == "/"
    assert client.post(f"/records/interactions/{call.key}/open/", {"next": "https://evil.example"})["Location"] == (
        f"/customers/{ann.key}/#interactions"
    )
    call.refresh_from_db()
    assert call.next_step_done_at is None


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"happened_at": "1850-01-01T10:00"}, {"happened_at": ["That is before January 1, 2000: check the year."]}),
        (
            {"happened_at": "2026-03-10T10:00", "next_step": "Send", "next_step_on": "1999-01-01"},
            {"next_step_on": ["A next step cannot be due before what it follows, which was on March 10, 2026."]},
        ),
    ],
)
def test_days_that_nobody_means_are_refused(
    client: Client, ann: Customer, typed: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    assert errors(client, f"/records/interactions/new/{ann.key}/", kind="call", about="x", **typed) == wrong
    assert not Interaction.objects.exists()


def typed_over(client: Client, address: str, **typed: str) -> dict[str, str]:
    """What the form sends after this was typed into it."""
    page = client.get(address)
    form = page.context["form"]
    return {
        **{bound.html_name: str(bound.value() or "") for bound in form},
        "read": page.context["read"] or "",
        **typed,
    }


def test_next_step_on_the_day_itself_is_taken(client: Client, ann: Customer) -> None:
    address = f"/records/interactions/new/{ann.key}/"
    on = {"happened_at": "2026-03-10T10:00", "next_step": "Send", "next_step_on": "2026-03-10"}
    assert client.post(address, typed_over(client, address, about="x", **on)).status_code == 302
    assert Interaction.objects.get().next_step_on == date(2026, 3, 10)


@pytest.mark.parametrize("second", [0, 41])
def test_what_was_imported_with_an_older_day_can_be_corrected(
    client: Client, sales: User, ann: Customer, second: int
) -> None:
    moment = datetime(1987, 5, 4, 12, 0, second, tzinfo=UTC)
    old = Interaction.objects.create(
        customer=ann, staff=sales, about="x", happened_at=moment, next_step="Send", next_step_on=date(1980, 1, 1)
    )
    address = f"/records/interactions/{old.key}/edit/"
    at = {"happened_at": "1987-05-04T08:00"}
    answer = client.post(address, typed_over(client, address, about="Rates", **at))
    assert answer.context is None or answer.context["form"].errors == {}
    old.refresh_from_db()
    assert (old.about, old.happened_at) == ("Rates", moment)


def test_a_moment_that_is_touched_is_what_was_typed(client: Client, sales: User, ann: Customer) -> None:
    call = Interaction.objects.create(
        customer=ann, staff=sales, about="x", happened_at=datetime(2026, 3, 10, 14, 0, 41, tzinfo=UTC)
    )
    address = f"/records/interactions/{call.key}/edit/"
    client.post(address, typed_over(client, address, about="x", happened_at="2026-03-10T10:01"))
    call.refresh_from_db()
    assert call.happened_at == datetime(2026, 3, 10, 14, 1, tzinfo=UTC)


def test_what_is_still_to_come_is_no_call(client: Client, ann: Customer) -> None:
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    found = errors(
        client, f"/records/interactions/new/{ann.key}/", kind="call", happened_at=later, about="x",
        next_step_on=agency_today().isoformat(),
    )  # fmt: skip
    assert found == {
        "happened_at": ["That is in the future: put what is planned under “Next step”."],
        "next_step": ["Enter what is to be done on that day."],
    }


def test_things_of_others_customers_are_not_there(client: Client, ann: Customer) -> None:
    theirs = make_customer("C-2", make_user(Role.SALES, "Other"))
    contact = ContactPoint.objects.create(customer=theirs, kind="name", value="x", normalized="x")
    call = Interaction.objects.create(customer=theirs, staff=make_user(None, "N"), about="x", next_step="y")
    for address in (
        f"/records/customers/{theirs.key}/edit/", f"/records/customers/{theirs.key}/history/",
        f"/records/contacts/new/{theirs.key}/", f"/records/contacts/{contact.key}/edit/",
        f"/records/contacts/{contact.key}/history/", f"/records/interactions/{call.key}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.post(f"/records/interactions/{call.key}/done/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_one_query_for_next_steps(client: Client, sales: User, ann: Customer, count: int) -> None:
    for number in range(count):
        Interaction.objects.create(customer=ann, staff=sales, about="x", next_step=f"step {number}")
    client.get("/")
    with AskedStatements(connection) as queries:
        assert len(client.get("/").context["next_steps"]) == count
    assert len([query for query in queries if "next_step" in query["sql"]]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_a_customers_page_takes_the_same_statements_for_any_number(client: Client, ann: Customer, count: int) -> None:
    for number in range(count):
        Interaction.objects.create(customer=ann, staff=make_user(None, f"N{number}"), about="x")
        ContactPoint.objects.create(customer=ann, kind="name", value="x", normalized=f"x{number}")
        Identifier.objects.create(customer=ann, kind="customer id", value=f"{number}")
    client.get(f"/customers/{ann.key}/")
    with AskedStatements(connection) as queries:
        client.get(f"/customers/{ann.key}/")
    # The user, the intents and the outcomes for the access log 2 × 3, the customer with their staff, its report 5 as
    # nothing was shared, what there is of all sections, the 3 that there is something of, what the person says against
    # a value, and 3 for the next best materials.
    assert len(queries) == 21


def test_a_customers_page_asks_for_merged_records_only_where_there_are_some(client: Client, ann: Customer) -> None:
    def page() -> tuple[int, str]:
        with AskedStatements(connection) as queries:
            answer = client.get(f"/customers/{ann.key}/")
        asked = [one for one in queries if 'WHERE "records_customer"."merged_into_id" = ' in one["sql"]]
        return len(asked), answer.content.decode()

    asked, alone = page()
    assert asked == 0
    assert "Also recorded as" not in alone
    Customer.objects.create(number="A-2", name="Anne", merged_into=ann)
    asked, merged = page()
    assert asked == 1
    assert "Also recorded as Anne (A-2)" in merged

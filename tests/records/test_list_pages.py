"""Mailing lists by hand: joined, ended with a reason, left out from then on."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import changes
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import ListMembership, MailingList, Suppression
from records.suppressing import suppress
from tests.factories import make_customer, make_user

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "customer", "location": "contractor"}


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def make_list(slug: str = "deliver") -> MailingList:
    return MailingList.objects.create(slug=slug, name=f"The {slug}")


def join(mailing_list: MailingList, number: str, *staff: User, **fields: object) -> ListMembership:
    customer = make_customer(number, *staff, email=f"{number.lower()}@example.com")
    made = {"mailing_list": mailing_list, "customer": customer, "since": date(2025, 1, 1), **fields}
    return ListMembership.objects.create(**made)


def test_a_list_of_a_list_provider_names_it(client: Client, manager: User) -> None:
    sent = {"name": "Deliver", "kind": "publication", "terms": "Monthly", **WHERE, "source": "list provider"}
    answer = client.post("/records/lists/new/", sent)
    assert answer.context["form"].errors == {"provider": ["The source is a list provider: enter which one."]}
    assert client.post("/records/lists/new/", {**sent, "provider": "Sample Lists"}).status_code == 302
    made = MailingList.objects.get()
    assert (made.slug, made.provider, made.terms) == ("deliver", "Sample Lists", "Monthly")


def test_a_customer_joins_once_at_a_time(client: Client, manager: User) -> None:
    address = f"/records/memberships/new/{make_list().key}/"
    make_customer("C-1", email="ann@example.com")
    sent = {"customer": "C-1", "since": "2025-01-01", "address": "", **WHERE}
    assert client.post(address, sent).status_code == 302
    assert ListMembership.objects.get().since == date(2025, 1, 1)
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "This customer is a member of the list already." in again.content.decode()
    late = client.post(address, {**sent, "since": "2199-01-01"})
    assert late.context["form"].errors["since"] == ["This is in the future."]


def end(client: Client, found: ListMembership, **values: str) -> object:
    address = f"/records/memberships/{found.key}/edit/"
    sent = {"since": "2025-01-01", "address": "", "read": client.get(address).context["read"], **WHERE, **values}
    return client.post(address, sent)


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"until": "2025-06-01"}, {"end_reason": ["State why the membership ended."]}),
        ({"until": "2024-06-01", "end_reason": "x"}, {"until": ["This is before the membership began."]}),
        ({"until": "2199-06-01", "end_reason": "x"}, {"until": ["This is in the future."]}),
        ({"end_reason": "x"}, {"until": ["Enter the day the membership ended."]}),
        ({"leave_out": "on"}, {"until": ["Enter the day the membership ended."]}),
    ],
)
def test_an_end_that_cannot_be_is_told(
    client: Client, manager: User, values: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = end(client, join(make_list(), "C-1"), **values)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert answer.context["form"].errors == errors  # type: ignore[attr-defined]
    assert not Suppression.objects.exists()


def test_a_membership_ends_with_a_reason_and_leaves_nobody_out_unless_asked(client: Client, manager: User) -> None:
    found = join(make_list(), "C-1")
    assert end(client, found, until="2025-06-01", end_reason="Moved").status_code == 302  # type: ignore[attr-defined]
    found.refresh_from_db()
    assert (found.until, found.end_reason) == (date(2025, 6, 1), "Moved")
    assert {entry.field for entry in changes.history(found)} == {"until", "end_reason", "source", "location"}
    assert not Suppression.objects.exists()
    sent = {"customer": "C-1", "since": "2025-09-01", "address": "", **WHERE}
    assert client.post(f"/records/memberships/new/{found.mailing_list.key}/", sent).status_code == 302


def test_who_is_left_out_cannot_join_again(client: Client, manager: User) -> None:
    found = join(make_list(), "C-1", address="work@example.com")
    end(client, found, address="work@example.com", until="2025-06-01", end_reason="Asked to stop", leave_out="on")
    assert Suppression.objects.filter(mailing_list=found.mailing_list, kind="email").count() == 2
    sent = {"customer": "C-1", "since": "2025-09-01", "address": "", **WHERE}
    today = f"{agency_today():%b %-d, %Y}"
    refused = client.post(f"/records/memberships/new/{found.mailing_list.key}/", sent)
    assert refused.context["form"].errors == {"customer": [f"This person asked to be left out on {today}."]}
    assert client.post(f"/records/memberships/new/{make_list('other').key}/", sent).status_code == 302


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_lists_own_address_may_be_left_out_too(client: Client, manager: User, everywhere: bool) -> None:
    wanted = make_list()
    make_customer("C-1")
    suppress("email", "Work@Example.com", None if everywhere else wanted, "")
    suppress("email", "other@example.com", make_list("other"), "")
    sent = {"customer": "C-1", "since": "2025-09-01", "address": "work@example.com", **WHERE}
    assert client.post(f"/records/memberships/new/{wanted.key}/", sent).status_code == 422
    sent["address"] = "other@example.com"
    assert client.post(f"/records/memberships/new/{wanted.key}/", sent).status_code == 302


def test_people_are_shown_to_those_who_keep_programmes_or_see_the_customer(client: Client) -> None:
    sales, wanted = make_user(Role.SALES), make_list()
    join(wanted, "C-1", sales)
    join(wanted, "C-2", make_user(Role.SALES, "Colleague"))
    join(wanted, "C-3", sales, until=date(2025, 2, 1))

    def seen(user: User, query: str = "") -> list[str]:
        client.force_login(user)
        rows = client.get(f"/records/memberships/?of={wanted.key}{query}").context["rows"]
        return sorted(row["row"]["customer__name"] for row in rows)

    assert seen(make_user(Role.MARKETING_MANAGER)) == ["Customer C-1", "Customer C-2"]
    assert seen(sales) == ["Customer C-1"]
    assert seen(sales, "&ended=on") == ["Customer C-1", "Customer C-3"]


def test_memberships_are_read_through_the_door(client: Client, manager: User) -> None:
    found = join(make_list(), "C-1")
    client.get("/records/memberships/")
    client.get(f"/records/memberships/{found.key}/")
    lines = AccessEntry.objects.filter(kind="shown").order_by("at").values_list("place", "records", "categories")
    assert list(lines) == [("memberships_list", 1, [1, 7])] * 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, manager: User, count: int) -> None:
    wanted = make_list()
    for number in range(count):
        join(wanted, f"C-{number}")
    client.get("/records/memberships/")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/records/memberships/").context["rows"]) == count
    assert len(queries) == 7

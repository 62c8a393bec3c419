"""The pages of possible duplicates: side by side, decided, undone, within the reader's scope."""

import pytest
from django.db import connection
from django.test import Client

from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.identity.comparing import compare_all
from records.identity.merging import merge
from records.models import ContactPoint, Customer, DuplicatePair, Merge
from tests.asked import AskedStatements
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


def make_pair(*staff: User, number: int = 1) -> DuplicatePair:
    """Two people of one household, who are doubtful."""
    details = {"phone": f"202 268 20{number:02}", "street": f"{number} Main St"}
    first = make_customer(f"A-{number}", *staff, name="Ann Smith", city="Springfield", **details)
    make_customer(f"B-{number}", *staff, name="Bob Smith", **details)
    compare_all()
    return DuplicatePair.objects.get(first=first)


@pytest.fixture
def officer(client: Client) -> User:
    user = make_user(Role.PRIVACY_OFFICER)
    client.force_login(user)
    return user


def test_list_and_page_show_both_and_what_agrees(client: Client, officer: User) -> None:
    pair = make_pair()
    page = client.get("/records/duplicates/").content.decode()
    assert ("Ann Smith" in page, "Bob Smith" in page, "phone, address, name" in page) == (True, True, True)

    side_by_side = client.get(f"/records/duplicates/{pair.pk}/")
    assert [(row.label, row.agrees, row.differs) for row in side_by_side.context["rows"]] == [
        ("Name", False, True),
        ("Customer ID", False, True),
        ("Phone", True, False),
        ("Street", True, False),
        ("City", False, False),
    ]
    assert AccessEntry.objects.filter(kind="shown", place="duplicates").latest("at").records == 2


def test_same_person_goes_on_under_the_chosen_number_and_can_be_undone(client: Client, officer: User) -> None:
    pair = make_pair()
    after = client.post(f"/records/duplicates/{pair.pk}/decide/", {"decision": "second"}, follow=True)
    made = Merge.objects.get()
    assert (made.kept.number, made.absorbed.number, made.merged_by) == ("B-1", "A-1", officer)
    assert f'action="/records/merges/{made.pk}/undo/"' in after.content.decode()
    assert "Nothing to decide" in after.content.decode()

    undone = client.post(f"/records/merges/{made.pk}/undo/", follow=True)
    assert "Two different people again, as before." in undone.content.decode()
    assert Customer.objects.people().count() == 2
    again = client.post(f"/records/merges/{made.pk}/undo/", follow=True)
    assert "This merge has been undone already." in again.content.decode()


def test_two_people_lead_on_to_the_next_pair(client: Client, officer: User) -> None:
    first, second = make_pair(number=1), make_pair(number=2)
    after = client.post(f"/records/duplicates/{first.pk}/decide/", {"decision": "apart"})
    assert after["Location"] == f"/records/duplicates/{second.pk}/"
    assert client.get(f"/records/duplicates/{first.pk}/").status_code == 404


@pytest.mark.parametrize("decision", ["", "third"])
def test_no_decision_changes_nothing(client: Client, officer: User, decision: str) -> None:
    pair = make_pair()
    after = client.post(f"/records/duplicates/{pair.pk}/decide/", {"decision": decision}, follow=True)
    assert "Choose what these two are." in after.content.decode()
    assert DuplicatePair.objects.get().state == "open"


def test_manager_decides_only_about_two_of_their_teams_customers(client: Client) -> None:
    mine, other = make_user(Role.SALES, "Mine"), make_user(Role.SALES, "Other")
    manager = make_user(Role.SALES_MANAGER)
    make_team(mine, manager=manager)
    half = make_pair(mine, number=1)
    make_pair(other, number=2)
    Customer.objects.get(number="B-1").assignments.update(staff=other)
    client.force_login(manager)

    assert "Nothing to decide" in client.get("/records/duplicates/").content.decode()
    for address in (f"/records/duplicates/{half.pk}/", "/records/merges/9/undo/"):
        assert client.post(address).status_code in (404, 405)
    assert client.post(f"/records/duplicates/{half.pk}/decide/", {"decision": "first"}).status_code == 404
    assert Merge.objects.count() == 0


def test_list_takes_the_same_statements_however_many_pairs(client: Client, officer: User) -> None:
    counts = []
    for number in (1, 2, 3):
        make_pair(number=number)
        with AskedStatements(connection) as queries:
            client.get("/records/duplicates/")
        counts.append(sum("records_duplicatepair" in query["sql"] for query in queries))
    assert counts == [2, 2, 2]


# The page of a merged person ------------------------------------------------------------------------------------------
def test_person_is_shown_with_what_hangs_on_both_records(client: Client) -> None:
    sales = make_user(Role.SALES)
    kept, absorbed = make_customer("C-1", sales, name="Ann Smith"), make_customer("C-2", name="Anne Smith")
    for customer, value in ((kept, "202 268 2000"), (absorbed, "312 555 0100")):
        ContactPoint.objects.create(customer=customer, kind="phone", value=value, normalized=value)
    merge(kept, absorbed, by=None)
    client.force_login(sales)

    page = client.get(f"/customers/{kept.key}/").content.decode()
    assert ("202 268 2000" in page, "312 555 0100" in page) == (True, True)
    assert "Also recorded as Anne Smith (C-2)" in page


def test_address_of_a_merged_record_leads_to_the_person_within_the_scope(client: Client) -> None:
    sales = make_user(Role.SALES)
    kept, absorbed = make_customer("C-1", sales), make_customer("C-2")
    merge(kept, absorbed, by=None)
    client.force_login(sales)

    assert client.get(f"/customers/{absorbed.key}/")["Location"] == f"/customers/{kept.key}/"
    client.force_login(make_user(Role.SALES, "Other"))
    assert client.get(f"/customers/{absorbed.key}/", follow=True).status_code == 404

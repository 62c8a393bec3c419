"""The page of teams, and handing over from it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy.models import User
from privacy.roles import Role
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.SALES_MANAGER)
    client.force_login(user)
    return user


def test_teams_shows_ones_own_members_and_their_present_customers(client: Client, manager: User) -> None:
    ann, outsider = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Outsider")
    make_team(ann, manager=manager)
    make_team(outsider, name="South")
    make_customer("C-1", ann)
    left = make_customer("C-2", ann)
    left.assignments.update(until=left.created_at.replace(year=2030))
    rows = client.get("/teams/").context["members"]
    assert [(row.staff.name, row.customers) for row in rows] == [("Sales manager", 0), ("Ann", 1)]
    assert "Outsider" not in client.get("/teams/").content.decode()


def test_without_a_team_the_page_says_who_makes_one(client: Client, manager: User) -> None:
    assert "An IT administrator makes teams and chooses who manages them." in client.get("/teams/").content.decode()


def test_handing_over_asks_with_the_count_and_then_does_it(client: Client, manager: User) -> None:
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    make_team(ann, ben, manager=manager)
    for number in range(3):
        make_customer(f"C-{number}", ann)
    sent = {"leaving": ann.pk, "staff": ben.pk, "reason": "leave"}
    asked = client.post("/teams/hand-over/", sent).content.decode()
    assert "Hand over 3 customers?" in asked
    assert ann.customer_assignments.filter(until=None).count() == 3
    done = client.post("/teams/hand-over/", {**sent, "confirmed": "1"}, follow=True).content.decode()
    assert "Ben got 3 customers; 3 moved from a colleague." in done
    assert ann.customer_assignments.filter(until=None).count() == 0


@pytest.mark.parametrize(
    ("leaving", "staff", "said"),
    [
        ("Ann", "Ann", "Choose two different colleagues."),
        ("Outsider", "Ann", "Select a valid choice. That choice is not one of the available choices."),
        ("Ann", "Outsider", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_hand_over_that_makes_no_sense_is_told_what_is_wrong(
    client: Client, manager: User, leaving: str, staff: str, said: str
) -> None:
    people = {name: make_user(Role.SALES, name) for name in ("Ann", "Outsider")}
    make_team(people["Ann"], manager=manager)
    sent = {"leaving": people[leaving].pk, "staff": people[staff].pk, "reason": "leave", "confirmed": "1"}
    answer = client.post("/teams/hand-over/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_teams_takes_the_same_statements_for_any_number(client: Client, manager: User, count: int) -> None:
    members = [make_user(Role.SALES, f"Member {number}") for number in range(count)]
    make_team(*members, manager=manager)
    for number, member in enumerate(members):
        make_customer(f"C-{number}", member)
    client.get("/teams/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/teams/")
    # The user, members, the two choices of colleagues.
    assert len(queries) == 4

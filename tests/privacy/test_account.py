"""One's own settings: the time zone that clock times are shown in."""

from typing import Any

import pytest
from django.test import Client

from analytics.folding import fold_all
from privacy.models import User
from privacy.roles import Role
from tests.factories import engage, make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def test_clock_times_follow_the_chosen_time_zone_at_once(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    engage(customer, "view", material=make_material("card"))
    fold_all()
    address = f"/customers/{customer.key}/"
    assert "Mar 10, 2026, 12:00 PM" in client.get(address).content.decode()
    done = client.post("/account/settings/", {"time_zone": "Asia/Tokyo"}, follow=True)
    assert done.redirect_chain == [("/account/settings/", 302)]
    page = done.content.decode()
    assert "Times are shown in Asia/Tokyo from now on." in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert "Mar 11, 2026, 1:00 AM" in client.get(address).content.decode()


@pytest.mark.parametrize("sent", ["Mars/Olympus", "", "../../etc/passwd"])
def test_what_is_no_time_zone_is_refused_and_changes_nothing(client: Client, sales: User, sent: str) -> None:
    answer = client.post("/account/settings/", {"time_zone": sent})
    assert answer.status_code == 422
    assert "Not saved yet" in answer.content.decode()
    sales.refresh_from_db()
    assert sales.time_zone == "America/New_York"


def test_the_refusal_says_what_to_do(client: Client, sales: User) -> None:
    page = client.post("/account/settings/", {"time_zone": "Mars/Olympus"}).content.decode()
    assert "This time zone is not on the list: choose one that is, such as America/Chicago." in page


def test_nothing_but_the_time_zone_is_taken_and_nobody_else_is_changed(client: Client, sales: User) -> None:
    other = make_user(Role.SALES, "Ann")
    sent: dict[str, Any] = {"time_zone": "UTC", "name": "Mallory", "is_staff": "on", "email": "m@example.com"}
    client.post("/account/settings/", sent)
    sales.refresh_from_db()
    other.refresh_from_db()
    assert (sales.time_zone, sales.name, sales.is_staff, sales.email) == ("UTC", "Sales", False, "sales@example.com")
    assert other.time_zone == "America/New_York"


def test_the_head_of_each_page_leads_there(client: Client, sales: User) -> None:
    assert '<a href="/account/settings/">Settings</a>' in client.get("/").content.decode()

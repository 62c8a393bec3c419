"""Contractors' accounts: a contract with a last day, after which nobody acts by them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from privacy.agency import agency_today
from privacy.models import AccessReview, User
from privacy.roles import Role
from privacy.safeguards import contractors
from privacy.tasks import tend_safeguards
from tests.api import make_key
from tests.factories import PASSWORD, make_user
from tests.safeguards import make_contractor

pytestmark = pytest.mark.django_db
TODAY = agency_today()
YESTERDAY = TODAY - timedelta(days=1)


def sign_in(client: Client, user: User) -> str:
    cache.clear()
    return client.post("/sign-in/", {"login": user.email, "password": PASSWORD})["Location"]


def test_on_the_last_day_of_the_contract_one_signs_in_and_on_the_next_not(client: Client) -> None:
    user = make_contractor(ends_on=TODAY)
    assert sign_in(client, user) == "/"
    client.logout()
    User.objects.filter(pk=user.pk).update(contract_ends_on=YESTERDAY)
    assert sign_in(client, user) == "/account/inactive/"
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_session_is_over_with_the_contract_before_anything_has_closed_the_account(client: Client) -> None:
    user = make_contractor(ends_on=TODAY)
    client.force_login(user)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=user.pk).update(contract_ends_on=YESTERDAY)
    assert client.get("/").status_code == 302
    assert User.objects.get(pk=user.pk).is_active


def test_a_key_of_the_api_is_over_with_the_contract(client: Client) -> None:
    user = make_contractor(Role.SALES_MANAGER)
    key = make_key(user)
    asked = {"Authorization": f"Bearer {key.text}"}
    assert client.get("/api/v1/campaigns", headers=asked).status_code == 200
    User.objects.filter(pk=user.pk).update(contract_ends_on=YESTERDAY)
    assert client.get("/api/v1/campaigns", headers=asked).status_code == 401


def test_the_schedule_closes_what_is_over_and_nothing_else() -> None:
    over, lasting = make_contractor(ends_on=YESTERDAY), make_contractor(name="Lasting")
    staff = make_user(Role.AUDITOR)
    assert contractors.close_those_that_are_over() == 1
    assert contractors.close_those_that_are_over() == 0
    assert set(User.objects.filter(is_active=True)) == {lasting, staff}
    assert set(User.objects.open()) == {lasting, staff}
    assert not User.objects.get(pk=over.pk).is_open


def test_the_task_closes_them_and_leaves_them_out_of_the_quarters_review() -> None:
    over, staff = make_contractor(ends_on=YESTERDAY), make_user(Role.AUDITOR)
    tend_safeguards()
    assert not User.objects.get(pk=over.pk).is_active
    assert [line.account for line in AccessReview.objects.get().accounts.all()] == [staff]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_contractor": True},
        {"is_contractor": True, "contract_number": "K-1"},
        {"is_contractor": True, "contract_ends_on": TODAY},
        {"contract_number": "K-1", "contract_ends_on": TODAY},
    ],
)
def test_the_database_takes_no_contractor_without_a_contract(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="user_contractor_has_a_contract"), transaction.atomic():
        make_user(Role.SALES, **fields)


def test_the_database_opens_no_account_whose_contract_is_over() -> None:
    user = make_contractor()
    long_ago = TODAY - timedelta(days=9)
    with pytest.raises(IntegrityError, match="is open after its contract"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(contract_ends_on=long_ago)
    User.objects.filter(pk=user.pk).update(is_active=False, contract_ends_on=long_ago)
    with (
        pytest.raises(IntegrityError, match="is open after its contract"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE privacy_user SET is_active = true WHERE id = %s", [user.pk])
    User.objects.filter(pk=user.pk).update(is_active=True, contract_ends_on=TODAY)
    assert User.objects.get(pk=user.pk).is_open


# The administration -------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user(Role.IT_ADMINISTRATOR)
    client.force_login(user)
    return user


def account(**fields: object) -> dict[str, object]:
    return {"email": "con@example.com", "name": "Con", "groups": [], "time_zone": "America/New_York", **fields}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_contractor": "on", "contract_ends_on": TODAY}, "account needs the number of the contract."),
        ({"is_contractor": "on", "contract_number": "K-1"}, "account needs the last day of the contract."),
        (
            {"is_contractor": "on", "contract_number": "K-1", "contract_ends_on": YESTERDAY},
            "The contract is over: enter its extension, or close the account.",
        ),
        ({"contract_number": "K-1"}, "Only a contractor"),
    ],
)
def test_a_contractor_without_a_contract_is_refused_in_words(
    client: Client, administrator: User, fields: dict[str, object], said: str
) -> None:
    page = client.post(reverse("admin:privacy_user_add"), account(**fields))
    assert (page.status_code, said in page.content.decode()) == (200, True)
    assert not User.objects.filter(email="con@example.com").exists()


def test_a_contractors_account_is_made_closed_and_extended(client: Client, administrator: User) -> None:
    contract = {"is_contractor": "on", "contract_number": "K-1", "contract_ends_on": TODAY}
    assert client.post(reverse("admin:privacy_user_add"), account(**contract)).status_code == 302
    made = User.objects.get(email="con@example.com")
    assert (made.contract_number, made.contract_ends_on, made.is_open) == ("K-1", TODAY, True)
    User.objects.filter(pk=made.pk).update(is_active=False, contract_ends_on=YESTERDAY)
    change = reverse("admin:privacy_user_change", args=[made.pk])
    opened = account(**{**contract, "contract_ends_on": YESTERDAY}, is_active="on")
    assert "enter its extension" in client.post(change, opened).content.decode()
    assert client.post(change, account(**contract, is_active="on")).status_code == 302
    assert User.objects.get(pk=made.pk).is_open

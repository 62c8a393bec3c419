"""Shares by the API: the same scope and words as the pages."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.addresses import share_address
from campaigns.models import Material, Share
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from tests.api import errors_of, problem_of
from tests.campaigns.shared import shared_with
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1/shares"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def guide() -> Material:
    return make_material("guide")


def post(client: Client, **body: Any) -> Any:
    return client.post(API, body, content_type="application/json")


def test_customers_are_shared_with_by_their_keys(client: Client, sales: User, guide: Material) -> None:
    ann, ben = make_customer("C-1", sales, email="ann@example.com"), make_customer("C-2", sales)
    theirs = make_customer("C-9", make_user(Role.SALES, "Other"))
    keys = [str(ann.key), str(ben.key), str(theirs.key), str(uuid.uuid4())]

    answer = post(client, customers=[*keys, keys[0]], material="guide", channel="email", may_download=True)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["asked"], body["made"]) == (4, 1)
    # Somebody else's customer and nobody's key are the same.
    assert body["left_out"] == {"not seen": 2, "no address": 1}
    made = Share.objects.get()
    (told,) = body["shares"]
    assert told["link"] == share_address(made)
    assert told["customer"] == {"key": str(ann.key), "number": "C-1", "name": "Customer C-1", "disagreements": []}
    assert (told["state"], told["material"], told["number"], told["channel"]) == ("open", "guide", 1, "email")
    assert (told["may_download"], told["verified_only"], told["has_passcode"]) == (True, False, False)


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"customers": []}, "customers", "This list may not be empty."),
        ({"customers": "all"}, "customers", 'Expected a list of items but got type "str".'),
        ({"customers": ["x"]}, "customers.0", "Must be a valid UUID."),
        ({"material": "nothing"}, "material", "Object with slug=nothing does not exist."),
        ({"material": None}, "material", "This field may not be null."),
        ({"channel": "pigeon"}, "channel", "Select a valid choice. pigeon is not one of the available choices."),
        ({"expires_on": "2020-01-31"}, "expires_on", "This day is over: choose today or a later day."),
        ({"expires_on": "soon"}, "expires_on", "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."),
        ({"passcode": "short"}, "passcode", "Too short: at least 6 characters."),
        ({"pinned_version": 7}, "pinned_version", "This material has no versions to pin to: leave this empty."),
        ({"may_download": "perhaps"}, "may_download", "Must be a valid boolean."),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_made(
    client: Client, sales: User, guide: Material, body: dict[str, Any], field: str, said: str
) -> None:
    right = {"customers": [str(make_customer("C-1", sales).key)], "material": "guide"}
    answer = post(client, **right | body)
    assert answer.status_code == 400
    assert (problem_of(answer), errors_of(answer)) == ((400, "invalid"), {field: [said]})
    assert not Share.objects.exists()


def test_too_many_at_once_are_refused(client: Client, sales: User, guide: Material) -> None:
    answer = post(client, customers=[str(uuid.uuid4()) for _ in range(1001)], material="guide")
    assert answer.status_code == 400
    assert errors_of(answer) == {"customers": ["Ensure this field has no more than 1000 elements."]}


def test_a_passcode_and_an_end_are_kept_and_never_told(client: Client, sales: User, guide: Material) -> None:
    day = (agency_today() + timedelta(days=3)).isoformat()
    key = str(make_customer("C-1", sales).key)
    answer = post(client, customers=[key], material="guide", passcode="brass lantern", expires_on=day)
    (told,) = answer.json()["shares"]
    assert told["has_passcode"] is True
    expires_at = Share.objects.get().expires_at
    assert expires_at
    assert told["expires_at"] == expires_at.isoformat().replace("+00:00", "Z")
    assert "brass" not in answer.content.decode()
    assert Share.objects.get().passcode not in answer.content.decode()


def test_ones_own_shares_are_listed_newest_first_page_by_page(client: Client, sales: User, guide: Material) -> None:
    for number in range(3):
        shared_with(make_customer(f"C-{number}", sales), sales)
    other = make_user(Role.SALES, "Other")
    shared_with(make_customer("C-9", other), other)

    body = client.get(f"{API}?size=2").json()

    assert [share["customer"]["number"] for share in body["results"]] == ["C-2", "C-1"]
    last = client.get(body["next"]).json()
    assert ([share["customer"]["number"] for share in last["results"]], last["next"]) == (["C-0"], None)


@pytest.mark.parametrize(
    ("query", "field"),
    [("page=2", "page"), ("size=0", "size"), ("size=101", "size"), ("size=all", "size"), ("cursor=x", "cursor")],
)
def test_pages_that_make_no_sense_are_refused(client: Client, sales: User, query: str, field: str) -> None:
    answer = client.get(f"{API}?{query}")
    assert (answer.status_code, list(errors_of(answer))) == (400, [field])


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        shared_with(make_customer(f"C-{number}", sales), sales)
    client.get(API)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(API).json()["results"]) == count
    # The user, what they may do, count, rows; two log lines.
    assert len(queries) == 2 + 2 * 3


def test_a_share_is_revoked_once_and_by_its_own_people_only(client: Client, sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    colleague = Client()
    colleague.force_login(make_user(Role.SALES, "Colleague"))
    assert colleague.post(f"{API}/{share.key}/revoke").status_code == 404
    first = client.post(f"{API}/{share.key}/revoke").json()
    assert first["state"] == "revoked"
    assert client.post(f"{API}/{share.key}/revoke").json()["revoked_at"] == first["revoked_at"]


def test_reading_and_sharing_are_logged_with_how_many(client: Client, sales: User, guide: Material) -> None:
    ann = make_customer("C-1", sales)
    post(client, customers=[str(ann.key)], material="guide")
    client.get(API)
    logged = AccessEntry.objects.filter(place="api_shares", kind="shown").values_list("records", flat=True)
    assert list(logged) == [1, 1]


def test_the_session_needs_its_token(sales: User, guide: Material) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sales)
    assert post(client, customers=[str(make_customer("C-1", sales).key)], material="guide").status_code == 403
    assert not Share.objects.exists()


def test_a_customer_who_went_to_a_colleague_is_not_named(client: Client, sales: User) -> None:
    from django.utils import timezone

    customer = make_customer("C-1", sales, name="Quillfeather")
    shared_with(customer, sales)
    customer.assignments.update(until=timezone.now())
    body = client.get(API)
    assert body.json()["results"][0]["customer"] is None
    assert "Quillfeather" not in body.content.decode()

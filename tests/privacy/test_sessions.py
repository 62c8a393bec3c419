"""Sessions end when idle, after a day's work, and when an administrator ends them."""

import time

import pytest
from django.test import Client

from privacy.models import User
from privacy.roles import Role
from privacy.session_store import SessionStore
from privacy.sessions import BY_ITSELF, SEEN, STARTED, end_sessions_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def shift(client: Client, name: str, seconds: int) -> None:
    """Move a mark of the session into the past."""
    session = client.session
    session[name] = int(time.time()) - seconds
    session.save()


def signed_in_client() -> Client:
    client = Client()
    client.force_login(make_user(Role.SALES))
    assert client.get("/").status_code == 200
    return client


def test_half_an_hour_without_a_request_ends_the_session() -> None:
    client = signed_in_client()
    shift(client, SEEN, 29 * 60)
    assert client.get("/").status_code == 200
    shift(client, SEEN, 31 * 60)
    assert client.get("/customers/")["Location"] == "/sign-in/?next=/customers/"
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_whoever_was_signed_out_over_a_form_is_told_that_it_is_not_saved() -> None:
    client = signed_in_client()
    shift(client, SEEN, 31 * 60)
    page = "http://testserver/exports/schedules/new/?of=campaigns&format=csv"
    answer = client.post("/exports/schedules/new/?of=campaigns", headers={"Referer": page})
    assert answer["Location"] == "/sign-in/?next=/exports/schedules/new/%3Fof%3Dcampaigns%26format%3Dcsv"
    assert "what you sent was not saved" in client.get(answer["Location"]).content.decode()


def test_it_leads_to_a_page_of_ours_whatever_the_address_looks_like() -> None:
    answer = Client().post("/frozen/new/", headers={"Referer": "http://testserver//elsewhere.example/x"})
    assert answer["Location"] == "/sign-in/?next=/elsewhere.example/x"


@pytest.mark.parametrize("page", ["", "https://elsewhere.example/x", "//elsewhere.example", "javascript:alert(1)"])
def test_a_form_that_names_no_page_of_ours_leads_back_to_where_it_went(page: str) -> None:
    answer = Client().post("/frozen/new/", headers={"Referer": page})
    assert answer["Location"] == "/sign-in/?next=/frozen/new/"


def test_a_page_that_renews_itself_keeps_no_session_alive() -> None:
    client = signed_in_client()
    shift(client, SEEN, 29 * 60)
    before = client.session[SEEN]
    assert client.get("/", headers={BY_ITSELF: "1"}).status_code == 200
    assert client.session[SEEN] == before
    client.get("/")
    assert client.session[SEEN] > before


def test_twelve_hours_end_the_session_whatever_happens() -> None:
    client = signed_in_client()
    shift(client, STARTED, 12 * 60 * 60 + 1)
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_ending_the_sessions_of_one_leaves_the_others() -> None:
    first, second, other = Client(), Client(), Client()
    user = make_user(Role.SALES)
    first.force_login(user)
    second.force_login(user)
    other.force_login(make_user(Role.AUDITOR))
    key = first.session.session_key
    assert end_sessions_of(User.objects.filter(pk=user.pk)) == 2
    assert [client.get("/").status_code for client in (first, second, other)] == [302, 302, 200]
    assert key is not None
    assert not SessionStore().exists(key)

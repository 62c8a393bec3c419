"""While Redis is away: what is kept to be had faster is worked out again, and sessions are read from the database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from redis.exceptions import RedisError

from campaigns.models import Material, Share
from privacy.kept import forget, keep, kept
from privacy.models import User
from privacy.renewing.versions import EVERYTHING, values_of, version_of
from privacy.roles import Role
from privacy.session_store import SessionStore
from privacy.sessions import end_sessions_of
from records.models import Customer
from tests.broker import Broker
from tests.campaigns.shared import shared_with
from tests.campaigns.viewing import Recipient, make_link, make_shared
from tests.factories import make_customer, make_user
from tests.material_files import pdf
from tests.processes import free_port, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def leave_redis(settings: Any, broker: Broker) -> Callable[[], None]:
    """From its call on nobody listens where Redis is looked for."""

    def leave() -> None:
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{free_port()}/0"}}
        broker.is_away = True
        with pytest.raises(RedisError):
            cache.get("anything")

    return leave


@pytest.fixture
def sales(client: Client) -> User:
    """Signed in; with a customer who was shared with."""
    user = make_user(Role.SALES, "Sam Sales")
    shared_with(make_customer("C-1", user, name="Ann", email="ann@example.org"), user, make_link())
    client.force_login(user)
    return user


def test_what_is_kept_is_found_until_it_is_forgotten() -> None:
    keep("tests:kept", [1], seconds=60)
    assert kept("tests:kept") == [1]
    forget("tests:kept")
    assert kept("tests:kept") is None


def test_nothing_is_kept_while_redis_is_away(leave_redis: Callable[[], None]) -> None:
    leave_redis()
    keep("tests:kept", [1], seconds=60)
    forget("tests:kept")
    assert kept("tests:kept") is None


def test_whoever_is_signed_in_works_on(client: Client, sales: User, leave_redis: Callable[[], None]) -> None:
    share, customer = Share.objects.get(), Customer.objects.get()
    leave_redis()
    pages = ("/", "/customers/", f"/customers/{customer.key}/", "/shares/", f"/shares/{share.key}/", "/materials/",
             "/mailings/", "/exports/", "/notifications/", "/imports/")  # fmt: skip
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200) | {"/imports/": 403}
    assert (
        client.post(
            "/materials/new/", {"title": "Guide", "file": SimpleUploadedFile("guide.pdf", pdf("one"))}
        ).status_code
        == 302
    )
    assert Material.objects.filter(title="Guide").exists()
    assert client.post(f"/shares/{share.key}/revoke/").status_code == 302
    share.refresh_from_db()
    assert share.revoked_at is not None


def test_recipients_read_ask_and_pass_on(sales: User, leave_redis: Callable[[], None]) -> None:
    at = f"/s/{Share.objects.get().token}/"
    leave_redis()
    person = Recipient()
    assert [person.get(f"{at}{part}").status_code for part in ("", "preferences/", "pass-on/")] == [200] * 3
    assert person.post(f"{at}pass-on/", {"name": "Bo", "email": "bo@example.org"}).status_code == 302
    passed = Share.objects.get(passed_on_from__isnull=False)
    assert passed.letter_due_at is not None
    assert person.post(f"{at}verify/", {"email": "ann@example.org"}).status_code == 503


def test_a_passcode_that_nobody_counts_is_not_compared(leave_redis: Callable[[], None]) -> None:
    share = make_shared(passcode="brass lantern")
    leave_redis()
    answer = Recipient().post(f"/s/{share.token}/passcode/", {"passcode": "brass lantern"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Passcodes cannot be checked at the moment." in answer.content.decode()


def test_a_file_to_be_marked_waits(leave_redis: Callable[[], None]) -> None:
    share = make_shared(may_download=True, has_watermark=True)
    leave_redis()
    answer = Recipient().get(f"/s/{share.token}/file/")
    assert answer.status_code == 503


def test_sessions_that_could_not_be_ended_stand_to_be_ended_later(
    settings: Any, sales: User, client: Client, leave_redis: Callable[[], None]
) -> None:
    there, other = settings.CACHES, Client()
    other.force_login(sales)
    theirs = User.objects.filter(pk=sales.pk)
    leave_redis()
    with pytest.raises(RedisError):
        end_sessions_of(theirs)
    settings.CACHES = there
    assert end_sessions_of(theirs) == 2
    assert [one.get("/").status_code for one in (client, other)] == [302, 302]


def test_what_a_session_was_given_while_redis_was_away_holds_once_it_is_back(
    settings: Any, client: Client, sales: User, leave_redis: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.session_store.COPY_SECONDS", 1)
    there, session = settings.CACHES, client.session
    session["given"] = "before"
    session.save()
    leave_redis()
    session["given"] = "meanwhile"
    session.save()
    settings.CACHES = there
    wait_for(lambda: SessionStore(session.session_key)["given"] == "meanwhile", "the copy is over")


def test_a_page_that_was_read_while_redis_was_away_is_another_once_it_is_back(
    settings: Any, leave_redis: Callable[[], None]
) -> None:
    there, before = settings.CACHES, values_of(["campaign:1"])
    leave_redis()
    away = values_of(["campaign:1"])
    assert (away, away[EVERYTHING]) == (values_of(["campaign:1"]), "")
    settings.CACHES = there
    assert values_of(["campaign:1"])[EVERYTHING] == before[EVERYTHING] != ""
    assert version_of(away) != version_of(values_of(["campaign:1"]))


def test_a_form_that_is_sent_again_makes_nothing_more_while_redis_is_away(
    client: Client, sales: User, leave_redis: Callable[[], None]
) -> None:
    customer, material = make_customer("C-2", sales), Material.objects.get()
    leave_redis()
    sent = {"once": "abc:/shares/new/", "key": str(customer.key), "material": material.slug, "channel": "link"}
    first, again = (client.post("/shares/new/", {**sent, "again": "on", "confirmed": "1"}) for _ in range(2))
    assert first.status_code == 302
    assert again["Location"] == first["Location"] == f"/shares/{Share.objects.get(recipient__customer=customer).key}/"

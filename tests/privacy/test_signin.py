"""Signing in: what is open, what locks, and the second factor."""

import base64
import hmac
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config import demo
from privacy.models import User
from privacy.roles import Permit, Role
from privacy.signin import DEMO_PASSWORD
from records.enums import ImportState
from records.models import Import
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_former_attempts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post("/sign-in/", {"login": email, "password": password}).status_code


def test_the_right_password_opens_the_page_that_was_asked_for(client: Client) -> None:
    user = make_user(Role.SALES)
    asked = client.get("/customers/?search=a")
    assert asked["Location"] == "/sign-in/?next=/customers/%3Fsearch%3Da"
    answer = client.post(asked["Location"], {"login": user.email, "password": PASSWORD, "next": "/customers/?search=a"})
    assert (answer.status_code, answer["Location"]) == (302, "/customers/?search=a")


def test_the_address_is_read_whatever_its_case(client: Client) -> None:
    user = make_user(Role.SALES)
    assert sign_in(client, user.email.upper()) == 302


def test_another_sites_address_is_not_followed(client: Client) -> None:
    user = make_user(Role.SALES)
    answer = client.post("/sign-in/", {"login": user.email, "password": PASSWORD, "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_a_wrong_password_says_neither_whether_the_account_exists(client: Client) -> None:
    make_user(Role.SALES)
    known = client.post("/sign-in/", {"login": "sales@example.com", "password": "wrong"}).content.decode()
    unknown = client.post("/sign-in/", {"login": "nobody@example.com", "password": "wrong"}).content.decode()
    sentence = "The email address and/or password you specified are not correct."
    assert sentence in known
    assert sentence in unknown


def test_five_failures_lock_the_account_even_for_the_right_password(client: Client) -> None:
    user = make_user(Role.SALES)
    for _ in range(5):
        sign_in(client, user.email, "wrong")
    answer = client.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "Too many failed login attempts. Try again later." in answer.content.decode()


def test_four_failures_do_not_lock(client: Client) -> None:
    user = make_user(Role.SALES)
    for _ in range(4):
        sign_in(client, user.email, "wrong")
    assert sign_in(client, user.email) == 302


def test_one_accounts_failures_do_not_lock_another(client: Client) -> None:
    locked, free = make_user(Role.SALES), make_user(Role.AUDITOR)
    for _ in range(5):
        sign_in(client, locked.email, "wrong")
    assert sign_in(client, free.email) == 302


def test_a_closed_account_does_not_open(client: Client) -> None:
    user = make_user(Role.SALES, is_active=False)
    sign_in(client, user.email)
    assert client.get("/").status_code == 302


def test_closing_an_account_ends_what_it_was_doing(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    assert client.get("/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302


def test_a_password_of_the_documentation_opens_the_embedded_database_only(client: Client, settings: Any) -> None:
    user = make_user(Role.SALES)
    user.set_password(DEMO_PASSWORD)
    user.save()
    settings.EMBEDDED_DATABASE = False
    assert sign_in(client, user.email, DEMO_PASSWORD) == 200
    settings.EMBEDDED_DATABASE = True
    assert sign_in(client, user.email, DEMO_PASSWORD) == 302


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email", "account_set_password"])
def test_pages_that_would_make_or_open_accounts_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_login_page_says_who_resets_a_password(client: Client) -> None:
    make_user(Role.AUDITOR)
    page = client.get("/sign-in/").content.decode()
    assert "An IT administrator at your agency resets passwords" in page
    assert "Demonstration accounts" not in page


def test_the_login_page_shows_the_accounts_of_a_whole_demonstration(client: Client) -> None:
    make_user(Role.AUDITOR, is_demo=True)
    mark = {"kind": "engagement", "mapping_name": "demo", "is_demo": True, "state": ImportState.DONE}
    Import.objects.create(file_name=demo.LAST_FILE, finished_at=timezone.now(), **mark)
    page = client.get("/sign-in/").content.decode()
    assert "Demonstration accounts" in page
    assert "<td>auditor@example.com</td>" in page
    assert DEMO_PASSWORD in page


def test_signing_out_ends_the_session(client: Client) -> None:
    client.force_login(make_user(Role.SALES))
    answer = client.post("/sign-out/")
    assert answer["Location"] == "/sign-in/"
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_a_new_password_must_be_long_and_uncommon(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    answer = client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": "password123", "password2": "password123"}
    )
    page = answer.content.decode()
    assert "This password is too short. It must contain at least 12 characters." in page
    assert "This password is too common." in page


def test_changing_the_password_keeps_this_session(client: Client) -> None:
    user = make_user(Role.SALES)
    client.force_login(user)
    new = "a quite different sentence"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/").status_code == 200


def code_of(secret: str, later: int = 0) -> str:
    """The present code of an authenticator app with this secret (RFC 6238), or that of so many half minutes later."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30 + later), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def wrong_code(secret: str) -> str:
    """One that is not right now, nor a minute before or after."""
    right = {code_of(secret, later) for later in range(-3, 4)}
    return next(code for code in (f"{number:06}" for number in range(len(right) + 1)) if code not in right)


def test_a_second_factor_is_set_up_kept_encrypted_and_asked_for(client: Client, settings: Any) -> None:
    settings.MFA_TOTP_TOLERANCE = 1  # the half minute may end while this runs
    user = make_user(Role.SALES)
    sign_in(client, user.email)
    assert client.get("/account/second-factor/totp/activate/")["Location"].startswith("/account/confirm/")
    client.post("/account/confirm/", {"password": PASSWORD})
    secret = client.get("/account/second-factor/totp/activate/").context["form"].secret
    assert client.post("/account/second-factor/totp/activate/", {"code": code_of(secret)}).status_code == 302
    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)

    cache.clear()  # a code is good once; forget that this one was used, instead of waiting for the next
    other = Client()
    assert other.post("/sign-in/", {"login": user.email, "password": PASSWORD})["Location"].startswith(
        "/account/second-factor/authenticate/"
    )
    assert other.get("/").status_code == 302
    assert other.post("/account/second-factor/authenticate/", {"code": wrong_code(secret)}).status_code == 200
    assert other.get("/").status_code == 302
    other.post("/account/second-factor/authenticate/", {"code": code_of(secret)})
    assert other.get("/").status_code == 200


# What an account may do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Role, None])
def test_an_account_comes_with_what_django_says_it_may_do(role: Role | None) -> None:
    user = make_user(role, "Ann")
    own = Permission.objects.get(codename="export_lists")
    user.user_permissions.add(own)
    with CaptureQueriesContext(connection) as queries:
        found = User.objects.acting(user.pk)
        assert found
        held, roles = set(found.permissions_held), found.roles
    assert len(queries) == 1
    assert held == ModelBackend().get_all_permissions(User.objects.get(pk=user.pk)) == found.get_all_permissions()
    assert roles == ([role] if role else [])
    assert (found.email, found.has_perm("privacy.export_lists"), found.has_perm("privacy.x")) == (
        user.email,
        True,
        False,
    )
    asked_later = User.objects.get(pk=user.pk)
    assert (set(asked_later.permissions_held), asked_later.roles) == (held, roles)


def test_an_account_that_is_closed_may_nothing_and_nobody_is_nobody() -> None:
    user = make_user(Role.SALES)
    User.objects.update(is_active=False)
    closed = User.objects.acting(user.pk)
    assert closed
    assert not closed.has_permit(Permit.KEEP_CUSTOMERS)
    assert closed.get_all_permissions() == set()
    assert User.objects.acting(0) is None

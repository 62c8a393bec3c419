"""The administration: who may open it, and what it does with accounts."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client

from privacy.models import User
from privacy.roles import Role
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db

ACCOUNTS = "/administration/privacy/user/"


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user(Role.IT_ADMINISTRATOR)
    client.force_login(user)
    return user


def group(role: Role) -> int:
    from django.contrib.auth.models import Group

    return Group.objects.get(name=role.value).pk


def account(user: User, **changes: object) -> dict[str, object]:
    """The change form of an account as it stands, with changes."""
    values: dict[str, object] = {"email": user.email, "name": user.name, "time_zone": user.time_zone, "is_active": "on"}
    values["groups"] = list(user.groups.values_list("pk", flat=True))
    return {**values, **changes}


def test_a_new_account_gets_a_password_that_is_shown_once(client: Client, administrator: User) -> None:
    answer = client.post(
        f"{ACCOUNTS}add/",
        {"email": "New@Example.com", "name": "New One", "groups": [group(Role.SALES)], "time_zone": "America/Chicago"},
        follow=True,
    )
    made = User.objects.get(email="new@example.com")
    shown = re.search(r"First password for New One: (\S{16}) ", answer.content.decode())
    assert shown
    assert made.check_password(shown[1])
    assert [role.name for role in made.groups.all()] == ["sales"]
    assert shown[1] not in client.get(f"{ACCOUNTS}{made.pk}/change/").content.decode()


def test_a_time_zone_is_one_that_there_is(client: Client, administrator: User) -> None:
    page = client.get(f"{ACCOUNTS}add/").content.decode()
    assert '<option value="America/New_York" selected>' in page  # the agency's
    assert '<option value="Europe/Berlin">' in page
    assert not re.search('<option value="(SystemV|Etc|US|posix|localtime)', page)
    sent = account(administrator, time_zone="Mars/X")
    answer = client.post(f"{ACCOUNTS}{administrator.pk}/change/", sent)
    assert "Mars/X is not one of the available choices" in answer.content.decode()
    client.post(f"{ACCOUNTS}{administrator.pk}/change/", account(administrator, time_zone="UTC"))
    administrator.refresh_from_db()
    assert administrator.time_zone == "UTC"


def test_a_name_that_is_no_time_zone_is_not_kept_unseen(client: Client, administrator: User) -> None:
    User.objects.filter(pk=administrator.pk).update(time_zone="Mars/X")
    page = client.get(f"{ACCOUNTS}{administrator.pk}/change/").content.decode()
    assert re.search(r'<select name="time_zone"[^>]*required', page)
    assert not re.search(
        r'<option value="[^"]+" selected', page.partition('name="time_zone"')[2].partition("</select>")[0]
    )


def test_a_forgotten_password_is_replaced_and_ends_the_sessions(client: Client, administrator: User) -> None:
    user, theirs = make_user(Role.SALES), Client()
    theirs.force_login(user)
    answer = client.post(ACCOUNTS, {"action": "give_new_password", "_selected_action": [user.pk]}, follow=True)
    shown = re.search(r"First password for Sales: (\S{16}) ", answer.content.decode())
    user.refresh_from_db()
    assert shown
    assert user.check_password(shown[1])
    assert theirs.get("/").status_code == 302


def test_nobody_gives_themselves_a_role_or_closes_themselves(client: Client, administrator: User) -> None:
    sent = account(administrator, groups=[group(Role.PRIVACY_OFFICER)], name="Renamed")
    del sent["is_active"]
    assert client.post(f"{ACCOUNTS}{administrator.pk}/change/", sent).status_code == 302
    administrator.refresh_from_db()
    assert administrator.name == "Renamed"
    assert [role.name for role in administrator.groups.all()] == ["IT administrator"]
    client.post(ACCOUNTS, {"action": "close_accounts", "_selected_action": [administrator.pk]})
    administrator.refresh_from_db()
    assert administrator.is_active


def test_roles_of_others_are_given(client: Client, administrator: User) -> None:
    user = make_user(Role.SALES)
    client.post(f"{ACCOUNTS}{user.pk}/change/", account(user, groups=[group(Role.AUDITOR)]))
    assert [role.name for role in user.groups.all()] == ["auditor"]


def test_nobody_becomes_a_superuser_here(client: Client, administrator: User) -> None:
    user = make_user(Role.SALES)
    client.post(f"{ACCOUNTS}{user.pk}/change/", account(user, is_superuser="on", is_staff="on", user_permissions=[1]))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_accounts_are_closed_not_deleted(client: Client, administrator: User) -> None:
    user = make_user(Role.SALES)
    assert client.post(f"{ACCOUNTS}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(ACCOUNTS, {"action": "close_accounts", "_selected_action": [user.pk]})
    user.refresh_from_db()
    assert not user.is_active


def test_sessions_are_ended_by_action(client: Client, administrator: User) -> None:
    user, theirs = make_user(Role.SALES), Client()
    theirs.force_login(user)
    client.post(ACCOUNTS, {"action": "end_sessions", "_selected_action": [user.pk]})
    assert theirs.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_a_lost_second_factor_is_removed_with_the_sessions_and_kept_in_the_accounts_history(
    client: Client, administrator: User
) -> None:
    user, other, theirs = make_user(Role.SALES), make_user(Role.AUDITOR), Client()
    theirs.force_login(user)
    for owner in (user, administrator):
        for kind in Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES:
            Authenticator.objects.create(user=owner, type=kind, data={})

    chosen = [user.pk, other.pk, administrator.pk]
    answer = client.post(ACCOUNTS, {"action": "remove_second_factor", "_selected_action": chosen}, follow=True)

    assert (
        "Second factors removed: 1. Their owners sign in with a password alone until they set up a new one."
        in text_of(answer)
    )
    assert set(Authenticator.objects.values_list("user", flat=True)) == {administrator.pk}  # one's own stays
    assert theirs.get("/").status_code == 302
    assert list(LogEntry.objects.values_list("user", "object_id", "change_message")) == [
        (administrator.pk, str(user.pk), "Second factor removed.")
    ]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_administration_shows_no_record(client: Client, administrator: User) -> None:
    make_customer("C-77", name="Zebedee Quill", email="zebedee@example.com")
    page = client.get("/administration/").content.decode()
    assert set(re.findall(r'href="/administration/(\w+/\w+)/"', page)) >= {"privacy/user", "records/team"}
    assert "records/customer" not in page
    assert client.get("/administration/records/customer/").status_code == 404
    assert client.get("/customers/").status_code == 403


def test_a_stranger_is_sent_to_the_one_login_page(client: Client) -> None:
    assert client.get(ACCOUNTS)["Location"] == f"/sign-in/?next={ACCOUNTS}"
    assert client.get(f"/administration/login/?next={ACCOUNTS}")["Location"] == f"/sign-in/?next={ACCOUNTS}"


def test_a_role_without_the_permit_is_refused(client: Client) -> None:
    client.force_login(make_user(Role.SALES_MANAGER))
    assert client.get("/administration/", follow=True).status_code == 403

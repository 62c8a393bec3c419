"""A new installation says how the first account is made, and then to make the others."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from analytics.home import duties
from config import running
from privacy.roles import Role
from tests.factories import make_campaign, make_user

MAKES_ACCOUNTS = "An IT administrator at your agency resets passwords and creates accounts."


def sign_in_page() -> str:
    return " ".join(Client().get(reverse("account_login")).content.decode().split())


@pytest.mark.django_db
def test_signing_in_says_how_the_first_account_is_made_while_there_is_none() -> None:
    page = sign_in_page()
    assert "<code>manage.py setup_admin</code>" in page
    assert MAKES_ACCOUNTS not in page
    make_user(Role.SALES)
    page = sign_in_page()
    assert "setup_admin" not in page
    assert MAKES_ACCOUNTS in page


@pytest.mark.django_db
def test_the_first_administrator_is_told_to_make_accounts_until_there_is_another() -> None:
    first = make_user(Role.IT_ADMINISTRATOR)

    def told() -> list[tuple[str, str]]:
        return [(line.label, line.address) for line in duties.lines_for(first) if "accounts" in line.label]

    assert told() == [("Create the accounts for your agency", "/administration/privacy/user/add/")]
    make_user(Role.SALES)
    assert told() == []


def test_the_command_that_is_told_is_of_the_folder_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WAYMARK_VAR", raising=False)
    assert running._setup_admin() == ".venv/bin/python manage.py setup_admin"
    folder = tmp_path / "of two words"
    monkeypatch.setenv("WAYMARK_VAR", str(folder))
    assert running._setup_admin() == f"WAYMARK_VAR='{folder.resolve()}' .venv/bin/python manage.py setup_admin"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "links"), [(Role.MARKETING_MANAGER, 2), (Role.SALES, 0)])
def test_a_list_without_a_campaign_leads_whoever_may_to_a_new_one(role: Role, links: int) -> None:
    client = Client()
    client.force_login(make_user(role))
    address = f'href="{reverse("campaign_new")}"'
    assert client.get(reverse("campaigns")).content.decode().count(address) == links
    if links:
        make_campaign("spring")
        assert client.get(reverse("campaigns")).content.decode().count(address) == 1

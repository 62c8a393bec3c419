"""The navigation: grouped, by role, with the page marked that is shown."""

import pytest
from django.test import Client, RequestFactory

from config.pages import GROUPS, NAVIGATION, OTHERWISE, Menu, navigation
from privacy.roles import Role
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db

COMPARING = ("Compare", "Attribution", "Who comes back", "How sharing is used", "Meeting insights", "Frozen reports")
SAFEGUARDS = ("Safeguards", "Access reviews", "Incidents")
BY_ROLE = {
    Role.SALES: [
        ["Home"], ["Customers", "Look up", "Tasks", "Trouble areas"],
        ["Campaigns", *COMPARING, "Filtered", "Mailings", "Exports"],
        ["Materials", "Custom web pages", "Web page insights", "Shares"], ["Records", "Suppliers"],
    ],
    Role.SALES_MANAGER: [
        ["Home"], ["Customers", "Look up", "Tasks", "Trouble areas", "Teams"],
        ["Campaigns", *COMPARING, "Filtered", "Mailings", "Exports"],
        ["Materials", "Custom web pages", "Web page insights", "Shares"],
        ["Records", "Suppliers", "Imports", "Meetings"], ["API"],
    ],
    Role.MARKETING_MANAGER: [
        ["Home"], ["Look up"], ["Campaigns", *COMPARING, "Filtered", "Mailings", "Exports"],
        ["Materials", "Custom web pages", "Web page insights", "Shares"],
        ["Records", "Suppliers", "Imports"], ["API", "Webhooks"],
    ],
    Role.PRIVACY_OFFICER: [
        ["Home"], ["Customers", "Look up"], ["Campaigns", *COMPARING, "Filtered", "Exports", "Shares"],
        ["Records", "Suppliers", "Meetings"],
        ["Requests", "Disclosures", "Access log", *SAFEGUARDS, "Readings", "API", "Administration"],
    ],
    Role.RECORDS_ADMINISTRATOR: [
        ["Home"], ["Look up"], ["Campaigns", *COMPARING, "Filtered", "Shares"], ["Imports", "Meetings"],
        ["API", "Silence", "Administration"],
    ],
    Role.SECURITY_INVESTIGATOR: [["Home"], ["Look up"], ["Meetings"], ["Incidents"]],
    Role.AUDITOR: [
        ["Home"], ["Look up"], ["Campaigns", *COMPARING, "Filtered", "Shares"], ["Records", "Suppliers"],
        ["Access log", "Auditing", *SAFEGUARDS, "Administration"],
    ],
    Role.IT_ADMINISTRATOR: [["Home"], [*SAFEGUARDS, "Webhooks", "Administration"]],
}  # fmt: skip


def menus(role: Role | None, path: str = "/") -> list[Menu]:
    request = RequestFactory().get(path)
    request.user = make_user(role)
    return navigation(request)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_own_pages_in_groups(role: Role) -> None:
    found = [[entry.label for entry in (menu.first, *menu.others)] for menu in menus(role)]
    assert found == BY_ROLE[role]


def test_who_has_no_role_has_a_home_and_nothing_else() -> None:
    assert [(menu.first.label, menu.others) for menu in menus(None)] == [("Home", ())]


def test_the_groups_name_entries_that_there_are_and_each_once() -> None:
    grouped = [name for group in GROUPS for name in group]
    assert set(grouped) <= {name for _, name, _ in NAVIGATION}
    assert len(grouped) == len(set(grouped))
    assert {*OTHERWISE, *OTHERWISE.values()} <= set(grouped)


@pytest.mark.parametrize(
    ("path", "current", "above"),
    [
        ("/", ["Home"], []),
        ("/customers/assign/", ["Customers"], []),
        ("/tasks/", ["Tasks"], ["Customers"]),
        ("/shares/new/", ["Shares"], ["Materials"]),
        ("/records/category-3/", ["Records"], []),
        ("/notice/", [], []),
    ],
)
def test_the_page_that_is_shown_is_marked_and_the_link_beside_which_it_is_folded_away(
    path: str, current: list[str], above: list[str]
) -> None:
    found = menus(Role.SALES, path)
    entries = [entry for menu in found for entry in (menu.first, *menu.others)]
    assert [entry.label for entry in entries if entry.is_current] == current
    assert [menu.first.label for menu in found if menu.is_current] == above


def test_the_page_marks_where_one_is(client: Client) -> None:
    make_campaign("spring")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/filtered/").content.decode()
    assert '<a href="/campaigns/" class="is-above">Campaigns</a>' in page
    assert '<a href="/filtered/" aria-current="page">Filtered</a>' in page
    assert 'aria-label="More next to campaigns"' in page

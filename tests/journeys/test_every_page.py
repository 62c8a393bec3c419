"""Every page there is, as each role that may open it: no barrier that axe-core finds, nothing wider than a phone.

The pages are those of the table of who may open what (tests/config/test_access.py), so a new address is looked at here
without anybody listing it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import get_resolver

from privacy.roles import Role
from tests.config.test_access import POSTED, TABLE, Place, patterns
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROLES = [None, *Role]
RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
DRAWN = "[...document.querySelectorAll('.picture-box')].every(one => one.querySelector('svg'))"
# Django's own pages of the administration: their tables and filters are wider than a phone, and scroll.
WIDE = ("administration/",)
# What signs out, and what answers a program.
NOT_LOOKED_AT = {"sign-out/", "api/v1/<anything:rest>"}


@pytest.fixture
def place(transactional_db: None) -> Place:
    return Place()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name.lower() if role else "stranger")
def test_no_page_of_a_role_has_a_barrier_or_scrolls_sideways(
    browser: "Browser", live_server: object, place: Place, axe: str, role: Role | None
) -> None:
    theme = "dark" if ROLES.index(role) % 2 else "light"
    narrow = {"width": 320, "height": 700}
    found: dict[str, object] = {}
    with browser.new_context(
        base_url=str(live_server),
        viewport=narrow,  # type: ignore[arg-type]
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        bypass_csp=True,
    ) as context:
        page = context.new_page()
        if role:
            sign_in(page, place.users[role].email)
        for pattern in pages_of(place, role):
            page.goto(place.address(pattern))
            if barriers := barriers_on(page, axe, is_narrow=not pattern.startswith(WIDE)):
                found[pattern] = barriers
    assert found == {}


def pages_of(place: Place, role: Role | None) -> Iterator[str]:
    """The patterns of the pages that the role may open and that are HTML."""
    client = Client()
    for pattern in patterns(get_resolver().url_patterns):
        if pattern in POSTED | NOT_LOOKED_AT or TABLE[pattern][ROLES.index(role)] != "o":
            continue
        if role:
            client.force_login(place.users[role])
        got = client.get(place.address(pattern))
        is_page = got.status_code == 200 and got.headers.get("Content-Type", "").startswith("text/html")
        if is_page and "attachment" not in got.headers.get("Content-Disposition", ""):
            yield pattern


def sign_in(page: "Page", email: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def barriers_on(page: "Page", axe: str, *, is_narrow: bool) -> list[str]:
    """What axe-core finds, with every fold open, and how wide the page is where that is more than the window."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.wait_for_function(DRAWN)
    page.evaluate(axe)
    results = page.evaluate(RULES)
    barriers = [f"{rule['id']}: {node['html'][:160]}" for rule in results["violations"] for node in rule["nodes"]]
    width = page.evaluate("document.documentElement.scrollWidth")
    return barriers + [f"{width} pixels wide"] * (is_narrow and width > page.viewport_size["width"])  # type: ignore[index]

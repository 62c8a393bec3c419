"""Every page there is, in every role that may open it: no barrier that axe-core finds, nothing wider than a small
phone, no link to where the role may not go.

The pages are those of the table of who may open what (tests/config/test_access.py), so that a new address is looked at
without anybody listing it. Each is asked for as each role; a browser looks at it where it has an element that this kind
of page did not have for a role before, which is a fifth of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from privacy.roles import Role
from tests.config.test_access import POSTED, TABLE, Place, patterns
from tests.journeys.conftest import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROLES = [None, *Role]
NARROW = {"width": 320, "height": 700}
DRAWN = "[...document.querySelectorAll('.picture-box')].every(one => one.querySelector('svg'))"
# Menus lie above what is behind them: each is opened by itself.
OPEN_FOLDS = "document.querySelectorAll('main details:not(.user-menu)').forEach(one => { one.open = true })"
MENUS = "header details, main details.user-menu"
OPEN_ONE = "([all, place]) => document.querySelectorAll(all).forEach((one, at) => { one.open = at === place })"
PAGE_WIDTH = "document.documentElement.scrollWidth"
# Django's own pages of the administration: their tables and filters are wider than a phone, and scroll.
WIDE_ONES = ("administration/",)
# The table by what Django calls a pattern within another.
ANSWERED = {pattern.replace("/^", "/"): letters for pattern, letters in TABLE.items()}
# What signs out, and what answers a program.
NOT_LOOKED_AT = {"sign-out/", "api/v1/<anything:rest>"}
# What says how an element is built; all other attributes say what it is about.
BUILT = re.compile(r'\b(?:class|type|role)="[^"]*"|\baria-[a-z]+=""|\b(?:hidden|disabled|open)\b(?!=)')
ELEMENT = re.compile(r"<(/?[a-z][a-z0-9]*)([^>]*)>([^<]*)")
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')


@dataclass(frozen=True)
class Shown:
    """A page as a role gets it."""

    pattern: str
    address: str
    html: str

    @property
    def parts(self) -> dict[str, set[str]]:
        """The elements of its head, its foot and what is between them; of that under the kind of page that it is."""
        head, _, rest = self.html.partition("<main")
        main, _, foot = rest.partition("</main>")
        kind = re.sub(r"category-\d+", "category", self.pattern)
        return {"head": elements(head), kind: elements(main), "foot": elements(foot)}

    @property
    def links(self) -> set[str]:
        return {unescape(link) for link in LINK.findall(self.html)}


def elements(html: str) -> set[str]:
    """What elements there are: how each is built, and whether it says anything."""
    return {
        f"{name}{sorted(found.group() for found in BUILT.finditer(attributes))}{'.' if text.strip() else ''}"
        for name, attributes, text in ELEMENT.findall(html)
    }


def test_no_page_of_any_role_has_a_barrier_scrolls_sideways_or_leads_where_the_role_may_not_go(
    browser: "Browser", live_server: object, transactional_db: None, axe: str
) -> None:
    place, found = Place(), dict[str, object]()
    looked_at: dict[str, set[str]] = defaultdict(set)
    for role in ROLES:
        client = Client()
        if role:
            client.force_login(place.users[role])
        shown = list(pages_of(place, role, client))
        with page_of(browser, str(live_server), client, is_dark=bool(ROLES.index(role) % 2)) as page:
            for one in shown:
                troubles = [f"leads to {link}" for link in sorted(one.links) if not leads_on(link, role, client)]
                new = {kind for kind, part in one.parts.items() if part - looked_at[kind]}
                if new:
                    troubles += barriers_on(page, one, axe, with_menus="head" in new)
                for kind, part in one.parts.items():
                    looked_at[kind] |= part
                if troubles:
                    found[f"{role or 'stranger'}: {one.pattern}"] = troubles
    assert found == {}


def pages_of(place: Place, role: Role | None, client: Client) -> Iterator[Shown]:
    """The pages that the role may open and that are HTML."""
    for pattern in patterns(get_resolver().url_patterns):
        if pattern in POSTED | NOT_LOOKED_AT or TABLE[pattern][ROLES.index(role)] != "o":
            continue
        address = place.address(pattern)
        got = client.get(address)
        is_page = got.status_code == 200 and got.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not got.streaming and b"<main" in got.content:
            yield Shown(pattern, address, got.content.decode())


def leads_on(link: str, role: Role | None, client: Client) -> bool:
    """Whether the role is not turned away there: as the table says, and where it says so, as it is with the query."""
    try:
        route = resolve(urlsplit(link).path).route
    except Resolver404:
        return False
    return ANSWERED[route][ROLES.index(role)] != "f" or client.get(link).status_code != 403


@contextmanager
def page_of(browser: "Browser", origin: str, client: Client, *, is_dark: bool) -> Iterator["Page"]:
    """A page of a browser with the client's session."""
    with browser.new_context(
        base_url=origin, color_scheme="dark" if is_dark else "light", reduced_motion="reduce", bypass_csp=True
    ) as context:
        context.add_cookies([{"name": name, "value": one.value, "url": origin} for name, one in client.cookies.items()])
        yield context.new_page()


def barriers_on(page: "Page", shown: Shown, axe: str, *, with_menus: bool) -> list[str]:
    """How wide the page is where that is more than a small phone; what axe-core finds there with every fold open, and
    with each menu."""
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(shown.address)
    page.wait_for_function(DRAWN)
    width = page.evaluate(PAGE_WIDTH)
    found = [f"{width} pixels wide"] * (width > NARROW["width"] and not shown.pattern.startswith(WIDE_ONES))
    page.evaluate(OPEN_FOLDS)
    found += violations(page, axe)
    for place in range(page.locator(MENUS).count() if with_menus else 0):
        page.evaluate(OPEN_ONE, [MENUS, place])
        found += violations(page, axe, within=f"document.querySelectorAll('{MENUS}')[{place}]")
    return found

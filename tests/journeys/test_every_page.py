"""Every page there is, in every role that may open it: no barrier that axe-core finds, nothing wider than a small
phone, no link to where the role may not go.

The pages are those of the table of who may open what (tests/config/test_access.py), so that a new address is looked at
without anybody listing it. Each is asked for as each role and read without a browser (tests/journeys/structure.py); a
browser looks at it where it has an element that no page of its template had before.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from privacy.roles import Role
from tests.config.test_access import POSTED, TABLE, Place, patterns
from tests.journeys.conftest import violations
from tests.journeys.structure import Node, parts_of, tree_of, unreadable

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
# Django's own pages of the administration: their tables and filters are wider than a phone, and scroll; what they refer
# to is not always there.
DJANGOS = ("administration/",)
# The table by what Django calls a pattern within another.
ANSWERED = {pattern.replace("/^", "/"): letters for pattern, letters in TABLE.items()}
# What signs out, and what answers a program.
NOT_LOOKED_AT = {"sign-out/", "api/v1/<anything:rest>"}
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)')


@dataclass(frozen=True)
class Shown:
    """A page as a role gets it; `template` is what it was made of."""

    pattern: str
    address: str
    html: str
    template: str

    @cached_property
    def tree(self) -> Node:
        return tree_of(self.html)

    @property
    def parts(self) -> dict[str, set[str]]:
        """The shapes of its head, its foot and what is between them; of that under the template."""
        parts = parts_of(self.tree)
        return {"head": parts["head"], self.template: parts["main"], "foot": parts["foot"]}

    @property
    def links(self) -> set[str]:
        return {unescape(link) for link in LINK.findall(self.html)}


def test_no_page_of_any_role_has_a_barrier_scrolls_sideways_or_leads_where_the_role_may_not_go(
    browser: "Browser", live_server: object, transactional_db: None, axe: str
) -> None:
    place, found = Place(), dict[str, object]()
    looked_at: dict[str, set[str]] = defaultdict(set)
    with page_of(browser, str(live_server)) as page:
        for role in ROLES:
            client = Client()
            if role:
                client.force_login(place.users[role])
            shown = list(pages_of(place, role, client))
            become(page, client, str(live_server), is_dark=bool(ROLES.index(role) % 2))
            for one in shown:
                troubles = [f"leads to {link}" for link in sorted(one.links) if not leads_on(link, role, client)]
                troubles += [] if one.pattern.startswith(DJANGOS) else unreadable(one.tree)
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
            yield Shown(pattern, address, got.content.decode(), str(got.templates[0].name))


def leads_on(link: str, role: Role | None, client: Client) -> bool:
    """Whether the role is not turned away there: as the table says, and where it says so, as it is with the query."""
    route = route_of(urlsplit(link).path)
    return route is not None and (ANSWERED[route][ROLES.index(role)] != "f" or client.get(link).status_code != 403)


@cache
def route_of(path: str) -> str | None:
    """The pattern that serves it; None where none does."""
    try:
        return resolve(path).route
    except Resolver404:
        return None


@contextmanager
def page_of(browser: "Browser", origin: str) -> Iterator["Page"]:
    """A page of a browser, one for all roles: what it has loaded of scripts and styles stays with it."""
    with browser.new_context(base_url=origin, viewport=NARROW, reduced_motion="reduce", bypass_csp=True) as context:  # type: ignore[arg-type]
        yield context.new_page()


def become(page: "Page", client: Client, origin: str, *, is_dark: bool) -> None:
    """Go on with the client's session, in light or dark."""
    cookies = [{"name": name, "value": one.value, "url": origin} for name, one in client.cookies.items()]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark" if is_dark else "light")


def barriers_on(page: "Page", shown: Shown, axe: str, *, with_menus: bool) -> list[str]:
    """How wide the page is where that is more than a small phone; what axe-core finds there with every fold open, and
    with each menu."""
    page.goto(shown.address)
    page.wait_for_function(DRAWN)
    width = page.evaluate(PAGE_WIDTH)
    found = [f"{width} pixels wide"] * (width > NARROW["width"] and not shown.pattern.startswith(DJANGOS))
    page.evaluate(OPEN_FOLDS)
    found += violations(page, axe)
    for place in range(page.locator(MENUS).count() if with_menus else 0):
        page.evaluate(OPEN_ONE, [MENUS, place])
        found += violations(page, axe, within=f"document.querySelectorAll('{MENUS}')[{place}]")
    return found

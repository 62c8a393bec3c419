"""A workspace with something to see, and what every journey watches for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from analytics.folding import fold_all
from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.events import append, event
from tests.factories import (
    NOON,
    PASSWORD,
    make_campaign,
    make_customer,
    make_material,
    make_share,
    make_team,
    make_user,
    viewer_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

PEOPLE = 30


@dataclass
class Workplace:
    """Sales with 30 customers, half of whom were drawn into each arm; their manager; one campaign of several days."""

    sales: User
    manager: User
    marketing: User
    administrator: User
    customers: list[Customer]
    campaign: Campaign


@pytest.fixture
def workplace(transactional_db: None) -> Workplace:
    sales, manager = make_user(Role.SALES, "Sam Sales"), make_user(Role.SALES_MANAGER, "Mona Manager")
    make_team(sales, manager=manager)
    customers = [make_customer(f"C-{n}", sales, name=f"{'Ann' if n % 3 else 'Ben'} {n:02}") for n in range(PEOPLE)]
    campaign = make_campaign("spring")
    campaign.starts_on, campaign.ends_on = date(2026, 3, 1), date(2026, 3, 31)
    campaign.save()
    engage_all(customers, campaign, sales)
    return Workplace(
        sales,
        manager,
        make_user(Role.MARKETING_MANAGER, "Mary Marketing"),
        make_user(Role.IT_ADMINISTRATOR, "Ida Administrator"),
        customers,
        campaign,
    )


def engage_all(customers: list[Customer], campaign: Campaign, sender: User) -> None:
    """Every second one gets the letter; each of those views it on another day, every third of them answers."""
    control, letter = campaign.variants.order_by("position")
    material, events, assigned = make_material("guide"), [], []
    for number, customer in enumerate(customers):
        viewer, arm = viewer_of(customer), letter if number % 2 else control
        assigned.append((viewer, arm))
        if number % 2:
            seen = NOON + timedelta(days=number)
            events.append(event(viewer, "view", variant=arm, material=material, occurred_at=seen))
        if number % 6 == 1:
            events.append(event(viewer, "response", variant=arm))
    append(*events, assigned=assigned)
    make_share(customers[1], sender, "rate-card")
    fold_all()


@dataclass
class Watch:
    """What the browser complained of: blocked by the content policy, errors of scripts."""

    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser_page: "Page") -> Iterator["Page"]:
    """The page; the test fails where the console complained, of the content policy or anything else."""
    watch = Watch()
    browser_page.on("console", lambda line: watch.complaints.append(line.text) if line.type == "error" else None)
    browser_page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    yield browser_page
    assert watch.complaints == []


def sign_in(page: "Page", user: User) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Good to see you").wait_for()
    page.wait_for_load_state()  # the page's scripts run once it is whole: keys before that are nobody's


def press_until(page: "Page", condition: str, key: str = "Tab", most: int = 150) -> None:
    """Press until the condition holds; each stop on the way must show where the focus is."""
    for _ in range(most):
        page.keyboard.press(key)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate(condition):
            return
    pytest.fail(f"the keyboard does not reach where {condition}")


def tab_to(page: "Page", name: str) -> None:
    """Press Tab until what is called so has the focus."""
    press_until(page, f"document.activeElement.innerText?.trim().split('\\n')[0] == {json.dumps(name)}")


@pytest.fixture
def axe() -> str:
    """The source of axe-core, which `make setup` fetches."""
    script = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("axe-core is not there: run make setup")
    return script.read_text()


RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# What is found in words: whole results are mostly of what is right, and take long to send from the browser.
IN_WORDS = "found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"


def violations(page: "Page", axe: str, within: str = "document") -> list[str]:
    """What axe-core finds on the page, or within what the script names: the rule and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{axe}; null")  # else the browser would send all that it exports
    found: list[str] = page.evaluate(
        f"rules => axe.run({within}, {{runOnly: rules, resultTypes: ['violations']}}).then({IN_WORDS})", RULES
    )
    return found


def wait_until_drawn(page: "Page") -> None:
    """Until every picture of the page is drawn. A condition in JavaScript would be asked again by eval, which the
    content policy forbids."""
    page.locator(".picture-box:not(:has(svg))").first.wait_for(state="detached")

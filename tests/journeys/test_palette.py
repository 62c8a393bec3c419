"""Getting about without a mouse: the menus of the head, and the palette that jumps anywhere."""

from typing import TYPE_CHECKING

import pytest

from privacy.models import AccessEntry
from tests.journeys.conftest import Workplace, sign_in, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHOSEN = "#palette-results [aria-selected=true]"


def test_a_call_with_a_customer_is_reached_by_the_keyboard_alone(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.sales)
    watched.keyboard.press("Control+k")
    watched.get_by_role("combobox", name="Jump to a campaign").wait_for()
    watched.locator(CHOSEN, has_text="Share a material").wait_for()
    watched.keyboard.press("ArrowDown")
    assert watched.locator(CHOSEN).inner_text() == "Go to Log a call"
    watched.keyboard.press("ArrowUp")
    watched.keyboard.press("ArrowUp")
    assert watched.locator(CHOSEN).inner_text() == "Go to Scheduled reports"
    watched.keyboard.type("log")
    watched.locator("#palette-results [role=option]:nth-child(2)", has_text="Search customers").wait_for()
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/jump/call/")
    watched.get_by_label("The start of the name").fill("ann 01")
    watched.keyboard.press("Enter")
    watched.get_by_role("link", name="Ann 01").click()
    watched.get_by_role("heading", name="New call or visit").wait_for()


def test_a_customer_is_looked_up_once_asked_for_and_the_log_says_so(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.sales)
    watched.keyboard.press("Meta+k")
    watched.keyboard.type("ann 01")
    watched.locator(CHOSEN, has_text="Search customers for “ann 01”").wait_for()
    assert not AccessEntry.objects.filter(place="jump").exists()
    watched.keyboard.press("Enter")
    watched.locator(CHOSEN, has_text="Customer Ann 01").wait_for()
    assert watched.locator("#palette-said").inner_text() == "1 to choose from"
    watched.keyboard.press("Enter")
    watched.wait_for_url(f"**/customers/{workplace.customers[1].key}/")
    entry = AccessEntry.objects.get(place="jump", kind="shown")
    assert (entry.key, entry.records) == ("customer_id", 1)  # it has digits
    assert "ann" not in watched.url


def test_the_palette_closes_and_gives_the_focus_back(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.marketing)
    opener = watched.get_by_role("link", name="Jump to")
    opener.focus()
    watched.keyboard.press("Enter")
    watched.locator(CHOSEN).wait_for()
    watched.keyboard.press("Escape")
    watched.locator("#palette").wait_for(state="hidden")
    assert watched.evaluate("document.activeElement.dataset.palette") == ""
    watched.keyboard.press("Control+k")
    watched.keyboard.type("spring")
    watched.locator(CHOSEN, has_text="Campaign Spring").click()
    watched.wait_for_url("**/campaigns/spring/")


def test_a_menu_opens_closes_by_escape_and_when_another_opens(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.manager)
    customers, records = watched.get_by_label("More next to customers"), watched.get_by_label("More next to records")
    customers.focus()
    watched.keyboard.press("Enter")
    watched.get_by_role("link", name="Teams").wait_for()
    watched.keyboard.press("Tab")
    assert watched.evaluate("document.activeElement.textContent") == "Look up"
    watched.keyboard.press("Escape")
    watched.get_by_role("link", name="Teams").wait_for(state="hidden")
    assert watched.evaluate("document.activeElement.getAttribute('aria-label')") == "More next to customers"
    customers.click()
    watched.get_by_role("link", name="Teams").wait_for()
    records.focus()
    watched.keyboard.press("Enter")
    watched.get_by_role("link", name="Meetings").wait_for()
    watched.get_by_role("link", name="Teams").wait_for(state="hidden")
    watched.get_by_text("Clock times are in").click()
    watched.get_by_role("link", name="Meetings").wait_for(state="hidden")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_palette_has_no_barrier_and_fits_on_320_pixels(
    browser: "Browser", live_server: object, workplace: Workplace, axe: str, theme: str
) -> None:
    size = {"width": 320, "height": 640}
    with browser.new_context(base_url=str(live_server), viewport=size, color_scheme=theme, bypass_csp=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        sign_in(page, workplace.sales)
        page.keyboard.press("Control+k")
        page.keyboard.type("guide")
        page.locator(CHOSEN, has_text="Material Guide").wait_for()
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate("document.getElementById('palette').scrollWidth <= 320")
        page.goto("/jump/")
        page.get_by_label("A few letters").fill("guide")
        page.get_by_role("button", name="Find", exact=True).click()
        page.get_by_role("link", name="Guide").wait_for()
        assert violations(page, axe) == []


def test_without_a_script_the_button_leads_to_a_page_that_finds_the_same(
    browser: "Browser", live_server: object, workplace: Workplace
) -> None:
    with browser.new_context(base_url=str(live_server), java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, workplace.sales)
        page.get_by_role("link", name="Jump to").click()
        page.get_by_label("A few letters").fill("ann 01")
        page.get_by_role("button", name="Find customers").click()
        page.get_by_role("link", name="Ann 01").click()
        page.get_by_role("heading", name="Ann 01").wait_for()
        page.get_by_label("More next to customers").click()
        page.get_by_role("link", name="Tasks").click()
        page.wait_for_url("**/tasks/")

"""What people do all day, in a real browser."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from privacy.models import User
from privacy.roles import Role
from tests.factories import make_user
from tests.journeys.conftest import PEOPLE, Workplace, press_until, sign_in, violations, wait_until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ALL_DRAWN = "[...document.querySelectorAll('.picture-box')].every(one => one.querySelector('svg'))"


def pages_of(workplace: Workplace) -> list[str]:
    return ["/", "/customers/", f"/customers/{workplace.customers[1].key}/", "/campaigns/", "/campaigns/spring/"]


def test_sales_finds_customers_and_takes_exactly_the_screens_list(
    watched: "Page", workplace: Workplace, tmp_path: Path
) -> None:
    sign_in(watched, workplace.sales)
    watched.get_by_role("link", name="Customers", exact=True).click()
    watched.get_by_label("Search", exact=True).fill("ben")
    watched.get_by_role("button", name="Apply").click()
    watched.get_by_text("10 customers match").wait_for()
    assert "search=ben" in watched.url
    watched.get_by_role("link", name="Views").click()
    watched.locator("th[aria-sort=descending]").wait_for()
    assert watched.get_by_label("Search", exact=True).input_value() == "ben"
    names = watched.locator("tbody th").all_inner_texts()
    watched.locator("summary", has_text="Export").click()
    watched.get_by_role("link", name="CSV").click()
    watched.get_by_text("10 rows, with the filters of the page you came from.").wait_for()
    with watched.expect_download() as download:
        watched.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Name"] for row in rows] == names
    assert len(rows) == 10


def test_a_manager_reads_a_report_whose_pictures_are_drawn(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.manager)
    watched.get_by_role("link", name="Campaigns", exact=True).click()
    watched.get_by_role("link", name="Spring").click()
    watched.get_by_role("heading", name="Difference from the control").wait_for()
    wait_until_drawn(watched)
    expect(watched.locator(".picture-box svg")).to_have_count(3)
    for box in watched.locator(".picture-box svg").all():
        size = box.bounding_box()
        assert size is not None
        assert size["width"] > 600
        assert size["height"] > 100
    # Two lifts (views, responses), and a bar for each of fifteen days.
    expect(watched.locator(".picture-lift-of-rates .mark-symbol.role-mark path")).to_have_count(2)
    expect(watched.locator(".picture-days .mark-rect.role-mark path")).to_have_count(PEOPLE // 2)
    table = watched.locator(".picture-days + script + details, .picture:has(.picture-days) details")
    table.locator("summary").click()
    expect(table.locator("tbody tr")).to_have_count(PEOPLE // 2)


def test_a_customers_report_draws_what_happened_when(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.sales)
    watched.goto(f"/customers/{workplace.customers[1].key}/")
    wait_until_drawn(watched)
    expect(watched.locator(".picture-box svg")).to_have_count(1)
    expect(watched.locator(".picture-timeline .mark-rect.role-mark path")).to_have_count(1)
    assert watched.locator("[role=img]").get_attribute("aria-label") == (
        "1 view on 1 day, the last on March 11, 2026. From March 10, 2026 to March 11, 2026."
    )


def test_the_days_of_a_picture_are_named_in_the_readers_language(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.sales)
    User.objects.filter(pk=workplace.sales.pk).update(language="es")
    watched.goto("/campaigns/spring/")
    wait_until_drawn(watched)
    axis = watched.locator(".picture-days .role-axis-label text").all_text_contents()
    assert [words for words in axis if " mar" in words]
    assert [words for words in axis if " Mar" in words] == []


def test_the_way_from_signing_in_to_a_report_needs_no_mouse(watched: "Page", workplace: Workplace) -> None:
    watched.goto("/sign-in/")
    watched.keyboard.press("Tab")
    assert watched.evaluate("document.activeElement.textContent") == "Skip to the content"
    press_until(watched, "document.activeElement.name == 'login'")
    watched.keyboard.type(workplace.sales.email)
    press_until(watched, "document.activeElement.name == 'password'")
    watched.keyboard.type("correct horse battery staple")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Good to see you, Sam").wait_for()
    press_until(watched, "document.activeElement.textContent == 'Campaigns'")
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/campaigns/")
    press_until(watched, "document.activeElement.textContent == 'Spring'")
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/campaigns/spring/")
    press_until(watched, "document.activeElement.textContent == 'How this is computed'")
    watched.keyboard.press("Enter")
    expect(watched.get_by_text("hybrid score interval")).to_be_visible()


def test_the_purpose_is_changed_on_the_page_without_a_mouse_and_stands_in_the_log(
    watched: "Page", workplace: Workplace
) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/?search=ben")
    press_until(watched, "document.activeElement.textContent.startsWith('Purpose 12:')")
    watched.keyboard.press("Enter")
    press_until(watched, "document.activeElement.value == 'purpose-11'")
    watched.keyboard.press("Enter")
    watched.locator(".basis-now", has_text="Purpose 11:").wait_for()
    assert "search=ben" in watched.url
    auditor = make_user(Role.AUDITOR)
    watched.get_by_text("Sam Sales").first.click()
    watched.get_by_role("button", name="Sign out").click()
    sign_in(watched, auditor)
    watched.get_by_role("link", name="Access log").click()
    watched.get_by_label("Who").select_option(label="Sam Sales")
    watched.get_by_label("For what").select_option("purpose-11")
    watched.get_by_role("button", name="Apply").click()
    watched.get_by_text("3 lines match").wait_for()
    found = watched.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert found == ["read", "about to read", "changed the purpose"]


def test_a_manager_ticks_customers_assigns_them_and_undoes(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.manager)
    watched.goto("/customers/?search=ben")
    watched.get_by_label("Choose Ben 00").check()
    watched.get_by_label("Choose Ben 03").check()
    watched.get_by_role("button", name="Assign the selected customers").click()
    watched.get_by_label("Colleague", exact=True).select_option(label="Mona Manager")
    watched.get_by_label("Reason").fill("Sam is on leave")
    watched.get_by_role("button", name="Continue").click()
    watched.get_by_role("heading", name="Assign 2 customers to Mona Manager?").wait_for()
    watched.get_by_role("button", name="Assign", exact=True).click()
    watched.get_by_text("Mona Manager got 2 customers; 2 moved from a colleague.").wait_for()
    assert workplace.manager.customer_assignments.filter(until=None).count() == 2
    watched.get_by_role("button", name="Undo").click()
    watched.get_by_text("Undone for 2 customers.").wait_for()
    assert workplace.manager.customer_assignments.filter(until=None).count() == 0


def test_the_administration_works_under_the_content_policy(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.administrator)
    watched.get_by_role("link", name="Accounts and roles").click()
    watched.get_by_role("link", name="Add user").click()
    watched.get_by_label("Email").fill("new@example.com")
    watched.get_by_label("Name").fill("New One")
    watched.get_by_label("auditor").check()
    watched.get_by_role("button", name="Save", exact=True).click()
    watched.get_by_text("First password for New One:").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_full_of_people_and_pictures_have_no_barrier_and_fit_a_phone(
    browser: "Browser", live_server: object, workplace: Workplace, axe: str, theme: str
) -> None:
    """Every page with little on it is looked at by test_every_page."""
    with browser.new_context(base_url=str(live_server), color_scheme=theme, bypass_csp=True) as context:  # type: ignore[arg-type]
        page, found, widths = context.new_page(), {}, {}
        sign_in(page, workplace.manager)
        for address in pages_of(workplace):
            page.set_viewport_size({"width": 320, "height": 700})
            page.goto(address)
            page.wait_for_function(ALL_DRAWN)
            widths[address] = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found[address] = violations(page, axe)
    assert found == {address: [] for address in found}
    assert widths == dict.fromkeys(widths, 320)

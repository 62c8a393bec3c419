"""Lists in a real browser: columns chosen, a view saved and shared without a mouse, pages walked, days asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from privacy.models import User
from privacy.roles import Role
from records.models import SavedView
from tests.factories import make_user
from tests.journeys.conftest import Workplace, press_until, sign_in, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def watched(browser: "Browser", live_server: object) -> Iterator["Page"]:
    """A page that axe may look at; the test fails where a script ended in an error."""
    complaints: list[str] = []
    with browser.new_context(base_url=str(live_server), bypass_csp=True) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


def summary(text: str) -> str:
    return f"document.activeElement.tagName == 'SUMMARY' && document.activeElement.textContent.startsWith('{text}')"


def test_columns_are_chosen_by_keyboard_and_stay(watched: "Page", workplace: Workplace, axe: str) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/")
    assert "Territory" in watched.locator("thead").inner_text()
    press_until(watched, summary("Columns"))
    watched.keyboard.press("Enter")
    watched.get_by_role("group", name="Columns to show").wait_for()
    assert violations(watched, axe) == []
    for name in ("territory_name", "staff_names"):
        press_until(watched, f"document.activeElement.value == '{name}'")
        watched.keyboard.press("Space")
    press_until(watched, "document.activeElement.textContent == 'Show these'")
    watched.keyboard.press("Enter")
    watched.wait_for_function("!document.querySelector('thead').innerText.includes('Territory')")
    assert watched.locator("thead th a").all_inner_texts()[:3] == ["Name ▲", "Number", "Organization"]
    watched.goto("/customers/?sort=-views")
    assert "Staff" not in watched.locator("thead").inner_text()


def test_a_view_is_saved_shared_and_opened_by_a_colleague(watched: "Page", workplace: Workplace, axe: str) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/?unseen=on&sort=-name")
    press_until(watched, summary("Views"))
    watched.keyboard.press("Enter")
    press_until(watched, "document.activeElement.id == 'view-name'")
    watched.keyboard.type("Nothing seen yet")
    assert violations(watched, axe) == []
    watched.keyboard.press("Enter")
    watched.get_by_text("Saved as “Nothing seen yet”.").wait_for()
    watched.wait_for_load_state()
    assert "unseen=on" in watched.url
    view = SavedView.objects.get()
    press_until(watched, summary("Views"))
    watched.keyboard.press("Enter")
    press_until(watched, "document.activeElement.textContent == 'Rename, share or delete this view'")
    watched.keyboard.press("Enter")
    watched.wait_for_url("**/edit/")
    watched.wait_for_load_state()
    press_until(watched, "document.activeElement.id == 'id_is_shared'")
    watched.keyboard.press("Space")
    assert violations(watched, axe) == []
    press_until(watched, "document.activeElement.textContent == 'Save'")
    watched.keyboard.press("Enter")
    watched.get_by_text("“Nothing seen yet” is changed.").wait_for()
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.goto(f"/views/{view.key}/")
    watched.locator("summary", has_text="Views").click()
    watched.get_by_role("button", name="Copy link (Nothing seen yet)").click()
    watched.get_by_role("status").filter(has_text="The link is copied.").wait_for(state="attached")
    assert watched.evaluate("navigator.clipboard.readText()").endswith(f"/views/{view.key}/")
    assert violations(watched, axe) == []
    watched.locator("summary", has_text="Sam Sales").click()
    watched.get_by_role("button", name="Sign out").click()
    sign_in(watched, workplace.manager)
    watched.goto(f"/views/{view.key}/")
    watched.get_by_text("Nothing seen yet").first.wait_for()
    watched.locator("summary", has_text="Views").click()
    watched.get_by_text("Sam Sales shares this view with you.").wait_for()
    watched.get_by_role("button", name="Keep a copy").click()
    watched.get_by_text("“Nothing seen yet” is yours now.").wait_for()
    assert SavedView.objects.filter(owner=workplace.manager).count() == 1


def test_a_deleted_view_is_had_back_with_the_button_of_the_message(watched: "Page", workplace: Workplace) -> None:
    SavedView.objects.create(owner=workplace.sales, list="customers", name="Mine")
    sign_in(watched, workplace.sales)
    watched.goto("/views/")
    watched.get_by_role("button", name="Delete Mine").click()
    watched.get_by_text("“Mine” is deleted.").wait_for()
    watched.get_by_role("button", name="Undo").click()
    watched.get_by_text("“Mine” is back.").wait_for()


def test_pages_are_walked_to_the_end_and_back(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/?sort=-name")
    first = watched.locator("tbody th").all_inner_texts()
    watched.get_by_role("link", name="Next", exact=True).click()
    watched.get_by_role("link", name="Previous", exact=True).wait_for()
    second = watched.locator("tbody th").all_inner_texts()
    assert (len(first), len(second), set(first) & set(second)) == (25, 5, set())
    watched.get_by_role("link", name="Previous", exact=True).click()
    watched.get_by_role("link", name="Next", exact=True).wait_for()
    assert watched.locator("tbody th").all_inner_texts() == first


def test_the_days_of_a_period_are_shown_when_they_are_asked_for(
    watched: "Page", workplace: Workplace, axe: str
) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/")
    days = watched.locator(".period-days")
    assert days.is_hidden()
    watched.get_by_label("Engaged").select_option("between")
    watched.get_by_label("From").fill("2026-03-10")
    watched.get_by_label("To", exact=True).fill("2026-03-12")
    assert violations(watched, axe) == []
    watched.get_by_role("button", name="Apply").click()
    watched.wait_for_url("**engaged=between**")
    assert days.is_visible()
    assert watched.get_by_label("From").input_value() == "2026-03-10"
    watched.get_by_label("Engaged").select_option("last-7")
    assert days.is_hidden()


def test_filters_fold_away_on_a_phone_and_are_shown_where_there_is_room(
    watched: "Page", workplace: Workplace, axe: str
) -> None:
    sign_in(watched, workplace.sales)
    watched.goto("/customers/")
    fold, organization = watched.locator(".filter-fold > summary"), watched.get_by_role("textbox", name="Organization")
    assert (fold.is_visible(), organization.is_visible()) == (False, True)
    watched.set_viewport_size({"width": 360, "height": 740})
    assert (fold.is_visible(), organization.is_visible()) == (True, False)
    assert watched.locator(".list-count").bounding_box()["y"] < 740  # type: ignore[index]
    fold.focus()
    watched.keyboard.press("Enter")
    organization.fill("Ac")
    assert violations(watched, axe) == []
    watched.get_by_role("button", name="Apply").click()
    watched.get_by_role("heading", name="Nothing matches").wait_for()
    assert fold.inner_text() == "Filters 1 set"
    assert organization.is_hidden()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_lists_are_sound_in_spanish_too(
    watched: "Page", workplace: Workplace, axe: str, width: int
) -> None:
    User.objects.filter(pk=workplace.sales.pk).update(language="es")
    watched.set_viewport_size({"width": width, "height": 800})
    watched.goto("/sign-in/")
    watched.locator("#id_login").fill(workplace.sales.email)
    watched.locator("#id_password").fill("correct horse battery staple")
    watched.locator("form.form button[type=submit]").click()
    watched.get_by_role("heading", name="Qué gusto verle").wait_for()
    for address in ("/customers/", "/materials/", "/tasks/", "/web-pages/", "/views/", "/account/settings/"):
        watched.goto(address)
        assert watched.locator("html").get_attribute("lang") == "es"
        assert violations(watched, axe) == [], address
        assert watched.evaluate("document.documentElement.scrollWidth") <= width, address


def test_lists_of_a_manager_of_records_are_sound(watched: "Page", workplace: Workplace, axe: str) -> None:
    manager = make_user(Role.MARKETING_MANAGER, "Mia")
    sign_in(watched, manager)
    for address in (
        "/campaigns/",
        "/materials/?layout=table",
        "/mailings/",
        "/exports/",
        "/exports/schedules/",
        "/imports/",
        "/records/organizations/",
    ):
        watched.goto(address)
        assert violations(watched, axe) == [], address

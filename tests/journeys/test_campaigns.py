"""A campaign from an idea to a response, in pages: planned, approved, launched, answered, copied."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from analytics.folding import fold_all
from campaigns import launching
from campaigns.models import Assignment, Campaign, Event, Share
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from records.suppressing import suppress
from tests.broker import Broker
from tests.factories import make_customer, make_material, make_user
from tests.journeys.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = 12
HAS_VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def staff(transactional_db: None, settings: Settings, live_server: object, broker: Broker) -> tuple[User, User]:
    """Marketing, and sales with twelve customers, of whom one has no address and one wants no mail."""
    settings.PUBLIC_URL = str(live_server)
    broker.does = {launching.WORK}
    sales = make_user(Role.SALES, "Sam Sales")
    for number in range(PEOPLE):
        email = f"person{number}@example.com" if number else ""
        make_customer(f"C-{number:02}", sales, name=f"Person {number:02}", email=email)
    suppress("email", "person1@example.com", None, "asked for nothing")
    make_material("guide")
    make_material("card")
    return make_user(Role.MARKETING_MANAGER, "Mary Marketing"), sales


def assert_accessible(page: "Page", axe: str) -> None:
    """Without a fault that axe-core finds, and not wider than a narrow phone."""
    page.evaluate(axe)
    assert page.evaluate(HAS_VIOLATIONS) == []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
def test_all_materials_that_an_audience_may_be_asked_for_are_reached_by_scrolling_down(
    staff: tuple[User, User], browser_page: "Page", width: int
) -> None:
    for number in range(43):
        make_material(f"leaflet-{number:02}")
    browser_page.set_viewport_size({"width": width, "height": 800})
    sign_in(browser_page, staff[0])
    browser_page.goto("/campaigns/audiences/new/")
    asked = browser_page.get_by_role("group", name="Was sent any of these materials")
    box = asked.locator("> div").last
    expect(box.get_by_role("checkbox")).to_have_count(45)
    wide, room = box.evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert wide <= room
    box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    shown = box.bounding_box()
    last = box.get_by_role("checkbox").last.bounding_box()
    assert shown
    assert last
    assert shown["x"] <= last["x"] <= shown["x"] + shown["width"]
    assert shown["y"] <= last["y"] <= shown["y"] + shown["height"]


def draft(page: "Page", marketing: User) -> None:
    """A new campaign with goal, channel, dates and cost; the browser is on its plan then."""
    sign_in(page, marketing)
    page.get_by_role("link", name="Campaigns", exact=True).first.click()
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name", exact=True).fill("Spring letter")
    page.get_by_label("Goal", exact=True).fill("One order of ten who get it")
    page.get_by_label("Kind").select_option(label="Promotion")
    page.get_by_label("E-mail").check()
    page.get_by_label("Starts on").fill(agency_today().isoformat())
    page.get_by_label("Ends on").fill((agency_today() + timedelta(days=30)).isoformat())
    page.get_by_label("Cost in dollars").fill("120.50")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Spring letter").wait_for()


def choose_audience(page: "Page", axe: str) -> None:
    """Counted as it is edited, by itself: nothing is pressed."""
    page.get_by_role("link", name="New audience").click()
    page.get_by_label("Name", exact=True).fill("Whom we can mail")
    box = page.locator("[data-reach-box]")
    page.get_by_label("ZIP or postal code begins with").fill("999")
    box.get_by_text("0 of 0 matching customers are reached.").wait_for()
    page.get_by_label("ZIP or postal code begins with").fill("")
    box.get_by_text("10 of 12 matching customers are reached.").wait_for()
    box.get_by_role("row", name="address").first.wait_for()
    assert_accessible(page, axe)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Spring letter").wait_for()


def choose_variants(page: "Page") -> None:
    """Two arms of weights 3 and 1, and a tenth held out."""
    page.get_by_role("link", name="Edit the variants").click()
    for row, (label, material, weight) in enumerate((("Guide", "Guide", 3), ("Card", "Card", 1))):
        fields = page.locator("fieldset.variant-row").nth(row)
        fields.get_by_label("What it is called").fill(label)
        fields.get_by_label("Material").select_option(label=material)
        fields.get_by_label("Weight").fill(str(weight))
    page.locator("fieldset.variant-row").nth(1).get_by_label("Control: compare the others with it").check()
    page.get_by_label("Held out, in percent").fill("10")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Spring letter").wait_for()


def launch(page: "Page") -> None:
    page.get_by_role("button", name="Approve").click()
    page.locator(".state-tag", has_text="Approved").wait_for()
    page.get_by_role("link", name="Launch …").click()
    page.get_by_text("The draw is frozen").wait_for()
    page.get_by_text("10 of 12 matching customers are reached.").wait_for()
    page.get_by_role("button", name="Launch").click()
    page.locator(".state-tag", has_text="Running").wait_for()


def test_a_campaign_is_planned_approved_launched_and_copied(
    watched: "Page", staff: tuple[User, User], axe: str
) -> None:
    draft(watched, staff[0])
    watched.get_by_text("Before it can be approved").wait_for()
    choose_audience(watched, axe)
    choose_variants(watched)
    assert watched.get_by_text("Before it can be approved").count() == 0
    assert_accessible(watched, axe)

    launch(watched)

    campaign = Campaign.objects.get(slug="spring-letter")
    drawn = Assignment.objects.filter(variant__campaign=campaign)
    assert drawn.count() == 10
    assert campaign.seed is not None
    shared = Share.objects.filter(campaign=campaign)
    assert shared.count() == drawn.exclude(variant__is_holdout=True).count()
    assert not shared.filter(variant__is_holdout=True).exists()
    assert not shared.filter(recipient__customer__number__in=["C-00", "C-01"]).exists()
    watched.get_by_text("frozen: who falls into which variant").wait_for()
    assert watched.get_by_role("link", name="Edit the variants").count() == 0
    assert_accessible(watched, axe)

    watched.get_by_role("button", name="Pause").click()
    watched.locator(".state-tag", has_text="Paused").wait_for()
    watched.get_by_role("link", name="Copy").click()
    watched.get_by_label("Name").fill("Summer letter")
    watched.get_by_role("button", name="Copy").click()
    watched.get_by_role("heading", name="Summer letter").wait_for()
    watched.locator(".state-tag", has_text="Draft").wait_for()
    watched.get_by_role("rowheader", name="Card").wait_for()
    expect(watched.get_by_role("link", name="Spring letter")).to_have_count(1)
    copy = Campaign.objects.get(name="Summer letter")
    assert (copy.copied_from, copy.seed == campaign.seed) == (campaign, False)


def test_a_response_is_recorded_counted_and_taken_back(watched: "Page", staff: tuple[User, User], axe: str) -> None:
    _marketing, sales = staff
    customer = make_customer("C-99", sales, name="Ann", email="ann@example.com")
    sign_in(watched, sales)
    watched.goto(f"/customers/{customer.key}/")
    watched.get_by_role("link", name="Record a response").click()
    watched.get_by_label("What", exact=True).select_option(label="Conversion")
    watched.get_by_label("Amount in dollars").fill("99.90")
    assert_accessible(watched, axe)
    watched.get_by_role("button", name="Record").click()

    watched.get_by_role("heading", name="Responses recorded by staff 1").wait_for()
    watched.get_by_role("cell", name="$99.90").wait_for()
    assert [(one.kind, str(one.amount)) for one in Event.objects.all()] == [("conversion", "99.90")]
    fold_all()
    watched.reload()
    assert "$99.90 in revenue" in watched.locator("dl.cards").inner_text()

    watched.get_by_role("link", name="Take back the conversion").click()
    watched.get_by_role("heading", name="Take this conversion back?").wait_for()
    assert_accessible(watched, axe)
    watched.get_by_role("button", name="Take back").click()

    watched.get_by_text("Taken back", exact=True).wait_for()
    assert not Event.objects.exists()
    fold_all()
    watched.reload()
    assert "$0.00 in revenue" in watched.locator("dl.cards").inner_text()


def test_days_have_notes_in_the_calendar(watched: "Page", staff: tuple[User, User], axe: str) -> None:
    draft(watched, staff[0])
    watched.goto("/campaigns/calendar/")
    watched.get_by_role("link", name="Spring letter").first.wait_for()

    watched.get_by_role("link", name="New note").first.click()
    watched.get_by_label("On", exact=True).fill(agency_today().isoformat())
    watched.get_by_label("What happened").fill("The post office was closed.")
    watched.get_by_role("button", name="Save").click()

    watched.get_by_text("The post office was closed.").first.wait_for()
    assert_accessible(watched, axe)

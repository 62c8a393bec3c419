"""Pages that renew themselves in a real browser: what changes, what stays, and when nothing is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from analytics.folding import fold_all
from campaigns.models import Share
from privacy.models import AccessEntry, User
from privacy.roles import Role
from privacy.tries import refusals
from tests.campaigns.shared import shared_with, visit
from tests.factories import engage, make_customer, make_material, make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_viewing import open_as_person, read_page
from tests.material_files import make_shown_material
from tests.processes import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIVE_SECONDS = 5_000
AXE_VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def sales(transactional_db: None, settings: Settings, live_server: Any, tmp_path: Path) -> User:
    settings.PUBLIC_URL, settings.MEDIA_ROOT = str(live_server), tmp_path
    cache.clear()
    refusals.clear()
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def share(sales: User) -> Share:
    ann = make_customer("C-Ann", sales, name="Ann")
    return shared_with(ann, sales, make_shown_material(make_user(Role.MARKETING_MANAGER), pages=2))


# What a screen reader is told: it is taken back a moment later, so that it can be said again.
LISTEN = """
window.said = [];
const told = document.querySelector(".renewal [data-renewal-told]");
new MutationObserver(() => told.textContent && window.said.push(told.textContent)).observe(told, { childList: true });
"""


class Asked:
    """How often a page was asked for by itself, and how often it was loaded whole."""

    def __init__(self, page: "Page") -> None:
        self.renewals = self.loads = 0
        page.on("request", self.count)

    def count(self, request: "Request") -> None:
        is_renewal = "x-renew" in request.headers and "bell" not in request.url
        self.renewals += is_renewal
        self.loads += request.resource_type == "document"


def visits_by_people(page: "Page") -> str:
    return page.locator("dl.cards .card-value").first.inner_text()


def test_the_senders_page_shows_a_recipients_visit_within_five_seconds_and_is_not_loaded_again(
    watched: "Page", sales: User, share: Share, live_server: Any
) -> None:
    sign_in(watched, sales)
    watched.set_viewport_size({"width": 1280, "height": 400})
    watched.goto(f"/shares/{share.key}/")
    watched.get_by_label("Only this recipient has it").focus()
    watched.evaluate("window.scrollTo(0, 300); window.isTheSame = true")
    watched.evaluate(LISTEN)
    before, asked = watched.evaluate("window.scrollY"), Asked(watched)
    assert visits_by_people(watched) == "0"
    logged = AccessEntry.objects.count()

    recipient = open_as_person(watched, live_server)
    recipient.goto(f"/s/{share.token}/")
    read_page(recipient, 1)

    watched.locator("dl.cards .card-value", has_text="1").first.wait_for(timeout=FIVE_SECONDS)
    assert visits_by_people(watched) == "1"
    watched.get_by_role("heading", name="Visits 1").wait_for(timeout=FIVE_SECONDS)
    watched.get_by_text("1 of 2 pages").wait_for(timeout=FIVE_SECONDS)
    assert set(watched.evaluate("window.said")) == {"The visits have changed."}
    assert watched.evaluate("[window.isTheSame, document.activeElement.id]") == [True, "share-address"]
    # What grew stands above: the browser keeps what is read where it is.
    assert watched.evaluate("window.scrollY") >= before
    assert asked.loads == 0
    assert AccessEntry.objects.count() == logged


def test_what_is_open_stays_open_when_a_new_row_comes_above_it(watched: "Page", sales: User, share: Share) -> None:
    visit(share, (2, 31))
    sign_in(watched, sales)
    watched.goto(f"/shares/{share.key}/")
    watched.get_by_text("1 of 2 pages").click()
    watched.locator("li", has_text="Page 2: 31").wait_for()
    watched.get_by_text("1 of 2 pages").focus()

    visit(share, (1, 12))

    watched.get_by_role("heading", name="Visits 2").wait_for(timeout=FIVE_SECONDS)
    opened = watched.locator("tbody details")
    assert opened.evaluate_all("all => all.map(one => one.open)") == [False, True]
    assert "Page 2" in opened.nth(1).inner_text()
    assert watched.evaluate("document.activeElement === document.querySelectorAll('tbody summary')[1]")


def test_nothing_is_asked_while_the_page_is_paused_or_hidden(watched: "Page", sales: User, share: Share) -> None:
    sign_in(watched, sales)
    watched.goto(f"/shares/{share.key}/")
    asked = Asked(watched)
    wait_for(lambda: watched.evaluate("1") and asked.renewals > 0, "it asks")
    watched.get_by_role("button", name="Pause").click()
    watched.get_by_text("This page stays as it is.").wait_for()
    visit(share, (1, 5))
    before = asked.renewals
    watched.evaluate("new Promise(done => setTimeout(done, 3000))")
    assert (asked.renewals - before, visits_by_people(watched)) == (0, "0")

    watched.get_by_role("button", name="Resume refreshing").click()
    watched.get_by_role("heading", name="Visits 1").wait_for(timeout=FIVE_SECONDS)

    watched.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    watched.evaluate("new Promise(done => setTimeout(done, 500))")  # what was under way has ended
    before = asked.renewals
    watched.evaluate("new Promise(done => setTimeout(done, 3000))")
    assert asked.renewals - before <= 1
    before = asked.renewals
    watched.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(lambda: watched.evaluate("1") and asked.renewals > before, "it asks again once it is seen")


def test_a_session_that_has_ended_ends_the_renewing_with_a_word(
    browser_page: "Page", sales: User, share: Share
) -> None:
    page = browser_page  # nobody watches its complaints: being refused is one
    sign_in(page, sales)
    page.goto(f"/shares/{share.key}/")
    page.get_by_text("This page refreshes itself while you look at it.").wait_for()
    assert page.locator("[data-renewal-pause]").is_visible()
    page.context.clear_cookies()
    page.get_by_text("Reload this page to see what is new.").wait_for(timeout=FIVE_SECONDS)
    assert page.locator("[data-renewal-pause]").count() == 0
    asked = Asked(page)
    page.evaluate("new Promise(done => setTimeout(done, 3000))")
    assert asked.renewals == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_home_customer_and_campaign_follow_what_is_counted(
    watched: "Page", sales: User, share: Share, width: int, axe: str
) -> None:
    ann = share.recipient.customer
    assert ann is not None
    sign_in(watched, sales)
    watched.set_viewport_size({"width": width, "height": 800})
    watched.get_by_text("Nobody has opened a share of yours today.").wait_for()
    customer = watched.context.new_page()
    customer.set_viewport_size({"width": width, "height": 800})
    customer.goto(f"/customers/{ann.key}/")

    visit(share, (1, 42))
    engage(make_customer("C-Ben", sales, name="Ben"), "view", material=make_material("other"))
    fold_all()

    watched.bring_to_front()
    watched.locator("#today + ul").get_by_role("link", name="Ann").wait_for(timeout=FIVE_SECONDS)
    watched.locator("#calls + ol").get_by_text("Read page 1 of Guide today").wait_for(timeout=FIVE_SECONDS)
    customer.bring_to_front()
    customer.locator("dl.cards .card-value", has_text="1").first.wait_for(timeout=FIVE_SECONDS)
    customer.locator("#live-feed").get_by_role("rowheader", name="Guide").wait_for()
    for page in (watched, customer):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        assert page.evaluate(AXE_VIOLATIONS) == []

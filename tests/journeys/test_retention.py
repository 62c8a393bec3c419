"""A records administrator in a real browser: what goes next month, why, who approved, how do I stop it, did it go."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from privacy.agency import agency_today
from privacy.models import DispositionRun, User
from privacy.retention import runs
from privacy.retention.forecast import month_after
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.retention import gone_customer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"
REACH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def grace(transactional_db: None) -> User:
    """Three customers: two whose time is over, one whose time ends next month."""
    today = agency_today()
    for number in ("C-1", "C-2"):
        gone_customer(number, date(today.year - 4, 1, 10))
    gone_customer("C-3", month_after(today, 1).replace(year=month_after(today, 1).year - 3) + timedelta(days=9))
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace Mwangi")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"


def fits(page: "Page", axe: str) -> None:
    """It can be used by everybody, and nothing reaches beyond its width."""
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(REACH) == 0


def test_the_administration_answers_what_goes_why_and_that_it_went(
    watched: "Page", grace: User, work: None, axe: str
) -> None:
    page = watched
    page.set_viewport_size({"width": 1280, "height": 900})
    page.context.set_default_timeout(60_000)
    sign_in(page, grace)
    page.goto("/administration/")
    page.get_by_text("Nothing is disposed of yet:").wait_for()
    fits(page, axe)
    # Why, and who approved: each rule with its words, what it is counted from and why; then with her name.
    page.get_by_role("link", name="approve the retention rules").click()
    page.get_by_text("the end of the relationship with the customer").first.wait_for()
    fits(page, axe)
    page.get_by_role("button", name="Approve the 8 rules as they stand").click()
    rule = page.locator("section", has=page.get_by_role("heading", name="Rule 3: 3 years"))
    assert "approved by Grace Mwangi" in rule.inner_text()
    # What goes next month.
    page.get_by_role("link", name="Forecast").click()
    due = page.get_by_role("row", name="3", exact=False).filter(has=page.locator("th", has_text="3")).first
    already, _, next_month = (int(cell) for cell in due.locator("td").all_inner_texts()[:3])
    assert already == 2 * next_month > 0
    fits(page, axe)
    page.get_by_role("link", name="Dry run").first.click()
    page.get_by_text("records.Customer", exact=True).wait_for()
    fits(page, axe)
    # How do I stop it for this case: a hold on one of them.
    page.goto("/administration/privacy/legalhold/add/")
    page.get_by_label("Matter").fill("Claim 7")
    page.get_by_label("Issued by").fill("Counsel")
    page.get_by_label("Reason").fill("A claim is open.")
    page.get_by_label("Review by").fill((agency_today() + timedelta(days=90)).isoformat())
    page.get_by_role("textbox", name="Customers").fill("C-1")
    page.get_by_role("button", name="Show what it covers").click()
    place = page.get_by_role("button", name="Place the hold")
    place.wait_for()
    fits(page, axe)
    place.click()
    page.get_by_text("“Claim 7” is in force.").wait_for()
    fits(page, axe)
    # The month's list comes by itself; she signs it, and it runs.
    run = runs.make(made_as="schedule")
    page.goto(f"/administration/privacy/dispositionrun/{run.pk}/change/")
    page.get_by_text("Claim 7").first.wait_for()
    # Why these rows go: each line leads to its rule.
    page.get_by_role("link", name="3, version 1").first.click()
    page.get_by_text("The notice itself names the event.").first.wait_for()
    fits(page, axe)
    page.go_back()
    fits(page, axe)
    page.get_by_role("button", name="Sign the list and run it").click()
    page.get_by_text("A second query for what the list named found nothing").wait_for()
    fits(page, axe)
    # Prove that it went.
    address = page.get_by_role("link", name="Certificate as PDF").get_attribute("href") or ""
    document = page.request.get(address)
    assert document.body().startswith(b"%PDF-")
    assert set(Customer.objects.values_list("number", flat=True)) == {"C-1", "C-3"}
    assert DispositionRun.objects.get().signed_by == grace
    page.goto("/administration/")
    page.get_by_text("rows removed").wait_for()
    fits(page, axe)

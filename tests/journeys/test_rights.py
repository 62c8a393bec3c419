"""A request under the Privacy Act in a real browser: from the public form to the requester's own download."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from privacy.models import Package, RightsRequest, User
from privacy.rights.package import making
from privacy.roles import Role
from tests.broker import Broker
from tests.factories import make_customer, make_user
from tests.journeys.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def officer(transactional_db: None) -> User:
    make_customer("C-7", name="Ada Requester", email="ada@example.com", city="Springfield")
    return make_user(Role.PRIVACY_OFFICER, "Petra Officer")


def accessible(page: "Page", axe: str) -> None:
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []


def ask(page: "Page", axe: str) -> str:
    """The public form, filled in; the number that it tells."""
    page.goto("/rights/")
    accessible(page, axe)
    page.get_by_label("Access to records").check()
    for label, text in {
        "Name": "Ada Requester",
        "Street and number, or PO box": "12 Elm Street",
        "City": "Springfield",
        "State": "IL",
        "ZIP or postal code": "62701",
    }.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Send the request").click()
    page.get_by_role("heading", name="Your request arrived").wait_for()
    accessible(page, axe)
    return page.locator("strong").inner_text()


def test_from_the_public_form_to_the_requesters_download(
    watched: "Page", officer: User, axe: str, tmp_path: Path, settings: Any, broker: Broker
) -> None:
    settings.MEDIA_ROOT = tmp_path
    watched.context.set_default_timeout(60_000)
    number = ask(watched, axe)
    sign_in(watched, officer)
    watched.get_by_role("link", name="1 other request from individuals open").click()
    watched.get_by_role("link", name=number).wait_for()
    accessible(watched, axe)
    watched.get_by_role("link", name=number).click()
    watched.get_by_role("button", name="Acknowledge").click()
    watched.get_by_label("How", exact=True).select_option("passport")
    watched.get_by_label("What was seen").fill("Passport seen at the counter")
    watched.get_by_role("button", name="Verify the identity").click()
    watched.get_by_role("link", name="Look for the person").click()
    watched.get_by_role("button", name="These are theirs: Ada Requester").wait_for()
    accessible(watched, axe)
    watched.get_by_role("button", name="These are theirs: Ada Requester").click()
    watched.get_by_role("button", name="Make the package").click()
    watched.locator("[data-watch]").wait_for()
    accessible(watched, axe)
    making.make(Package.objects.get().pk)
    watched.get_by_text("It can be handed over once the request is granted.").wait_for()  # the page renews itself
    accessible(watched, axe)
    watched.get_by_role("button", name="Grant", exact=True).click()
    watched.get_by_role("button", name="Make a link for the requester").click()
    expect(watched.locator(".copied")).to_have_count(2)
    link_told, code = watched.locator(".copied").all_inner_texts()
    accessible(watched, axe)
    watched.get_by_role("link", name="Letter: Granted").click()
    watched.get_by_text("The copy of your records is ready.").wait_for()
    assert RightsRequest.objects.get().state == "granted"

    requester = watched.context.browser.new_context().new_page()  # type: ignore[union-attr]
    requester.goto(link_told)
    requester.get_by_label("Code").fill(code.lower())
    requester.get_by_role("button", name="Continue").click()
    accessible(requester, axe)
    with requester.expect_download() as download:
        requester.get_by_role("button", name="JSON, for programs").click()
    told = json.loads(Path(download.value.path()).read_text())
    assert told["request"] == number
    assert told["persons"][0]["name"] == "Ada Requester"
    requester.context.close()

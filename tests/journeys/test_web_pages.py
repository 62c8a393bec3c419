"""A custom web page: drafted, previewed, published, shared, read by its recipient, and counted."""

from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import Settings

from campaigns.models import Event, Share
from privacy.models import User
from privacy.roles import Role
from tests.factories import make_customer, make_material, make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_campaigns import assert_accessible
from tests.journeys.test_viewing import open_as_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def sales(transactional_db: None, settings: Settings, live_server: object) -> User:
    settings.PUBLIC_URL = str(live_server)
    user = make_user(Role.SALES, "Sam Sales")
    make_customer("C-Ann", user, name="Ann", email="ann@example.com")
    make_material("guide")
    return user


def draft(page: "Page", sales: User, axe: str) -> None:
    """Words, a material and the contact person; saved, not published."""
    sign_in(page, sales)
    page.goto("/materials/")
    page.locator("main").get_by_role("link", name="Custom web pages").click()
    page.get_by_role("link", name="New page").click()
    page.get_by_label("Title").fill("For Ann")
    page.get_by_label("For one customer").fill("C-Ann")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("The page is empty").wait_for()
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Heading").fill("Your parcels")
    page.get_by_label("Text", exact=True).fill("We come by on Tuesdays. <b>Really</b>.")
    page.get_by_role("button", name="Material", exact=True).click()
    page.locator("fieldset#block-2").get_by_label("Material", exact=True).select_option(label="Guide")
    page.get_by_role("button", name="Contact person").click()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_text("not published yet").wait_for()
    assert_accessible(page, axe)


def preview(page: "Page", axe: str) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Preview the saved draft").click()
    seen = opened.value
    seen.get_by_role("heading", name="Your parcels").wait_for()
    seen.get_by_text("Preview of the draft.").wait_for()
    assert_accessible(seen, axe)
    seen.close()
    assert not Event.objects.exists()


def share_with_ann(page: "Page") -> Share:
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("combobox", name="Share with").fill("C-Ann")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("option", name="Ann C-Ann").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Share “For Ann” with Ann?").wait_for()
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_text("Nobody has opened it yet.").wait_for()
    return Share.objects.get(material__title="For Ann")


def test_a_page_is_drafted_previewed_published_shared_read_and_counted(
    watched: "Page", sales: User, live_server: Any, axe: str
) -> None:
    draft(watched, sales, axe)
    preview(watched, axe)
    assert watched.get_by_role("link", name="Share", exact=True).count() == 0
    watched.get_by_role("button", name="Save and publish").click()
    watched.get_by_text("version 1 is published").wait_for()
    share = share_with_ann(watched)
    assert share.number == 1

    recipient = open_as_person(watched, live_server)
    recipient.goto(f"/s/{share.token}/")
    recipient.get_by_role("heading", name="For Ann").wait_for()
    recipient.get_by_text("We come by on Tuesdays. <b>Really</b>.").wait_for()
    recipient.get_by_role("link", name="sam.sales@example.com").first.wait_for()
    recipient.evaluate(axe)
    assert recipient.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    recipient.mouse.move(100, 300)
    with recipient.expect_response(lambda answer: answer.url.endswith("/c") and answer.status == 200, timeout=15_000):
        recipient.mouse.move(120, 320)

    recipient.get_by_role("link", name="Español").click()
    recipient.get_by_role("heading", name="Su contacto").wait_for()
    recipient.get_by_role("link", name="Abrir Guide").wait_for()
    recipient.close()

    watched.get_by_role("heading", name="Visits 1").wait_for(timeout=5_000)
    watched.goto(f"/customers/{share.recipient.key}/")
    watched.get_by_role("link", name="For Ann").first.wait_for()
    assert Event.objects.filter(kind="view", share_id=share.pk).count() == 1

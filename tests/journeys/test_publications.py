"""A publication on a phone: ordered without an account, confirmed, paid, changed, ended; its issue as staff send it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from campaigns.views import subscribing
from privacy.roles import Role
from privacy.tries import refusals
from records.models import Fulfilment, ListMembership, Payment, PublicationOrder
from tests.campaigns.publishing import ADDRESS, make_publication, offered, subscriber
from tests.factories import make_customer, make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_campaigns import assert_accessible
from tests.journeys.test_viewing import open_as_person
from tests.paying import DECLINED, GOOD, paying

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_somebody_subscribes_changes_and_unsubscribes_on_a_phone(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    cache.clear()
    refusals.clear()
    subscribing.begun.clear()
    make_publication(description="What is new.", form="both")
    phone = open_as_person(page, live_server)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto("/publications/")
    assert_accessible(phone, axe)
    phone.get_by_role("link", name="The news").click()
    phone.get_by_text("Every issue, until I unsubscribe").click()
    phone.get_by_text("Printed, by mail").click()
    typed = {"Your name": "زينب 😀", "Your e-mail address": "zainab@example.org", "Street and number": "1 Main St",
             "City": "Springfield", "State": "IL", "ZIP code": "62701"}  # fmt: skip
    for label, text in typed.items():
        phone.get_by_role("textbox", name=label).fill(text)
    assert_accessible(phone, axe)
    phone.get_by_role("button", name="Order it").click()
    phone.get_by_text("check your e-mail").wait_for()
    assert_accessible(phone, axe)
    phone.goto(f"/publication/{PublicationOrder.objects.get().token}/")
    assert_accessible(phone, axe)
    phone.get_by_role("button", name="Yes, subscribe me").click()
    phone.get_by_text("You are subscribed.").wait_for()
    # The back button leads to the subscription that there is.
    phone.go_back()
    phone.get_by_text("You are subscribed.").wait_for()
    phone.get_by_label("How many").fill("2")
    phone.get_by_role("button", name="Save the changes").click()
    phone.get_by_text("Your changes are saved.").wait_for()
    assert_accessible(phone, axe)
    made = ListMembership.objects.get()
    assert (made.copies, made.customer.name) == (2, "زينب 😀")
    phone.get_by_role("button", name="Unsubscribe").click()
    phone.get_by_text("You are no longer subscribed.").wait_for()
    assert_accessible(phone, axe)
    made.refresh_from_db()
    assert made.until is not None


def test_staff_send_an_issue_by_keyboard_alone(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    sign_in(page, make_user(Role.MARKETING_MANAGER))
    publication = make_publication()
    subscriber(publication, "C-1")
    subscriber(publication, "C-2", street="", postal_code="")
    page.goto(f"/records/publications/{publication.key}/")
    assert_accessible(page, axe)
    page.get_by_role("textbox", name="Issue").focus()
    page.keyboard.type("Spring")
    page.keyboard.press("Enter")
    page.get_by_text("they have no address for this").wait_for()
    assert_accessible(page, axe)
    page.get_by_role("button", name="Mark as sent").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Marked as sent.").wait_for()
    assert Fulfilment.objects.get().sent_on is not None
    page.get_by_role("link", name="Merge file").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 Main St").wait_for()
    assert_accessible(page, axe)


def test_somebody_pays_for_what_they_order_on_a_phone_and_calls_it_off(
    browser_page: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    # Not `watched`: the console complains that the first card is declined.
    page, settings.PUBLIC_URL = browser_page, str(live_server)
    cache.clear()
    refusals.clear()
    subscribing.begun.clear()
    share = offered(make_publication(price=Decimal("12.50")), make_customer("C-1", email="ann@example.org", **ADDRESS))
    phone = open_as_person(page, live_server)
    phone.set_viewport_size({"width": 360, "height": 740})
    with paying(settings) as sandbox:
        phone.goto(f"/s/{share.token}/publication/")
        phone.get_by_text("$12.50 a copy").wait_for()
        assert_accessible(phone, axe)
        phone.get_by_text("Once", exact=True).click()
        phone.get_by_label("How many").fill("2")
        phone.get_by_role("button", name="Order it").click()
        phone.get_by_text("Your order is held until").wait_for()
        assert_accessible(phone, axe)
        phone.get_by_role("button", name="Pay $25.00").click()
        phone.wait_for_url(f"{sandbox.origin}/pay/*")
        _type_card(phone, DECLINED)
        phone.get_by_text("was declined").wait_for()
        _type_card(phone, GOOD)
        phone.get_by_text("You have paid. Thank you.").wait_for()
        assert_accessible(phone, axe)
        order = PublicationOrder.objects.get()
        phone.goto(f"/publication/{order.token}/")
        phone.get_by_text("Paid: $25.00").wait_for()
        assert_accessible(phone, axe)
        phone.get_by_role("button", name="Cancel it").click()
        phone.get_by_text("Your order is canceled.").wait_for()
        phone.get_by_text("$25.00 will be refunded").wait_for()
        assert_accessible(phone, axe)
        assert Payment.objects.get().state in ("refunding", "refunded")


def _type_card(phone: "Page", card: dict[str, str]) -> None:
    for name, text in card.items():
        phone.locator(f"input[name={name}]").fill(text)
    phone.get_by_role("button", name="Pay", exact=False).first.click()

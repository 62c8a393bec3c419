"""An event on a phone: registered, changed and called off by one's own link; and its door, without a connection."""

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from playwright.sync_api import expect
from pytest_django import Settings

from campaigns.programmes.badges import address_of
from privacy.roles import Role
from privacy.tries import refusals
from records.models import Registration
from tests.campaigns.gathering import comes, invited, make_gathering
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_campaigns import assert_accessible
from tests.journeys.test_viewing import open_as_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_somebody_registers_changes_and_calls_off_on_a_phone(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    cache.clear()
    refusals.clear()
    forum = make_gathering(is_open=False, place="Port Amity", description="A day of talks.")
    share = invited(forum)
    phone = open_as_person(page, live_server)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"/s/{share.token}/")
    phone.get_by_role("link", name="To the event").click()
    assert_accessible(phone, axe)
    phone.get_by_label("Name on your badge").fill("زينب 😀")
    phone.get_by_label("What you need in order to take part").fill("A ramp")
    phone.get_by_role("button", name="Register").click()
    phone.get_by_text("your place is reserved").wait_for()
    assert_accessible(phone, axe)
    # The back button leads to the registration that there is.
    phone.go_back()
    phone.get_by_text("your place is reserved").wait_for()
    assert Registration.objects.get().badge_name == "زينب 😀"
    phone.get_by_label("Your role at the event").fill("Speaker")
    phone.get_by_role("button", name="Save the changes").click()
    phone.get_by_text("Your changes are saved.").wait_for()
    phone.get_by_role("button", name="Cancel my registration").click()
    phone.get_by_text("Your registration is canceled.").wait_for()
    assert_accessible(phone, axe)
    made = Registration.objects.get()
    assert (made.role, made.accommodations, made.state.value) == ("Speaker", "A ramp", "cancelled")


def test_another_language_keeps_what_was_typed_and_no_other_page_does(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    cache.clear()
    refusals.clear()
    forum = make_gathering(is_open=True, description="A day of talks.")
    other = make_gathering("other", is_open=True)
    page.goto(f"/event/{forum.slug}/")
    page.get_by_label("Name on your badge").fill("Zoë")
    page.get_by_label("What you need in order to take part").fill("A ramp,\nplease")
    page.get_by_role("link", name="Español").click()
    page.get_by_role("link", name="English").wait_for()
    field = page.locator("[name=badge_name]")
    expect(field).to_have_value("Zoë")
    expect(page.locator("[name=accommodations]")).to_have_value("A ramp,\nplease")
    assert page.evaluate("sessionStorage.length") == 0
    field.fill("Another")
    page.get_by_role("link", name="English").click()
    page.get_by_label("Name on your badge").wait_for()
    expect(field).to_have_value("Another")
    # Chosen, but another page came first.
    page.evaluate("sessionStorage.setItem('waymark.typed', JSON.stringify({path: '/elsewhere/', forms: []}))")
    page.goto(f"/event/{other.slug}/")
    expect(field).to_have_value("")
    page.goto(f"/event/{forum.slug}/")
    expect(field).to_have_value("")


def test_people_are_checked_in_while_the_connection_is_away(
    browser_page: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    # Not `watched`: the console complains that there is no connection.
    page, settings.PUBLIC_URL = browser_page, str(live_server)
    sign_in(page, make_user(Role.MARKETING_MANAGER))
    forum = make_gathering()
    first, second = comes(forum, "C-1", badge_name="Ann"), comes(forum, "C-2", badge_name="Bea")
    page.goto(f"/events/{forum.key}/check-in/")
    field = page.get_by_label("Code on the badge")
    field.fill(address_of(forum, first))
    page.keyboard.press("Enter")
    page.get_by_text("Ann: checked in").wait_for()
    page.context.set_offline(True)
    for code in (str(second.key), str(second.key), "nonsense"):
        field.fill(code)
        page.keyboard.press("Enter")
    page.get_by_text("2 kept here, to be sent when the connection is back.").wait_for()
    assert Registration.objects.get(pk=second.pk).checked_in_at is None
    page.context.set_offline(False)
    page.get_by_text("Bea: checked in").wait_for()
    page.get_by_text("nonsense: not a badge for this event").wait_for()
    assert page.evaluate("key => localStorage.getItem(key)", f"check-in {forum.key}") == "[]"
    assert set(forum.registrations.values_list("attended", flat=True)) == {True}
    assert_accessible(page, axe)

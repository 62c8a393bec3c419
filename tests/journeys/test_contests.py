"""A contest on a phone: entered by its public page without an account, seen and withdrawn by one's own address."""

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from campaigns.views import entering
from privacy.tries import refusals
from records.models import Submission
from tests.campaigns.contesting import make_contest
from tests.journeys.test_campaigns import assert_accessible
from tests.journeys.test_viewing import open_as_person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_somebody_enters_a_contest_and_withdraws_on_a_phone(
    watched: "Page", transactional_db: None, settings: Settings, live_server: Any, axe: str
) -> None:
    page, settings.PUBLIC_URL = watched, str(live_server)
    cache.clear()
    refusals.clear()
    entering.begun.clear()
    make_contest()
    phone = open_as_person(page, live_server)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto("/contest/slogans/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(phone, axe)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.get_by_role("textbox", name="Your name").fill("زينب 😀")
    phone.get_by_role("textbox", name="Your e-mail address").fill("zainab@example.org")
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("button", name="Enter the contest").click()
    phone.wait_for_url("**/contest/slogans/?sent=1")
    assert_accessible(phone, axe)
    made = Submission.objects.get()
    assert made.customer is not None
    assert made.customer.name == "زينب 😀"
    phone.goto(f"/entry/{made.token}/")
    assert_accessible(phone, axe)
    phone.get_by_role("button", name="Withdraw my entry").click()
    phone.get_by_role("button", name="Withdraw my entry").wait_for(state="detached")
    assert_accessible(phone, axe)
    made.refresh_from_db()
    assert made.withdrawn_at is not None

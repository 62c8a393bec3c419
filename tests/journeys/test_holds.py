"""A legal hold in a real browser: released by keyboard alone, from what home says is held."""

from typing import TYPE_CHECKING

import pytest

from privacy.models import LegalHold
from privacy.roles import Role
from tests.factories import make_user
from tests.journeys.conftest import press_until, sign_in, tab_to
from tests.retention import hold_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_records_administrator_releases_a_hold_by_keyboard_alone(watched: "Page", transactional_db: None) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR, "Grace Records")
    hold = hold_on(make_user(Role.PRIVACY_OFFICER, "Henrik Privacy"), categories=[6])
    sign_in(watched, grace)
    tab_to(watched, "1 hold in force")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="legal hold").wait_for()
    tab_to(watched, "Matter 7")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Matter 7").wait_for()
    assert LegalHold.objects.in_force().get() == hold
    press_until(watched, "document.activeElement.name == 'reason'")
    watched.keyboard.type("The claim was settled.")
    tab_to(watched, "Release the hold")
    watched.keyboard.press("Enter")
    watched.get_by_text("The hold is released: the records' own due dates apply again.").wait_for()
    hold.refresh_from_db()
    assert (hold.released_by, hold.release_reason) == (grace, "The claim was settled.")
    watched.goto("/")
    assert watched.get_by_role("link", name="1 hold in force").count() == 0

"""A table that goes on to the side says so: where it does, alone, to everybody, and nothing moves for it."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from analytics.folding import fold_all
from privacy.enums import Language
from privacy.models import User
from privacy.renewing.versions import touch
from tests.factories import engage, enroll, make_customer
from tests.journeys.conftest import Workplace, press_until, sign_in, violations
from tests.processes import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE: "ViewportSize" = {"width": 360, "height": 740}
DESK: "ViewportSize" = {"width": 1280, "height": 900}
SAID = "More columns: scroll sideways"


def test_on_a_phone_a_wide_table_says_that_it_goes_on_and_on_a_desk_it_does_not(
    watched: "Page", workplace: Workplace
) -> None:
    sign_in(watched, workplace.marketing)
    watched.set_viewport_size(PHONE)
    watched.goto("/campaigns/")
    region = watched.get_by_role("region", name="Campaigns")
    hint = watched.get_by_text(SAID)
    hint.wait_for()
    assert region.get_attribute("aria-describedby") == hint.get_attribute("id")
    press_until(watched, "document.activeElement.matches('.table-scroll')")
    watched.keyboard.press("ArrowRight")
    wait_for(lambda: watched.evaluate("document.activeElement.scrollLeft > 0"), "the arrow scrolls", seconds=10)
    watched.set_viewport_size(DESK)
    hint.wait_for(state="hidden")
    assert region.get_attribute("aria-describedby") is None
    watched.set_viewport_size(PHONE)
    hint.wait_for()
    expect(watched.locator(".scroll-hint")).to_have_count(1)


def test_nothing_moves_for_it(browser: "Browser", workplace: Workplace, live_server: Any, axe: str) -> None:
    """On a phone its line is kept free: without scripts the table stands in the same place."""
    tops = []
    for has_scripts in (True, False):
        with browser.new_context(
            base_url=str(live_server),
            viewport=PHONE,
            java_script_enabled=has_scripts,
            bypass_csp=True,
        ) as context:
            page = context.new_page()
            sign_in(page, workplace.marketing)
            page.goto("/campaigns/")
            if has_scripts:
                page.get_by_text(SAID).wait_for()
                assert violations(page, axe) == []
            box = page.locator(".table-scroll").bounding_box()
            assert box is not None
            tops.append(box["y"])
    assert tops[0] == pytest.approx(tops[1], abs=1)


def test_a_renewal_leaves_it_and_does_not_tell_of_it(watched: "Page", workplace: Workplace) -> None:
    """What a screen reader is told of is what has changed: the hint is none of it."""
    sign_in(watched, workplace.marketing)
    watched.set_viewport_size(PHONE)
    watched.goto("/campaigns/spring/")
    hints = watched.locator(".scroll-hint:visible")
    hints.first.wait_for()
    count = hints.count()
    watched.evaluate("window.isTheSame = document.querySelector('.scroll-hint')")

    engage(make_customer("C-other"), "view")  # of no campaign: only when it was counted last has changed
    fold_all()
    touch(f"campaign:{workplace.campaign.pk}")
    watched.locator("#live-head.is-renewed").wait_for()
    assert watched.locator("#live-numbers.is-renewed").count() == 0

    enroll(make_customer("C-late"), workplace.campaign.variants.all()[0], "view")
    fold_all()
    watched.locator("#live-numbers.is-renewed").wait_for()
    assert watched.evaluate("window.isTheSame.isConnected")
    expect(hints).to_have_count(count)
    expect(watched.locator(".table-scroll[aria-describedby]:visible")).to_have_count(count)


def test_it_is_said_in_the_readers_language(watched: "Page", workplace: Workplace) -> None:
    sign_in(watched, workplace.marketing)
    User.objects.filter(pk=workplace.marketing.pk).update(language=Language.SPANISH)
    watched.set_viewport_size(PHONE)
    watched.goto("/campaigns/")
    watched.get_by_text("Más columnas: desplácese a un lado").wait_for()

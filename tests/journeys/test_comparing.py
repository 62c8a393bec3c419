"""Comparing campaigns, freezing what stands there and taking a picture along: by keyboard, without barriers."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from analytics.folding import fold_all
from analytics.models import FrozenReport
from tests.events import append, event
from tests.factories import NOON, enroll, make_campaign, viewer_of
from tests.journeys.conftest import Workplace, press_until, sign_in, violations, wait_until_drawn
from tests.material_files import make_shown_material

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def compared(workplace: Workplace) -> Workplace:
    """A second campaign, in which everybody answers, and a material of which some pages were read."""
    letter = make_campaign("summer").variants.order_by("position")[1]
    for customer in workplace.customers:
        enroll(customer, letter, "view", "response")
    guide = make_shown_material(workplace.sales, "brochure", pages=2)
    for number, customer in enumerate(workplace.customers):
        for page in range(1, 2 + number % 2):
            read = {"material": guide, "version": 1, "page": page, "dwell_ms": 9000}
            append(event(viewer_of(customer), "page", occurred_at=NOON, **read))
    append(*(event(viewer_of(customer), "shared", material=guide) for customer in workplace.customers))
    fold_all()
    return workplace


def test_marketing_compares_two_campaigns_freezes_it_and_takes_a_picture_by_keyboard(
    watched: "Page", compared: Workplace
) -> None:
    sign_in(watched, compared.marketing)
    watched.goto("/campaigns/")
    for name in ("Spring", "Summer"):
        press_until(watched, f"document.activeElement.getAttribute('aria-label') == 'Compare {name}'")
        watched.keyboard.press("Space")
    press_until(watched, "document.activeElement.textContent == 'Compare the selected campaigns'")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="2 campaigns side by side").wait_for()
    wait_until_drawn(watched)
    expect(watched.get_by_role("row", name="Response rate").get_by_text("Summer, clearly the highest")).to_have_count(1)
    press_until(watched, "document.activeElement.textContent == 'SVG'")
    with watched.expect_download() as download:
        watched.keyboard.press("Enter")
    assert download.value.suggested_filename == "comparison-compared-rate.svg"
    drawn = Path(download.value.path()).read_text()
    assert drawn.startswith("<svg")
    assert "clearly the highest in Summer" in drawn
    watched.keyboard.press("Control+Home")
    watched.locator("body").click(position={"x": 1, "y": 1})
    press_until(watched, "document.activeElement.textContent == 'Freeze this report'")
    watched.keyboard.press("Enter")
    watched.get_by_text("Frozen. Its link will always show what the report shows now.").wait_for()
    assert FrozenReport.objects.get().made_by == compared.marketing
    wait_until_drawn(watched)
    assert watched.get_by_text("The live report shows the same.").is_visible()


def test_a_period_is_drawn_beside_the_one_before_and_the_address_keeps_it(watched: "Page", compared: Workplace) -> None:
    sign_in(watched, compared.sales)
    watched.goto("/campaigns/spring/")
    watched.get_by_label("Days", exact=True).select_option("between")
    watched.get_by_label("From", exact=True).fill("2026-03-20")
    watched.get_by_label("To", exact=True).fill("2026-03-29")
    watched.get_by_role("button", name="Apply").click()
    title = "5 views in these 10 days, as many as in the 10 days before."
    watched.get_by_text(title).first.wait_for()
    assert "period_since=2026-03-20&period_until=2026-03-29" in watched.url
    wait_until_drawn(watched)
    expect(watched.locator(".picture-days .mark-line.role-mark path")).to_have_count(2)
    links = watched.locator("figure", has=watched.locator(".picture-days")).get_by_role("link")
    assert "period_since=2026-03-20" in (links.first.get_attribute("href") or "")


def test_the_picture_follows_the_dark_theme_without_being_drawn_anew(watched: "Page", compared: Workplace) -> None:
    sign_in(watched, compared.sales)
    watched.goto("/campaigns/spring/")
    wait_until_drawn(watched)
    bar = watched.locator(".picture-funnel .mark-rect.role-mark path").first
    colours = []
    for theme in ("light", "dark"):
        watched.emulate_media(color_scheme=theme)
        colours.append(bar.evaluate("one => getComputedStyle(one).fill"))
    assert colours == ["rgb(31, 111, 181)", "rgb(108, 178, 242)"]


def addresses(compared: Workplace) -> list[str]:
    frozen = {"table": {"heads": ["Variant", "Views"], "numbers": [False, True], "rows": [["A", "2"]]}}
    made = FrozenReport.objects.create(
        of="campaign/spring",
        title="Spring",
        content={**frozen, "notes": [["Method", "Counted."]], "pictures": []},
        as_of=NOON,
        made_by=compared.sales,
    )
    return [
        "/campaigns/spring/?period_since=2026-03-20&period_until=2026-03-29",
        "/campaigns/spring/?period_since=2026-03-20",
        "/materials/",
        "/materials/brochure/",
        "/cohorts/",
        "/compare/",
        "/compare/?campaign=spring&campaign=summer",
        "/compare/?quarter=2026-Q1",
        "/frozen/",
        f"/frozen/{made.key}/",
        "/notice/data-map/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_pictures_has_a_barrier_or_scrolls_sideways(
    browser: "Browser", live_server: object, compared: Workplace, axe: str, theme: str
) -> None:
    narrow, wide = ({"width": width, "height": 700} for width in (320, 1280))
    options = {"base_url": str(live_server), "color_scheme": theme, "bypass_csp": True}
    found, widths = {}, {}
    with browser.new_context(**options) as context:  # type: ignore[arg-type]
        page = context.new_page()
        sign_in(page, compared.sales)
        for address in addresses(compared):
            page.set_viewport_size(narrow)  # type: ignore[arg-type]
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            widths[address] = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size(wide)  # type: ignore[arg-type]
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            wait_until_drawn(page)
            found[address] = violations(page, axe)
    assert found == {address: [] for address in found}
    assert widths == dict.fromkeys(widths, 320)

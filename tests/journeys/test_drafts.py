"""A privacy officer in a real browser: drafts a changed notice, sees what it touches, and records its publication."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from privacy import notice
from privacy.agency import agency_today
from privacy.models import NoticeDraft, User
from privacy.notice import published
from privacy.roles import Role
from tests.drafts import written
from tests.factories import make_user
from tests.journeys.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"
REACH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def henrik(transactional_db: None) -> User:
    return make_user(Role.PRIVACY_OFFICER, "Henrik Lindqvist")


@pytest.fixture(autouse=True)
def nothing_published() -> Iterator[None]:
    yield
    cache.delete(published.MARK)
    published.Memory.known = published.NOTHING


def fits(page: "Page", axe: str) -> None:
    """It can be used by everybody, and at 360 px nothing reaches beyond its width."""
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate(REACH) == 0
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_changed_notice_from_its_draft_to_its_publication(watched: "Page", henrik: User, axe: str) -> None:
    page = watched
    page.context.set_default_timeout(60_000)
    sign_in(page, henrik)
    page.goto("/notice/")
    page.get_by_role("link", name="Drafts").click()
    fits(page, axe)
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_text("It changes nothing.").wait_for()
    fits(page, axe)
    page.get_by_role("link", name="Retention rules").click()
    fits(page, axe)
    page.get_by_role("link", name="RET-7").click()
    page.get_by_label("Text", exact=True).fill("Records relating to surveys and research are retained 4 years.")
    page.get_by_label("Period · count").fill("4")
    fits(page, axe)
    page.get_by_role("button", name="Change it").click()
    page.get_by_text("Changed.").wait_for()
    draft = written(NoticeDraft.objects.get())  # the paragraphs of its publication, which nobody types in a test
    page.goto(f"/notice/drafts/{draft.key}/")
    page.get_by_text("Nothing keeps it from taking effect.").wait_for()
    page.get_by_role("table", name="What becomes due earlier or later").wait_for()
    fits(page, axe)
    page.get_by_role("link", name="Text for the Federal Register").click()
    page.get_by_text("are retained 4 years.”").wait_for()
    fits(page, axe)
    page.go_back()
    page.locator("summary", has_text="Write down the reports").click()
    page.get_by_label("Reported to both committees of Congress on").fill(agency_today().isoformat())
    page.get_by_label("Reported to OMB on").fill(agency_today().isoformat())
    page.get_by_role("button", name="Write down the reports").click()
    page.get_by_text("The reports have been recorded.").wait_for()
    page.locator("summary", has_text="Record the publication").click()
    page.get_by_label("Citation").fill("91 FR 80000")
    page.get_by_label("Published on").fill(agency_today().isoformat())
    page.get_by_label("Takes effect on").first.fill((agency_today() + timedelta(days=40)).isoformat())
    page.get_by_role("button", name="Record the publication").click()
    page.get_by_text("It takes effect automatically on").first.wait_for()
    fits(page, axe)
    assert [one.effective for one in notice.versions()][-1] == agency_today() + timedelta(days=40)

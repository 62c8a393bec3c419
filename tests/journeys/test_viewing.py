"""From a file on a desk to a visit that can be believed: uploaded, shared, opened with a code, read, and scanned."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.core import mail
from django.core.cache import cache
from pytest_django import Settings

from campaigns.materials import preparing
from campaigns.models import Event, JudgedEvent, Share
from campaigns.tasks.recipients import mail_code
from privacy.models import User
from privacy.roles import Role
from privacy.tries import refusals
from tests.broker import Broker
from tests.factories import make_customer, make_user
from tests.journeys.conftest import sign_in
from tests.material_files import pdf
from tests.processes import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = 100
# As a person's browser calls itself: the one that runs the test says that no person sits before it.
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
PHONE: Any = {"width": 400, "height": 800}
FIVE_SECONDS = 5_000
HAS_VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def staff(
    transactional_db: None,
    settings: Settings,
    live_server: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broker: Broker,
) -> tuple[User, User]:
    """Sales with one customer, and marketing. What workers do is done where it is asked for."""
    settings.PUBLIC_URL, settings.MEDIA_ROOT = str(live_server), tmp_path
    cache.clear()
    refusals.clear()
    broker.does = {preparing.PREPARE}
    monkeypatch.setattr(mail_code, "delay", mail_code)
    sales = make_user(Role.SALES, "Sam Sales")
    make_customer("C-Ann", sales, name="Ann", email="ann@example.com")
    return sales, make_user(Role.MARKETING_MANAGER, "Mary Marketing")


def open_as_person(page: "Page", live_server: Any) -> "Page":
    """A page of another browser, which has no session."""
    browser: Browser | None = page.context.browser
    assert browser is not None
    return browser.new_context(base_url=str(live_server), user_agent=CHROME, viewport=PHONE).new_page()


def upload(page: "Page", marketing: User, folder: Path) -> None:
    path = folder / "proposal.pdf"
    path.write_bytes(pdf(*(f"Page {number} of the proposal" for number in range(1, PAGES + 1))))
    sign_in(page, marketing)
    page.goto("/materials/new/")
    page.get_by_label("Title").fill("Proposal")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("cell", name="Ready").wait_for(timeout=60_000)


def share_with_ann(page: "Page", sales: User) -> Share:
    """Shared for verified viewers only; the page is the share's then."""
    sign_in(page, sales)
    page.goto("/shares/new/?customer=C-Ann")
    page.get_by_role("combobox", name="Share with").fill("C-Ann")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("option", name="Ann C-Ann").click()
    page.get_by_label("Material", exact=True).select_option(label="Proposal")
    page.get_by_label(re.compile("verified", re.IGNORECASE)).first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_text("Nobody has opened it yet.").wait_for()
    return Share.objects.get()


def open_with_code(page: "Page", share: Share) -> None:
    page.goto(f"/s/{share.token}/verify/")
    page.get_by_label("Your e-mail address").fill("ann@example.com")
    page.get_by_role("button", name="E-mail me the code").click()
    page.get_by_label("Code").fill(re.findall(r"\b\d{6}\b", str(mail.outbox[-1].body))[0])
    page.get_by_role("button", name="Open").click()
    page.locator("#page-1 img").wait_for()


def read_page(page: "Page", number: int) -> None:
    """Look at it until it is told that it was read."""
    page.locator(f"#page-{number}").scroll_into_view_if_needed()
    page.mouse.move(100 + number, 300)
    with page.expect_response(lambda answer: answer.url.endswith("/c") and answer.status == 200, timeout=15_000):
        page.mouse.move(120 + number, 320)


def knock(address: str, method: str, content: bytes | None = None) -> int:
    try:
        return int(urlopen(Request(address, data=content, method=method)).status)  # noqa: S310  # our own server
    except HTTPError as refusal:
        return refusal.code


def test_a_hundred_pages_are_uploaded_shared_read_with_a_code_and_scanned(
    watched: "Page", staff: tuple[User, User], live_server: Any, tmp_path: Path
) -> None:
    sales, marketing = staff
    upload(open_as_person(watched, live_server), marketing, tmp_path)
    share = share_with_ann(watched, sales)
    recipient = open_as_person(watched, live_server)

    open_with_code(recipient, share)
    for number in (1, 2, 3):
        read_page(recipient, number)
    recipient.close()

    watched.get_by_role("heading", name="Visits 1").wait_for(timeout=FIVE_SECONDS)
    watched.get_by_text("3 of 100 pages").wait_for(timeout=FIVE_SECONDS)
    watched.get_by_text("Typed a code").wait_for()
    cards = watched.locator("dl.cards")
    assert "Visits by people\n1\n1 with scanners" in cards.inner_text()
    read = Event.objects.filter(kind="page").values_list("page", flat=True).distinct()
    assert sorted(number for number in read if number) == [1, 2, 3]

    address = f"{live_server}/s/{share.token}/"
    answers = [
        knock(address, "HEAD"),
        *(knock(f"{address}{part}", "GET") for part in ("", "text/", "print/")),
        knock(f"{address}verify/", "POST", b"email=x%40example.com"),
    ]
    assert answers == [403, 403, 403, 403, 200]

    watched.get_by_role("heading", name="Visits 6").wait_for(timeout=FIVE_SECONDS)
    assert "Visits by people\n1\n6 with scanners" in cards.inner_text()
    assert {
        (one.verdict, one.reason) for one in JudgedEvent.objects.exclude(grade="verified").exclude(kind="shared")
    } == {("scanner", "known_agent")}


def test_the_viewer_needs_no_mouse_breaks_no_rule_and_sends_what_it_kept_offline_once(
    watched: "Page", staff: tuple[User, User], live_server: Any, tmp_path: Path, axe: str
) -> None:
    sales, marketing = staff
    upload(open_as_person(watched, live_server), marketing, tmp_path)
    share = share_with_ann(watched, sales)
    Share.objects.update(verified_only=False)
    # Nobody watches this page's complaints: pictures that are asked for offline are some.
    reader = open_as_person(watched, live_server)
    reader.goto(f"/s/{share.token}/")
    for width in (1280, 360, 320):
        reader.set_viewport_size({"width": width, "height": 800})
        assert reader.evaluate("document.documentElement.scrollWidth") <= width
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.className") == "skip"
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "main"

    reader.context.set_offline(True)
    reader.keyboard.press("PageDown")
    kept = "Object.keys(localStorage).filter(name => name.startsWith('waymark:')).length"
    wait_for(lambda: reader.evaluate(kept) == 1, "what was read is kept")
    assert not Event.objects.filter(kind="page").exists()
    with reader.expect_response(lambda answer: answer.url.endswith("/c") and answer.status == 200):
        reader.context.set_offline(False)
    wait_for(lambda: reader.evaluate(kept) == 0, "what was stored is kept no more")
    stored = list(Event.objects.filter(kind="page").values_list("id", flat=True))
    assert len(stored) == len(set(stored)) > 0

    reader.evaluate(axe)
    assert reader.evaluate(HAS_VIOLATIONS) == []

"""From a certificate of disposal to a stranger who checks it, in a real browser."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from privacy.ledger import sealing
from privacy.models import DispositionRun, User
from privacy.roles import Role
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.retention import approve_all, dispose, gone_customer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def grace(transactional_db: None) -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR, "Grace Records")


@pytest.fixture
def run(grace: User) -> DispositionRun:
    approve_all(grace)
    gone_customer()
    made = dispose(grace)
    sealing.seal_all()
    return made


def accessible(page: "Page", axe: str) -> None:
    page.evaluate(axe)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def photograph(page: "Page", name: str) -> None:
    """A picture of the page for whoever wants to look, where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/ledger-{name}.png", full_page=True)


def test_a_certificate_is_taken_away_and_checked_by_a_stranger(
    watched: "Page", grace: User, run: DispositionRun, axe: str, tmp_path: Path
) -> None:
    watched.context.set_default_timeout(60_000)
    sign_in(watched, grace)
    watched.goto(f"/administration/privacy/dispositionrun/{run.pk}/change/")
    photograph(watched, "run")
    with watched.expect_download() as download:
        watched.get_by_role("link", name="Proof from the ledger").click()
    proof = tmp_path / "proof.json"
    download.value.save_as(proof)
    watched.context.clear_cookies()

    watched.goto("/ledger/check/")
    accessible(watched, axe)
    watched.get_by_label("The proof’s file").set_input_files(proof)
    watched.get_by_role("button", name="Check").click()
    watched.get_by_role("heading", name="The proof holds").wait_for()
    assert str(run.key) in watched.locator("dl").inner_text()
    for width in (1280, 360):
        watched.set_viewport_size({"width": width, "height": 900})
        accessible(watched, axe)
        photograph(watched, f"holds-{width}")

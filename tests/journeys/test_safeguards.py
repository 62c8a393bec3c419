"""Safeguards, paper and evidence in a real browser: an incident, a box from its registration to its certificate, the
readings and the auditor's package; each page passes axe, wide and narrow."""

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from privacy.agency import agency_today
from privacy.models import Incident, User
from privacy.roles import Role
from privacy.safeguards.reviewing import open_review
from tests.factories import make_customer, make_user
from tests.journeys.conftest import sign_in
from tests.retention import approve_all
from tests.safeguards import make_care, make_contractor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"
SIZES = ({"width": 1280, "height": 900}, {"width": 360, "height": 740})
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def accessible(page: "Page", axe: str) -> None:
    """No violation at either width, and nothing that makes the narrow page scroll sideways."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]  # two numbers
        page.evaluate(axe)
        assert (page.url, page.evaluate(VIOLATIONS)) == (page.url, [])
        assert (page.url, page.evaluate(WIDER)) == (page.url, 0)
    page.set_viewport_size(SIZES[0])  # type: ignore[arg-type]  # as above


@pytest.fixture
def people(transactional_db: None) -> dict[Role, User]:
    make_customer("C-7", name="Ada Requester")
    found = {role: make_user(role, f"{role.label} Person") for role in Role}
    make_contractor(name="Con Tractor")
    approve_all(found[Role.RECORDS_ADMINISTRATOR])
    make_care(found[Role.PRIVACY_OFFICER], "SAF-4")
    open_review(agency_today())
    return found


def test_from_an_incident_and_a_box_to_the_auditors_evidence(
    watched: "Page", people: dict[Role, User], axe: str
) -> None:
    watched.context.set_default_timeout(60_000)
    watched.set_viewport_size(SIZES[0])  # type: ignore[arg-type]  # two numbers
    as_officer(watched, people, axe)
    barcode = as_records_administrator(watched, people, axe)
    as_auditor(watched, people, axe, barcode)


def as_officer(page: "Page", people: dict[Role, User], axe: str) -> None:
    """Opens an incident, puts an inspection on file, decides of an account, confirms what we read."""
    sign_in(page, people[Role.PRIVACY_OFFICER])
    page.goto("/safeguards/")
    accessible(page, axe)
    page.get_by_role("link", name="Washington").click()
    page.get_by_label("How", exact=True).select_option("unannounced")
    page.get_by_label("Finding").select_option("wanting")
    page.get_by_label("What was found, and where the evidence is").fill("A door stood open.")
    accessible(page, axe)
    page.get_by_role("button", name="Put it on file").click()
    page.get_by_text("Unannounced inspection: Problem found").wait_for()
    page.goto("/safeguards/")
    page.get_by_role("link", name="quarter of").click()
    accessible(page, axe)
    page.get_by_label("Reason, for Con Tractor").fill("The contract ends.")
    page.get_by_role("button", name="Revoke Con Tractor").click()
    page.get_by_text("Con Tractor: revoked.").wait_for()
    page.goto("/incidents/new/")
    accessible(page, axe)
    page.get_by_label("Number").fill("INC-2026-1")
    page.get_by_label("Scope").fill("A lost laptop.")
    page.get_by_label("Security investigator Person").check()
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("Incident INC-2026-1 is open.").wait_for()
    accessible(page, axe)
    assert Incident.objects.get().is_open
    page.goto("/readings/")
    accessible(page, axe)
    page.get_by_role("link", name="What the safeguards mean for the program").click()
    page.get_by_label("Reason").fill("As we work.")
    accessible(page, axe)
    page.get_by_role("button", name="Confirm what is checked").click()
    page.get_by_text("4 confirmed.").wait_for()


def as_records_administrator(page: "Page", people: dict[Role, User], axe: str) -> str:
    """Registers a box, puts somebody into its index, finds them, lists it; its barcode."""
    page.context.clear_cookies()
    sign_in(page, people[Role.RECORDS_ADMINISTRATOR])
    page.goto("/administration/privacy/physicalunit/add/")
    for label, text in {
        "Series": "Surveys",
        "Box or volume": "1",
        "Site": "Washington",
        "Records from": "2020-01-01",
        "Records until": "2020-12-31",
    }.items():
        page.get_by_label(label, exact=False).first.fill(text)
    page.locator("input[name=categories][value='9']").check()
    page.get_by_label("Retention rule").select_option("RET-7")
    accessible(page, axe)
    page.get_by_role("button", name="Put it on file").click()
    page.get_by_text("is on file.").wait_for()
    barcode = page.locator("dd").first.inner_text().split(" ")[0]
    page.get_by_label("Key").select_option("customer_id")
    page.get_by_label("Whose records are in it").fill("C-7")
    accessible(page, axe)
    page.get_by_role("button", name="Add to the index").click()
    page.get_by_text("1 new, 0 already there. 1 known here.").wait_for()
    page.goto("/administration/privacy/physicalunit/find/")
    page.get_by_label("Key").select_option("customer_name")
    page.get_by_label("Which").fill("Ada Requester")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("link", name=barcode).wait_for()
    accessible(page, axe)
    page.goto("/administration/privacy/destruction/add/")
    page.get_by_label(barcode).check()
    page.get_by_label("Method").select_option("shredding")
    page.get_by_label("Where it is destroyed").fill("Washington")
    accessible(page, axe)
    page.get_by_role("button", name="List for destruction").click()
    page.get_by_text("You listed it: another person must witness it").wait_for()
    return barcode


def as_auditor(page: "Page", people: dict[Role, User], axe: str, barcode: str) -> None:
    """Witnesses the destruction, looks at who read what, and takes the evidence along."""
    page.context.clear_cookies()
    sign_in(page, people[Role.AUDITOR])
    page.goto("/administration/privacy/destruction/")
    page.locator("#result_list tbody a").first.click()
    page.get_by_label("Destroyed on").fill(f"{agency_today()}")
    page.get_by_label("Scan each one").fill(barcode)
    accessible(page, axe)
    page.get_by_role("button", name="I saw each of them destroyed").click()
    page.get_by_text("Destroyed, and on its certificate.").wait_for()
    accessible(page, axe)
    page.goto("/auditing/")
    accessible(page, axe)
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence for these days (ZIP)").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    certificate = next(name for name in archive.namelist() if name.startswith("destructions/"))
    assert barcode in archive.read(certificate).decode()

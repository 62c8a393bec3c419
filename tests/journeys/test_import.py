"""A file of customers brought in by hand, looked at, and taken back."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from privacy.models import User
from privacy.roles import Role
from records.models import Customer, Import, Upload
from tests.factories import make_user
from tests.journeys.conftest import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EXAMPLE = Path(django_settings.BASE_DIR) / "docs" / "examples" / "customers.csv"
HAS_VIOLATIONS = "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"


@pytest.fixture
def manager(transactional_db: None) -> User:
    return make_user(Role.SALES_MANAGER, "Mona Manager")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"


def test_the_example_is_sent_mapped_checked_imported_and_taken_back(
    watched: "Page", manager: User, work: None, axe: str, tmp_path: Path
) -> None:
    sign_in(watched, manager)
    watched.get_by_label("More next to records").click()
    watched.get_by_role("link", name="Imports", exact=True).click()
    watched.get_by_role("link", name="New import").first.click()
    watched.get_by_label("What the file holds").select_option(label="Customers")
    watched.get_by_label("File", exact=True).set_input_files(EXAMPLE)
    watched.get_by_role("button", name="Send and go on").press("Enter")
    watched.get_by_role("heading", name="What are the columns of customers.csv?").wait_for()
    chosen = watched.locator(".mapping-grid select").first
    assert chosen.input_value() == "number"
    accessible(watched, axe)

    watched.get_by_label("organization", exact=True).select_option("-")
    watched.get_by_label("Why organization is left out").fill("kept elsewhere")
    watched.get_by_role("button", name="Check the whole file").click()
    watched.get_by_role("heading", name="What the check found").wait_for()
    assert watched.locator(".is-rejected .problem").inner_text() == "is empty"
    accessible(watched, axe)
    watched.get_by_role("button", name="Import", exact=True).click()
    watched.get_by_role("heading", name="Why rows were rejected").wait_for()
    assert watched.locator(".card-value").all_inner_texts() == ["6", "5", "0", "1"]
    assert Customer.objects.count() == 5
    accessible(watched, axe)

    with watched.expect_download() as download:
        watched.get_by_role("link", name="Rejected rows as CSV").click()
    download.value.save_as(tmp_path / "rejects.csv")
    rows = list(csv.DictReader((tmp_path / "rejects.csv").read_text().splitlines()))
    assert [(row["line"], row["column"], row["reason"]) for row in rows] == [("7", "name", "is empty")]

    watched.get_by_role("link", name="Take back …").click()
    watched.get_by_text("5 customers").wait_for()
    accessible(watched, axe)
    watched.get_by_role("button", name="Take back").click()
    watched.get_by_text("Taken back: 5 customers").wait_for()
    assert not Customer.objects.exists()
    watched.get_by_role("link", name="Imports", exact=True).first.click()
    watched.get_by_role("cell", name="Taken back", exact=True).wait_for()
    accessible(watched, axe)


def test_an_import_under_way_is_shown_and_the_page_turns_when_it_has_ended(
    watched: "Page", manager: User, work: None
) -> None:

    record = Import.objects.create(kind="customers", file_name="x.csv", started_by=manager, size=100, position=40)
    upload = Upload.objects.create(
        kind="customers",
        file_name="x.csv",
        stored_as="x",
        size=100,
        sent_by=manager,
        source_import=record,
        state="running",
    )
    sign_in(watched, manager)
    watched.goto(f"/imports/{record.pk}/")
    assert watched.get_by_role("progressbar").get_attribute("value") == "40"
    Import.objects.update(position=80, read=7, loaded=7)
    watched.get_by_text("7 rows read: 7 loaded, 0 already there, 0 rejected.").wait_for()
    assert watched.get_by_role("progressbar").evaluate("bar => bar.value") == 80
    Upload.objects.filter(pk=upload.pk).update(state="stopped")
    watched.get_by_text("Stopped before the end.").wait_for()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    watched: "Page", manager: User, work: None, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = 10
    sign_in(watched, manager)
    watched.goto("/imports/new/")
    watched.get_by_label("File", exact=True).set_input_files(EXAMPLE)
    watched.get_by_role("button", name="Send and go on").click()
    watched.get_by_text("customers.csv is too large: the limit is 10 bytes.").wait_for()


def accessible(page: "Page", axe: str) -> None:
    page.evaluate(axe)
    assert page.evaluate(HAS_VIOLATIONS) == []

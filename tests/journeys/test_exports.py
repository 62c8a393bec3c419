"""Exports in a real browser: a report by keyboard alone, and a large list in the background."""

from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from analytics.exports import making, scheduling
from analytics.exports.formats import formats
from analytics.models import Export, ExportSchedule
from tests.broker import Broker
from tests.journeys.conftest import Workplace, press_until, sign_in, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_marketing_manager_exports_a_campaigns_report_by_keyboard_alone(
    watched: "Page", workplace: Workplace
) -> None:
    sign_in(watched, workplace.marketing)
    tab_to(watched, "Campaigns")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Campaigns").wait_for()
    tab_to(watched, "Spring")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Spring").wait_for()
    tab_to(watched, "Export")
    watched.keyboard.press("Enter")
    tab_to(watched, "CSV")
    with watched.expect_download() as download:
        watched.keyboard.press("Enter")
    assert download.value.suggested_filename == "campaign-spring.csv"
    assert Path(download.value.path()).read_text("utf-8-sig").startswith("name,label,is_control,recipients")


def test_a_schedule_is_changed_and_undone_by_keyboard_alone_and_tells_who_gets_it_next(
    watched: "Page", workplace: Workplace
) -> None:
    owner = workplace.marketing
    schedule = ExportSchedule.objects.create(
        owner=owner, of="campaigns", format="csv", rhythm="daily", at=time(8),
        **scheduling.titles_of(owner, "campaigns", ""),
    )  # fmt: skip
    scheduling.set_readers(schedule, [owner])
    sign_in(watched, owner)
    watched.goto("/exports/schedules/")
    tab_to(watched, "Edit")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Edit Campaigns").wait_for()
    press_until(watched, "document.activeElement.name == 'title'")
    watched.keyboard.type("Every Monday")
    press_until(watched, "document.activeElement.name == 'rhythm'")
    watched.keyboard.type("Every week")
    press_until(watched, "document.activeElement.name == 'clock'")
    watched.keyboard.press("End")
    assert watched.get_by_role("button", name="Look").count() == 0
    monday = scheduling.next_runs(ExportSchedule(rhythm="weekly", weekday=0, at=time(8)), [owner])
    ((_owner, moment),) = monday
    watched.locator("[data-next-box]", has_text=f"{moment:%b} {moment.day}, {moment.year}").wait_for()
    tab_to(watched, "Save")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Every Monday as CSV").wait_for()
    expect(watched.get_by_role("row", name="Every Monday at 8:00 AM")).to_have_count(1)
    tab_to(watched, "Undo")
    watched.keyboard.press("Enter")
    watched.get_by_role("heading", name="Campaigns as CSV").wait_for()
    watched.get_by_text("The schedule is as it was before.").wait_for()


def test_a_large_list_is_made_in_the_background_watched_and_downloaded(
    watched: "Page",
    workplace: Workplace,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broker: Broker,
) -> None:
    """The test is the worker, who comes later."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(formats()["csv"].__dict__, "at_once", 2)
    sign_in(watched, workplace.sales)
    watched.goto("/customers/?search=ben")
    watched.locator("summary", has_text="Export").click()
    watched.get_by_role("link", name="CSV").click()
    watched.get_by_role("heading", name="Customers as CSV").wait_for()
    assert watched.get_by_label("Who receives it").is_hidden()
    watched.get_by_role("button", name="Make the file").click()
    watched.get_by_text("Waiting to start.").wait_for()
    export = Export.objects.get()
    Export.objects.update(state="running", rows_counted=10, rows_done=4)
    watched.get_by_text("4 of 10 rows written.").wait_for()
    making.make(export.pk)
    link = watched.get_by_role("link", name="Download")
    link.wait_for()  # the page renews itself
    with watched.expect_download() as download:
        link.click()
    assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 1 + 10

"""Finding a meeting, adding a recording with its progress shown, and playing it, in a real browser."""

import io
import math
import os
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import storages
from playwright.sync_api import expect

from privacy.roles import Role
from records.models import MediaFile
from tests.factories import make_user
from tests.journeys.conftest import sign_in
from tests.records.test_meeting_pages import make_meeting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS, RATE = 30, 8000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    options = {"location": tmp_path / "records"}
    settings.STORAGES = {**settings.STORAGES, "records": {**settings.STORAGES["records"], "OPTIONS": options}}
    storages._storages.clear()  # type: ignore[attr-defined]


def tone() -> bytes:
    """Half a minute of a quiet tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(128 + int(20 * math.sin(at / 5)) for at in range(SECONDS * RATE)))
    return file.getvalue()


LOADED = "audio.readyState >= 1 ? null : new Promise(done => audio.addEventListener('loadedmetadata', done))"
SOUGHT = "new Promise(done => { audio.addEventListener('seeked', done); audio.currentTime = 20; })"


def test_a_recording_is_added_played_and_sought_in(browser_page: "Page", transactional_db: None) -> None:
    watched, complaints = browser_page, list[str]()
    watched.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    meeting = make_meeting(people=3)
    sign_in(watched, make_user(Role.RECORDS_ADMINISTRATOR, "Rita Records"))
    watched.get_by_label("More next to imports").click()
    watched.get_by_role("link", name="Meetings").click()
    watched.get_by_label("Find by").select_option("host_name")
    watched.get_by_label("Meeting ID, name or address").fill("hal ost")
    watched.get_by_role("button", name="Find").click()
    watched.get_by_role("link", name=meeting.number).click()
    expect(watched.locator(".meeting-timeline rect")).to_have_count(3)
    box = watched.locator(".meeting-timeline svg").bounding_box()
    assert box and box["width"] > 300 and box["height"] > 20  # noqa: PT018
    _shot(watched, "meeting")

    watched.get_by_role("link", name="Add a file").click()
    watched.get_by_label("File").set_input_files(
        {"name": "notes.exe", "mimeType": "audio/wav", "buffer": b"MZ\x90\x00"}
    )
    watched.get_by_role("button", name="Add").click()
    watched.get_by_text("It is not one of the types that are kept here").wait_for()
    _shot(watched, "refused")
    watched.get_by_label("File").set_input_files({"name": "tone.wav", "mimeType": "audio/wav", "buffer": tone()})
    watched.get_by_label("What it is").select_option("audio")
    watched.get_by_role("button", name="Add").click()
    watched.get_by_role("link", name="tone.wav", exact=True).click()

    player = watched.locator("audio")
    player.evaluate(f"async audio => {{ await ({LOADED}); }}")
    assert player.evaluate("audio => audio.duration") == SECONDS
    player.evaluate(f"async audio => {{ await {SOUGHT}; }}")
    assert player.evaluate("audio => audio.currentTime") == 20
    _shot(watched, "player")
    assert MediaFile.objects.get().content_type == "audio/wav"
    assert [line for line in complaints if "422" not in line] == [], "only the refusal of the first file"


def _shot(page: "Page", name: str) -> None:
    """A picture of the page for whoever wants to look, where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)

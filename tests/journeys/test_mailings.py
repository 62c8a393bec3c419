"""A mailing in pages: written, previewed, tried, sent, paused, resumed; and the letters that go by print."""

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.core import mail
from pytest_django import Settings

from campaigns.enums import Channel
from campaigns.mailing import running
from campaigns.models import Mailing, MailMessage, Share
from campaigns.sharing import ShareOptions, share
from campaigns.tasks import mail as tasks
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from records.suppressing import suppress
from tests.broker import Broker
from tests.factories import make_customer, make_material, make_user
from tests.journeys.conftest import sign_in
from tests.journeys.test_campaigns import assert_accessible

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "IL", "postal_code": "62701"}


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test is the worker, and sends a mailing when it says so."""
    monkeypatch.setattr(tasks.send_test, "delay", tasks.send_test)


@pytest.fixture
def sales(transactional_db: None, settings: Settings, live_server: object) -> User:
    """Sales, who shared a guide by e-mail with Ann, Ben and Eve, of whom Eve wants nothing since."""
    settings.PUBLIC_URL = str(live_server)
    user = make_user(Role.SALES, "Sam Sales")
    for name in ("Ann", "Ben", "Eve"):
        make_customer(f"C-{name}", user, name=name, email=f"{name.lower()}@example.com", **ADDRESS)
    share(make_material("guide"), Customer.objects.all(), user, ShareOptions(channel=Channel.EMAIL))
    suppress("email", "eve@example.com", None, "asked for nothing")
    return user


def write(page: "Page", sales: User) -> None:
    sign_in(page, sales)
    page.goto("/mailings/")
    page.get_by_role("link", name="New mailing").first.click()
    page.get_by_label("Who it goes to").select_option(index=0)
    page.get_by_label("Name of the mailing").fill("The guide")
    page.get_by_label("Subject").fill("{{material}}, for {{name}}")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("heading", name="The guide").wait_for()


def letter_in(page: "Page") -> str:
    """What the frame of the preview shows. Nothing runs in it, not even the test: it is opened beside it."""
    frame = page.locator("iframe.letter-frame")
    assert frame.evaluate("frame => frame.offsetHeight > 200 && frame.sandbox.length === 0")
    beside = page.context.new_page()
    beside.goto(str(frame.get_attribute("src")))
    said = beside.locator("body").inner_text()
    beside.close()
    return said


def test_a_mailing_is_written_previewed_tried_sent_paused_and_resumed(
    watched: "Page", sales: User, broker: Broker, axe: str
) -> None:
    write(watched, sales)
    watched.get_by_text("2 of 3 shares by e-mail").wait_for()
    assert_accessible(watched, axe)

    watched.get_by_role("link", name="Preview").click()
    watched.get_by_role("heading", name="Preview").wait_for()
    assert "Open “Example brochure”" in letter_in(watched)
    watched.get_by_role("link", name="A made-up person, Español").click()
    watched.locator('[aria-current="page"]', has_text="Español").wait_for()
    assert "Abrir «Example brochure»" in letter_in(watched)
    assert "Para no recibir más estos correos" in watched.locator("pre.letter-text").inner_text()
    watched.get_by_role("link", name="The first recipient you can see").click()
    watched.get_by_text("Guide, for Ann").wait_for()
    assert "Open “Guide”" in letter_in(watched)
    watched.get_by_role("link", name="Back to the mailing").click()

    watched.get_by_role("button", name="Send a test to me").click()
    watched.get_by_role("heading", name="The guide").wait_for()
    assert [message.to for message in mail.outbox] == [[sales.email]]

    watched.get_by_role("button", name="Start sending to 2").click()
    watched.get_by_role("button", name="Pause").click()
    watched.get_by_role("button", name="Continue").wait_for()
    mailing = Mailing.objects.get()
    assert broker.asked(running.SEND) == [mailing.pk]
    tasks.send_mailing(mailing.pk)
    assert len(mail.outbox) == 1  # a worker that comes while it is paused sends nothing
    assert_accessible(watched, axe)

    watched.get_by_role("button", name="Continue").click()
    watched.get_by_role("button", name="Pause").wait_for()
    assert broker.asked(running.SEND) == [mailing.pk] * 2
    tasks.send_mailing(mailing.pk)

    watched.get_by_role("heading", name="Its 3 messages").wait_for()
    watched.get_by_text(re.compile(r"· Sent|Sent$")).first.wait_for()
    letters = mail.outbox[1:]
    assert sorted(message.to[0] for message in letters) == ["ann@example.com", "ben@example.com"]
    assert sorted(message.subject for message in letters) == ["Guide, for Ann", "Guide, for Ben"]
    assert all("List-Unsubscribe" in message.extra_headers for message in letters)
    assert sorted(MailMessage.objects.values_list("state", flat=True)) == ["left out", "sent", "sent"]


def test_the_recipient_of_a_letter_wants_no_more(watched: "Page", sales: User, axe: str) -> None:
    write(watched, sales)
    watched.get_by_role("button", name="Start sending to 2").click()
    watched.get_by_role("button", name="Pause").wait_for()
    tasks.send_mailing(Mailing.objects.get().pk)
    (letter,) = (message for message in mail.outbox if message.to == ["ann@example.com"])
    (leads,) = set(re.findall(r"\S+/unsubscribe/", str(letter.body)))

    watched.context.clear_cookies()
    watched.goto(leads)
    assert_accessible(watched, axe)
    watched.get_by_role("button", name="Stop these e-mails").click()
    watched.get_by_role("heading", name="You get no more of these e-mails").wait_for()

    again = share(make_material("other"), Customer.objects.all(), sales, ShareOptions(channel=Channel.EMAIL))
    assert (again.made, sum(again.left_out.values())) == (1, 2)  # Ben


def test_letters_for_print_come_as_a_merge_file_and_with_the_pictures_of_their_codes(
    watched: "Page", sales: User, tmp_path: Path, axe: str
) -> None:
    batch = Share.objects.values_list("batch_id", flat=True)[0]
    sign_in(watched, sales)
    watched.goto(f"/shares/made/{batch}/")
    assert_accessible(watched, axe)

    with watched.expect_download() as merge:
        watched.get_by_role("link", name="Merge file, 3 letters").click()
    with watched.expect_download() as pictures:
        watched.get_by_role("link", name="With QR code images (PNG)").click()

    merge.value.save_as(tmp_path / "letters.csv")
    rows = list(csv.DictReader((tmp_path / "letters.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert sorted(row["Name"] for row in rows) == ["Ann", "Ben", "Eve"]
    pictures.value.save_as(tmp_path / "letters.zip")
    with ZipFile(io.BytesIO((tmp_path / "letters.zip").read_bytes())) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".png")]) == 3

"""Meetings in the browser: found by the notice's keys alone; their files added, played, downloaded; all logged."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from privacy.enums import Duty
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.finding import MeetingKey
from records.insight import MeetingInsight, meeting_insight
from records.media_crypto import CHUNK
from records.models import Interval, MediaFile, Meeting, Message, Participation
from tests.factories import make_customer, make_user
from tests.records_meetings import START

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(at % 251 for at in range(2 * CHUNK))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    options = {"location": tmp_path / "records"}
    settings.STORAGES = {**settings.STORAGES, "records": {**settings.STORAGES["records"], "OPTIONS": options}}
    storages._storages.clear()  # type: ignore[attr-defined]
    return tmp_path / "records"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper() -> Client:
    return client_of(make_user(Role.RECORDS_ADMINISTRATOR))


@pytest.fixture
def finder() -> Client:
    return client_of(make_user(Role.SALES_MANAGER))


def make_meeting(number: str = "98765432100", people: int = 1, **fields: Any) -> Meeting:
    given = {"host_name": "Hal Ost", "host_email": "hal@example.com", "topic": "Spring plans", **fields}
    meeting = Meeting.objects.create(
        number=number, uid=f"uid {number}", started_at=START, ended_at=START + timedelta(hours=1), **given
    )
    for at in range(people):
        person = Participation.objects.create(meeting=meeting, name=f"Person {at}", joined_at=START, seconds=600)
        Interval.objects.create(
            participation=person, joined_at=START, left_at=START + timedelta(minutes=10), leave_reason=""
        )
    return meeting


def lines() -> list[tuple[str, str, str, int | None]]:
    rows = AccessEntry.objects.filter(kind__in=["shown", "failed", "refused"]).order_by("at", "id")
    return list(rows.values_list("kind", "key", "why", "records"))


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("meeting_id", "987 6543 2100"),
        ("meeting_id", " 98765432100 "),
        ("host_name", "hal ost"),
        ("host_email", "HAL@example.com"),
    ],
)
def test_a_meeting_is_found_by_its_id_and_its_host(by: str, text: str, finder: Client) -> None:
    meeting = make_meeting()
    make_meeting("11111111111", host_name="Other", host_email="other@example.com")
    page = finder.post("/meetings/", {"by": by, "text": text})
    assert [one.pk for one in page.context["found"]] == [meeting.pk]
    assert reverse("meeting", args=[meeting.key]) in page.content.decode()
    assert lines() == [("shown", by, "", 1)]


@pytest.mark.parametrize(
    ("by", "key"), [("participant", "name"), ("topic", "other_personal_identifier"), ("", "other_personal_identifier")]
)
def test_a_search_by_another_key_is_refused_and_the_refusal_logged(by: str, key: str, finder: Client) -> None:
    make_meeting()
    page = finder.post("/meetings/", {"by": by, "text": "Person 0"})
    assert page.status_code == 403
    assert "Look them up by meeting ID, host name and host e-mail address." in page.content.decode()
    assert "Person 0" not in page.content.decode()
    assert lines() == [("refused", key, "key_not_named", None)]


def test_nothing_is_listed_without_a_key(finder: Client) -> None:
    make_meeting()
    assert "98765432100" not in finder.get("/meetings/").content.decode()
    assert finder.post("/meetings/", {"by": "host_name", "text": " "}).status_code == 422
    assert "No such meeting" in finder.post("/meetings/", {"by": "host_name", "text": "Hal"}).content.decode()
    assert list(MeetingKey.values) == ["meeting_id", "host_name", "host_email"]


def test_a_meetings_page_has_who_was_there_when_and_its_picture(finder: Client) -> None:
    meeting = make_meeting(people=2)
    page = finder.get(reverse("meeting", args=[meeting.key])).content.decode()
    assert "Spring plans" in page
    assert re.findall(r'<rect x="0" y="(\d+)" width="167"', page) == ["3", "21"]
    assert page.count("10:00:00 AM to 10:10:00 AM") == 2
    assert lines() == [("shown", "meeting_id", "", 2)]


def test_messages_are_open_to_those_who_keep_them_and_who_read_for_a_duty(finder: Client, keeper: Client) -> None:
    meeting = make_meeting()
    message = Message(meeting=meeting, number="1", sender="Ann", sent_at=START, retention_rule="RET-4")
    message.text = "by the river"
    message.save()
    address = reverse("meeting", args=[meeting.key])
    officer = client_of(make_user(Role.PRIVACY_OFFICER))
    assert "by the river" not in finder.get(address).content.decode()
    assert "What was written is open to those who keep" in finder.get(address).content.decode()
    assert "by the river" in keeper.get(address).content.decode()
    assert "by the river" in officer.get(address).content.decode()
    assert AccessEntry.objects.filter(duty=Duty.ACCESS, kind="shown").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_whatever_is_on_them(
    count: int, finder: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    meeting = make_meeting(people=count)
    for number in range(1, count):
        make_meeting(f"1111111111{number}")
    finder.get("/meetings/")  # the banner's and the log's own first time
    finder.post("/meetings/", {"by": "host_name", "text": "nobody"})
    with django_assert_num_queries(FOUND):
        assert len(finder.post("/meetings/", {"by": "host_name", "text": "Hal Ost"}).context["found"]) == count
    with django_assert_num_queries(PAGE):
        finder.get(reverse("meeting", args=[meeting.key]))


FOUND, PAGE = 9, 11


# Files ----------------------------------------------------------------------------------------------------------------
def add(client: Client, meeting: Meeting, content: bytes = PNG, name: str = "Ann's desk.png", **fields: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="video/mp4")
    values = {"kind": "image", "recorded_at": "2026-03-02T10:00", "file": file, **fields}
    return client.post(reverse("media_new", args=[meeting.key]), values)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_added_shown_and_downloaded_and_each_is_logged(keeper: Client, folder: Path) -> None:
    meeting = make_meeting()
    assert add(keeper, meeting).status_code == 302
    row = MediaFile.objects.get()
    assert (row.file_name, row.content_type, row.size) == ("Ann's desk.png", "image/png", len(PNG))
    assert row.created_by == User.objects.get()
    assert PNG[8:60] not in next(folder.iterdir()).read_bytes()
    page = keeper.get(reverse("media", args=[row.key])).content.decode()
    source = re.search(r'<img src="([^"]+seen=[^"]+)"', page)
    assert source
    assert body(keeper.get(source[1])) == PNG
    answer = keeper.get(reverse("media_download", args=[row.key]))
    assert body(answer) == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="Ann\'s desk.png"'
    assert [line[:1] + line[3:] for line in lines()] == [("shown", 1), ("shown", 1)]
    assert AccessEntry.objects.filter(kind="shown").order_by("at").values_list("place", flat=True)[0] == "media"


@pytest.mark.parametrize(
    ("asked", "first", "last", "status"),
    [
        ("", 0, None, 200),
        ("bytes=0-", 0, None, 206),
        ("bytes=65530-65545", 65530, 65546, 206),
        ("bytes=-5", -5, None, 206),
        ("bytes=0-999999999", 0, None, 206),
        ("lines=1-2", 0, None, 200),
        ("bytes=999999999-", 0, 0, 416),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    asked: str, first: int, last: int | None, status: int, keeper: Client
) -> None:
    add(keeper, make_meeting())
    row = MediaFile.objects.get()
    source = re.search(r'src="([^"]+seen=[^"]+)"', keeper.get(reverse("media", args=[row.key])).content.decode())
    assert source
    headers = {"Range": asked} if asked else {}
    answer = keeper.get(source[1], headers=headers)
    assert answer.status_code == status
    if status != 416:
        part = PNG[first:last]
        assert body(answer) == part
        assert answer["Content-Length"] == str(len(part))


def test_the_content_is_closed_without_the_page_that_was_logged(keeper: Client, finder: Client) -> None:
    add(keeper, make_meeting())
    row = MediaFile.objects.get()
    address = reverse("media_content", args=[row.key])
    seen = re.search(r'seen=([^"]+)"', keeper.get(reverse("media", args=[row.key])).content.decode())
    assert seen
    assert keeper.get(f"{address}?seen={seen[1]}").status_code == 200
    assert keeper.get(address).status_code == 403
    assert finder.get(f"{address}?seen={seen[1]}").status_code == 403, "it is another's"


@pytest.mark.parametrize(
    ("content", "fields", "reason"),
    [
        (b"MZ\x90\x00", {}, "It is not one of the types that are kept here"),
        (PNG, {"kind": "video"}, "It is image/png, which is no recorded video. Choose another kind."),
        (PNG, {"recorded_at": "soon"}, "Enter a valid date/time."),
        (b"", {}, "The submitted file is empty."),
        (PNG, {"kind": "signature"}, "Select a valid choice."),
    ],
)
def test_a_file_that_is_not_taken_says_why_and_nothing_is_kept(
    content: bytes, fields: dict[str, str], reason: str, keeper: Client, folder: Path
) -> None:
    answer = add(keeper, make_meeting(), content, **fields)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not MediaFile.objects.exists()
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_that_is_too_long_is_not_kept(keeper: Client, settings: Any) -> None:
    settings.MEDIA_MAX_BYTES = 1000
    answer = add(keeper, make_meeting())
    assert "It is longer than 1000\xa0bytes, which is the most that can be stored." in answer.content.decode()


def test_adding_a_file_asks_for_the_forms_token(keeper: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user(Role.RECORDS_ADMINISTRATOR, "Second Keeper"))
    assert add(strict, make_meeting()).status_code == 403
    assert not MediaFile.objects.exists()


def test_a_damaged_file_says_so_and_nothing_of_it_is_sent(keeper: Client, folder: Path) -> None:
    add(keeper, make_meeting())
    row = MediaFile.objects.get()
    file = next(folder.iterdir())
    file.write_bytes(b"x" + file.read_bytes()[1:])
    answer = keeper.get(reverse("media_download", args=[row.key]))
    assert (answer.status_code, answer.streaming) == (503, False)
    assert "the file in the store is damaged" in answer.content.decode()
    file.unlink()
    assert "This file cannot be opened" in keeper.get(reverse("media", args=[row.key])).content.decode()


def test_pages_allow_media_of_our_own_alone(keeper: Client) -> None:
    assert "media-src 'self'" in keeper.get("/meetings/")["Content-Security-Policy"]


# Insight --------------------------------------------------------------------------------------------------------------
def test_a_customers_meetings_are_a_count_a_date_and_minutes(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    customer = make_customer()
    with django_assert_num_queries(1):
        assert meeting_insight(customer) == MeetingInsight(0, None, 0)
    for number in ("11111111111", "22222222222"):
        meeting = make_meeting(number, people=0)
        for _ in range(2):
            Participation.objects.create(meeting=meeting, customer=customer, joined_at=START, seconds=930)
    assert meeting_insight(customer) == MeetingInsight(2, START.date(), 62)

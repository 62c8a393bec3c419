"""Saved chats: messages of several lines, to one person, in answer to others, past midnight, and what is no chat."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from records.models import Import, Meeting, Message
from tests.factories import make_customer
from tests.intake import counts, rejected, run, write
from tests.records_meetings import REPORTS, START, bring, mapping, refused_as

pytestmark = pytest.mark.django_db
MEETING = ('number = "987 6543 2100"', 'start = "2026-03-02T10:00:00"')


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def messages() -> list[tuple[str, str, str, float]]:
    """Sender, channel, text, and seconds since the start, in order."""
    rows = Message.objects.order_by("sent_at", "id")
    return [(row.sender, row.channel, row.text or "", (row.sent_at - START).total_seconds()) for row in rows]


CHAT = (
    "10:00:05 From  Ann Lee  to  Everyone:",
    "\tHi all,",
    "\t",
    "\tsee https://example.com",
    "10:01:00 From Bo to Ann Lee (Direct Message):",
    "\tlate: sorry",
    "10:02:00 From Cy: Yang to Everyone:",
    '\tReplying to "Hi all,..."',
    "\t",
    "\tThanks",
    "10:03:00\tDee:\tin one line",
    "10:03:00\tDee:\tin one line",
)


def test_messages_of_several_lines_direct_ones_and_answers(tmp_path: Path) -> None:
    bring(tmp_path, "meeting-chat", "chat.txt", *CHAT, meeting=MEETING)
    assert counts() == (5, 5, 0, 0)
    assert messages() == [
        ("Ann Lee", "Everyone", "Hi all,\n\nsee https://example.com", 5),
        ("Bo", "Direct message", "late: sorry", 60),
        ("Cy: Yang", "Everyone", "Thanks", 120),
        ("Dee", "Everyone", "in one line", 180),
        ("Dee", "Everyone", "in one line", 180),
    ]
    first, answer = Message.objects.get(sender="Ann Lee"), Message.objects.get(sender="Cy: Yang")
    assert (answer.main_number, answer.main_sent_at) == (first.number, first.sent_at)
    assert {row.retention_rule for row in Message.objects.all()} == {"RET-4"}


def test_texts_are_sealed_and_no_key_lets_them_be_guessed(tmp_path: Path) -> None:
    make_customer("C-1", name="Ann Lee")
    bring(tmp_path, "meeting-chat", "chat.txt", *CHAT, meeting=MEETING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(message)::text FROM records_message AS message")
        rows = " ".join(row for (row,) in cursor.fetchall())
    assert "late: sorry" not in rows
    assert b"late: sorry".hex() not in rows
    assert not Message.objects.exclude(customer=None).exists(), "names match nobody"


def test_the_same_chat_twice_adds_nothing_and_can_be_taken_back(tmp_path: Path) -> None:
    for _ in range(2):
        bring(tmp_path, "meeting-chat", "chat.txt", *CHAT, meeting=MEETING)
    assert counts() == (5, 0, 5, 0)
    run("--undo", Import.objects.latest("id").pk)
    run("--undo", Import.objects.earliest("id").pk)
    assert not Message.objects.exists()
    assert not Meeting.objects.exists()


def test_a_chat_goes_on_after_midnight(tmp_path: Path) -> None:
    start = 'start = "2026-03-02T23:30:00"'
    bring(tmp_path, "meeting-chat", "chat.txt", "23:59:58\tAnn:\tsoon", "00:00:03\tBo:\tnow", "00:00:02\tCy:\teh",
          meeting=('number = "98765432100"', start))  # fmt: skip
    begin = START + timedelta(hours=13, minutes=30)
    assert [(row.sender, row.sent_at - begin) for row in Message.objects.order_by("id")] == [
        ("Ann", timedelta(minutes=29, seconds=58)),
        ("Bo", timedelta(minutes=30, seconds=3)),
        ("Cy", timedelta(minutes=30, seconds=2)),
    ]


def test_times_that_count_from_the_start_of_a_recording(tmp_path: Path) -> None:
    path = write(tmp_path, "GMT20260302-150000_Recording.txt", "01:07:16\tAnn:\tHi")
    run(
        "meeting-chat",
        path,
        mapping=mapping(tmp_path, "meeting-chat", 'number = "98765432100"', 'times = "since start"'),
    )
    assert messages() == [("Ann", "Everyone", "Hi", 3600 + 7 * 60 + 16)]


def test_the_folder_that_the_service_made_says_which_meeting_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "2026-03-02 10.00.00 Spring plans 98765432100"
    folder.mkdir()
    run("meeting-chat", write(folder, "meeting_saved_chat.txt", "10:00:01\tAnn:\tHi"))
    assert list(Meeting.objects.values_list("number", "started_at")) == [("98765432100", START)]
    assert Meeting.objects.get().uid == "98765432100@20260302T1500Z", "as a report of it calls it too"


def test_what_begins_no_message_is_rejected_and_the_rest_is_kept(tmp_path: Path) -> None:
    bring(tmp_path, "meeting-chat", "chat.txt", "Chat of the meeting", "", "10:00:05\tAnn:\tHi",
          "10:00:06 From Bo to Everyone:", "10:00:07\tCy:\tthere", meeting=MEETING)  # fmt: skip
    assert counts() == (4, 2, 0, 2)
    assert rejected(tmp_path) == [
        "1,,begins no message: a time and a name come first,Chat of the meeting",
        "4,text,is empty,10:00:06 From Bo to Everyone:",
    ]


def test_a_chat_of_an_unknown_meeting_is_refused(tmp_path: Path) -> None:
    assert "does not say which meeting it is of" in refused_as("meeting-chat", tmp_path, "chat.txt", *CHAT)
    endless = ["10:00:05 From Ann to Everyone:", *["\tx"] * 10_001]
    assert "begins a message that does not end" in refused_as(
        "meeting-chat", tmp_path, "chat.txt", *endless, meeting=MEETING
    )


@pytest.mark.parametrize(("name", "count"), [("zoom-chat-1.txt", 8), ("zoom-chat-2.txt", 10)])
def test_the_chats_seen_in_the_wild_load_whole(name: str, count: int, tmp_path: Path) -> None:
    path = REPORTS / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    run("meeting-chat", path, mapping=mapping(tmp_path, "meeting-chat", *MEETING))
    assert counts() == (count, count, 0, 0)
    assert Message.objects.filter(sent_at__date__gte=datetime(2026, 3, 2)).count() == count  # noqa: DTZ001

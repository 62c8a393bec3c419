"""Answers of the conference service: the table of its keys, what becomes of each call, and what is refused."""

import io
import json
import resource
import zipfile
from pathlib import Path
from typing import Any

import pytest

from privacy.holdings import Holds, declaration_of
from privacy.notice import elements_ever
from records.intake.meetings.jsonitems import BLOCK, LONGEST_ITEM, JsonItems
from records.intake.meetings.table import AT, FOUND, IGNORE, TYPED, table
from records.intake.problems import Refused
from records.keeping import FoundBy, Values
from records.models import DroppedSecret, Import, Interval, Meeting, Message, Participation, Record
from tests.factories import make_customer
from tests.intake import counts, rejected, run
from tests.records_meetings import SERVICE, START, answer, attendance, bring, mapping, refused_as

pytestmark = pytest.mark.django_db

MEETING = ('number = "987 6543 2100"', 'start = "2026-03-02T10:00:00"')
PERSON = {
    "id": "zJKy", "user_name": "ann", "email": "ann@example.com", "user_id": "201", "role": "host",
    "status": "in_meeting",
    "join_time": "2026-03-02T15:00:00Z", "leave_time": "2026-03-02T15:30:00Z", "leave_reason": "left",
    "location": "United States", "ip_address": "192.0.2.1", "mac_addr": "f85e-a012-92d8", "device": "Phone",
    "os": "iOS", "version": "5.9.1.2581", "share_desktop": True, "share_whiteboard": False,
    "internal_ip_addresses": ["10.0.0.7"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# The table ------------------------------------------------------------------------------------------------------------
def test_every_key_is_an_element_of_categories_10_to_16_or_a_field_or_is_left_out_for_a_reason() -> None:
    models = {"meeting": Meeting, "participation": Participation, "message": Message}
    # What makes or completes a row, and stands in the row of another model of the three.
    elsewhere = {"participation.registrant_id", "participation.leave_reason"}
    for shape, key, target in table().targets():
        kind, _, name = target.partition(".")
        where = f"{shape}: {key}"
        if target.startswith(IGNORE):
            assert target.removeprefix(IGNORE) in table().reasons, where
        elif kind in TYPED and target not in elsewhere:
            holds = declaration_of(models[kind])
            assert isinstance(holds, Holds)
            assert name in holds.elements, where
        elif kind == FOUND:
            assert name in FoundBy.__dataclass_fields__, where
        elif target not in elsewhere | {AT}:
            assert elements_ever()[target].category in range(10, 17), where


def test_every_reason_is_used_and_every_category_of_10_to_16_that_the_calls_tell_of_is_there() -> None:
    targets = {target for _, _, target in table().targets()}
    assert {f"{IGNORE}{reason}" for reason in table().reasons} <= targets
    known = elements_ever()
    assert {known[target].category for target in targets if target in known} == {10, 11, 12, 13, 14, 15}


# Calls ----------------------------------------------------------------------------------------------------------------
def test_the_dashboards_participants_are_participations_and_records_of_their_devices(tmp_path: Path) -> None:
    ann = make_customer("C-1", email="ANN@example.com")
    again = {**PERSON, "join_time": "2026-03-02T15:20:00Z", "leave_time": "2026-03-02T15:40:00Z"}
    guest = {"user_name": "iPhone", "email": "", "join_time": "2026-03-02T15:00:00Z"}
    answer(tmp_path, {"meeting_number": "98765432100", "participants": [PERSON, again, guest]})
    assert counts() == (3, 3, 0, 0)
    assert attendance() == [("ann", "ann@example.com", 40 * 60, 2), ("iPhone", "", 0, 1)]
    row = Participation.objects.get(name="ann")
    assert (row.customer, row.role, row.place) == (ann, "host", "United States")
    assert Meeting.objects.get().started_at == START, "the first join, where nothing says when it began"
    tens = Record.objects.filter(category=10, participant="ann@example.com").order_by("collected_at")
    assert tens[0].attributes["c10-participant-ip-address"] == "192.0.2.1"
    assert tens[0].attributes["c10-participant-share-settings"] == {"share_desktop": True, "share_whiteboard": False}
    assert (tens[0].customer, tens[0].meeting_number, tens[0].retention_rule) == (ann, "98765432100", "RET-4")
    assert Record.objects.get(category=14, collected_at=START).attributes == {"c14-client-version": "5.9.1.2581"}
    assert "10.0.0.7" not in str(list(Record.objects.values()))


def test_pages_come_in_a_list_or_one_after_another_and_each_has_its_own_context(tmp_path: Path) -> None:
    pages = [
        {"participants": [PERSON], "meeting_number": "11111111111"},  # the number stands behind the list
        {"participants": [PERSON], "meeting_number": "22222222222"},
    ]
    for text in (json.dumps(pages), "\n".join(map(json.dumps, pages)), json.dumps(pages[0]) + json.dumps(pages[1])):
        bring(tmp_path, "meeting-service", "pages.json", text)
        assert counts()[0] == 2
        assert sorted(Meeting.objects.values_list("number", flat=True)) == ["11111111111", "22222222222"]
    assert Interval.objects.count() == 2


def test_a_meeting_is_found_again_by_its_uid_and_what_was_not_known_is_filled_in(tmp_path: Path) -> None:
    uid = "gm8s9L+PTEC+FG3sFbd1Cw=="
    report = {"uuid": uid, "id": 98765432100, "start_time": "2026-03-02T15:00:00Z", "topic": "Plans", "type": 2}
    answer(tmp_path, report)
    answer(tmp_path, {"meetings": [{**report, "topic": "Renamed", "end_time": "2026-03-02T16:00:00Z", "host": "Hal"}]})
    (meeting,) = Meeting.objects.all()
    assert (meeting.topic, meeting.host_name, meeting.duration_seconds, meeting.kind) == ("Plans", "Hal", 3600, "2")


def test_chat_sessions_are_messages_of_the_collaboration_service_by_their_states(tmp_path: Path) -> None:
    ann = make_customer("C-1", email="ann@example.com")
    message = {
        "id": "7ba4", "message": "How are you", "sender": "ann@example.com", "date_time": "2026-03-02T15:00:00Z",
        "receiver": "bo@example.com", "timestamp": 1772463600000, "reply_main_message_timestamp": 1772463500135,
        "files": [{"file_id": "x", "file_name": "48k.png", "file_size": 224251, "download_url": "https://zoom.us/f"}],
    }  # fmt: skip
    answer(tmp_path, {"messages": [message], "edited_messages": [message], "deleted_messages": [message]})
    assert counts() == (3, 3, 0, 0)
    rows = Message.objects.order_by("state")
    assert [row.state for row in rows] == ["deleted", "edited", "sent"]
    assert {(row.customer, row.meeting, row.retention_rule) for row in rows} == {(ann, None, "RET-5")}
    assert (rows[0].text, rows[0].file_name, rows[0].file_size) == ("How are you", "48k.png", 224251)
    assert [row.main_sent_at.year for row in rows if row.main_sent_at] == [2026] * 3
    assert "bo@example.com" not in str(list(Message.objects.values()))


def test_the_services_own_misspellings_are_matched(tmp_path: Path) -> None:
    answer(
        tmp_path,
        {
            "from": "2026-03-01", "to": "2026-03-02",
            "users": [{"email": "a@example.com", "code_sippet_sent": 3, "total_sent": 5}],
            "zoom_rooms": [
                {"id": "35Q", "room_name": "Blue", "calender_name": "666", "device_ip": "Computer : 10.1.1.9"}
            ],
        },
    )  # fmt: skip
    assert counts() == (2, 2, 0, 0)
    chat, room = Record.objects.order_by("organizer").reverse()
    assert chat.attributes["c13-code-snippet-sent-through-chat"] == 3
    assert room.attributes["c13-conference-room-calendar-name"] == "666"
    assert Values(room)["c13-conference-room-device-ip-address"] == "10.1.1.9"
    assert "c13-conference-room-device-ip-address" not in room.attributes, "it is sealed"
    assert (chat.organizer, chat.retention_rule) == ("a@example.com", "RET-5")
    assert chat.collected_at.date().isoformat() == "2026-03-02"


def test_secrets_are_dropped_and_counted_and_nowhere_kept(tmp_path: Path) -> None:
    phone = {
        "phone_id": "1",
        "authorization_name": "a",
        "password": "apassword1",
        "server": {"proxy_server": "192.0.2.2"},
    }
    said = answer(tmp_path, {"phones": [phone, {**phone, "phone_id": "2"}]}, file=["nominal_date = 2026-03-02"])
    assert "dropped 2 × c11-sip-phone-password: a secret, which is never kept" in said
    assert list(DroppedSecret.objects.values_list("element", "count")) == [("c11-sip-phone-password", 2)]
    record = Record.objects.order_by("key").first()
    assert record is not None
    assert Values(record).all() | {"c11-sip-phone-id": ""} == {
        "c11-sip-phone-id": "",
        "c11-sip-phone-proxy-servers": ["192.0.2.2"],
        "c11-sip-phone-authorization-name": "a",
    }


def test_quality_a_minute_each_and_in_sum_and_polls_are_records(tmp_path: Path) -> None:
    minute = {"date_time": "2026-03-02T15:01:00Z", "audio_input": {"avg_loss": "0.03%", "latency": "126 ms"}}
    person = {"id": "z", "user_name": "ann", "user_qos": [minute, {**minute, "date_time": "2026-03-02T15:02:00Z"}]}
    summed = {"id": "z", "user_name": "ann", "qos": [{"type": "cpu_usage", "details": {"zoom_avg_cpu_usage": "2%"}}]}
    poll = {"name": "ann", "email": "", "question_details": [{"question": "Which?", "answer": "Both"}]}
    answer(tmp_path, {"participants": [person, summed], "questions": [poll]}, meeting=MEETING)
    assert counts() == (3, 3, 0, 0)
    minutes = Record.objects.filter(collected_at__gt=START).order_by("collected_at")
    assert [record.collected_at.minute for record in minutes] == [1, 2]
    assert minutes[0].attributes["c10-participant-audio-input"] == {"avg_loss": "0.03%", "latency": "126 ms"}
    rest = {tuple(sorted(record.attributes)) for record in Record.objects.filter(collected_at=START)}
    assert ("c10-participant-cpu-usage", "c10-participant-id", "c10-participant-name") in rest
    assert {record.meeting_number for record in Record.objects.all()} == {"98765432100"}


def test_the_same_answer_twice_adds_nothing_and_is_taken_back_whole(tmp_path: Path) -> None:
    value = {"meeting_number": "98765432100", "participants": [PERSON]}
    answer(tmp_path, value)
    first = Import.objects.get()
    answer(tmp_path, value)
    assert counts() == (1, 0, 1, 0)
    run("--undo", Import.objects.latest("id").pk)
    assert "1 meetings, 1 participations, 0 messages, 3 records" in run("--undo", first.pk)
    assert not Record.objects.exists()


# What is wrong --------------------------------------------------------------------------------------------------------
def test_items_that_cannot_be_right_are_rejected_with_the_key_and_the_reason(tmp_path: Path) -> None:
    answer(
        tmp_path,
        {
            "meeting_number": "98765432100",
            "participants": [
                PERSON,
                {**PERSON, "shoe_size": 9},
                {**PERSON, "mac_addr": "none"},
                {**PERSON, "leave_time": "2026-03-02T14:00:00Z"},
                {**PERSON, "user_name": "a\u0000b"},
                {**PERSON, "user_name": "x" * 201},
                {**PERSON, "user_name": {"first": "a"}},
                "a text",
                {"surprise": 1},
            ],
        },
    )
    assert counts() == (9, 1, 0, 8)
    assert [line.split(",", 2)[2].rstrip(",") for line in rejected(tmp_path)] == [
        "\"has the key 'shoe_size', which is neither taken in nor left out\"",
        "mac_addr is not a MAC address",
        "leaves before joining",
        "user_name holds a character that cannot be stored",
        "user_name is longer than 200 characters",
        "has an object or list where a text was expected",
        "is nothing that is taken in: participants with str",
        "is nothing that is taken in: participants with surprise",
    ]
    answer(tmp_path, {"participants": [{**PERSON, "shoe_size": 9}]}, meeting=MEETING, file=['other_columns = "ignore"'])
    assert counts()[3] == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"participants": [{"a": 1}', "a comma or ']' was expected on line 2"),
        ('{"participants": [\n{"a": NaN}]}', "a value is not JSON on line 2"),
        ('{"participants": [{"a": 1e999}]}', "a value is not JSON on line 1"),
        ('{"participants" [1]}', "a colon was expected on line 1"),
        ("hello", "an object of the service was expected on line 1"),
        ('["hello"]', "an object of the service was expected on line 1"),
        ('{"participants": [{"a": "' + "[" * 5 + "}", "a value is not JSON on line 1"),
        ('{"participants": [' + '{"a":' * 100_000 + "1", "it is nested too deeply on line 1"),
        ('{"participants": ["' + "x" * (LONGEST_ITEM + BLOCK) + '"]}', "or not JSON on line 1"),
    ],
)
def test_what_is_not_json_is_refused_whole_before_anything_is_kept(text: str, reason: str, tmp_path: Path) -> None:
    good = json.dumps({"meeting_number": "98765432100", "participants": [PERSON]})
    message = refused_as("meeting-service", tmp_path, "answer.json", good.rstrip(), text)
    assert message.replace("on line 2", "on line 1").replace("on line 3", "on line 2").endswith(reason), message
    assert not Import.objects.exists()


class Endless(io.TextIOBase):
    """A line of this many characters, made while it is read."""

    def __init__(self, head: str, part: str, size: int) -> None:
        self._head, self._part, self._left, self._at = head, part, size, 0

    def read(self, size: int | None = -1, /) -> str:
        if self._head:
            head, self._head = self._head, ""
            return head
        length = min(size or 0, self._left)
        self._left -= length
        begin, self._at = self._at, (self._at + length) % len(self._part)
        return (self._part * (length // len(self._part) + 2))[begin : begin + length]


def test_two_gigabytes_of_one_line_end_in_bounded_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="an item is longer than 1,048,576 characters"):
        list(JsonItems(Endless('{"participants": ["', "x", 2 << 30), "a", {"participants"}, ()))  # type: ignore[arg-type]
    items = JsonItems(Endless('{"participants": [', '{"a": 1},', 30 << 20), "a", {"participants"}, ())  # type: ignore[arg-type]
    assert sum(1 for _ in iter_until_refused(items)) > 3_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 << 10  # KiB


def iter_until_refused(items: JsonItems) -> Any:
    try:
        yield from items
    except Refused:
        return


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "answer.json.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(300):
            file.write(b" " * (1 << 20))
    from tests.intake import refusal

    message = refusal("meeting-service", path, "--mapping", mapping(tmp_path, "meeting-service"))
    assert "unpacks to more than 250 times its size" in message


# The calls seen in the wild -------------------------------------------------------------------------------------------
# Calls of the samples that are taken in; the others are of services whose records are not kept here.
TAKEN = (
    "archive_files_GET",
    "groups-{groupId}-admins_GET",
    "groups-{groupId}-members_GET",
    "im-groups-{groupId}-members_GET",
    "im-groups_GET",
    "metrics-chat_GET",
    "metrics-client-feedback-{feedbackId}_GET",
    "metrics-meetings-{meetingId}-participants-qos_GET",
    "metrics-meetings-{meetingId}-participants-qos_summary_GET",
    "metrics-meetings-{meetingId}-participants-satisfaction_GET",
    "metrics-meetings-{meetingId}-participants-sharing_GET",
    "metrics-meetings-{meetingId}-participants-{participantId}-qos_GET",
    "metrics-meetings-{meetingId}-participants_GET",
    "metrics-meetings-{meetingId}_GET",
    "metrics-webinars-{webinarId}-participants_GET",
    "metrics-webinars_GET",
    "metrics-zoomrooms-{zoomroomId}_GET",
    "metrics-zoomrooms_GET",
    "past_meetings-{meetingId}-participants_GET",
    "past_meetings-{meetingId}-polls_GET",
    "past_meetings-{meetingId}-qa_GET",
    "past_meetings-{meetingId}_GET",
    "past_meetings-{meetingUUID}-archive_files_GET",
    "report-activities_GET",
    "report-chat-sessions-{sessionId}_GET",
    "report-history_meetings_GET",
    "report-meetings-{meetingId}-participants_GET",
    "report-meetings-{meetingId}-polls_GET",
    "report-meetings-{meetingId}-qa_GET",
    "report-meetings-{meetingId}-survey_GET",
    "report-meetings-{meetingId}_GET",
    "report-operationlogs_GET",
    "report-users-{userId}-meetings_GET",
    "report-users_GET",
    "report-webinars-{webinarId}-participants_GET",
    "report-webinars-{webinarId}_GET",
    "roles-{roleId}-members_GET",
    "rooms-{roomId}_GET",
    "rooms_GET",
    "sip_phones-phones_GET",
    "users-{userId}-assistants_GET",
    "users-{userId}-schedulers_GET",
    "users-{userId}-tsp_GET",
    "users_GET",
    "users-{userId}_GET",
)
# The service's own sample of this call ends before it starts.
WRONG = {"metrics-meetings_GET": "ends before it starts"}


def sample(name: str) -> str:
    if not SERVICE.exists():
        pytest.skip(f"{SERVICE} is not here")
    with zipfile.ZipFile(SERVICE) as archive:
        return archive.read(f"SampleData/Endpoints/{name}.json").decode("utf-8-sig")


@pytest.mark.parametrize("name", TAKEN)
def test_each_call_seen_in_the_wild_loads_and_every_one_of_its_keys_is_known(name: str, tmp_path: Path) -> None:
    bring(tmp_path, "meeting-service", "answer.json", sample(name), meeting=MEETING, file=["nominal_date = 2026-03-02"])
    read, loaded, present, refused = counts()
    assert (read, refused) == (loaded + present, 0), rejected(tmp_path)
    assert read >= 1


@pytest.mark.parametrize(("name", "reason"), WRONG.items())
def test_a_call_whose_sample_is_wrong_is_rejected(name: str, reason: str, tmp_path: Path) -> None:
    bring(tmp_path, "meeting-service", "answer.json", sample(name))
    assert counts()[0] == counts()[3]
    assert reason in rejected(tmp_path)[0]

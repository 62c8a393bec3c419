"""What the conference service tells: signatures, repeats, any order, and what is refused."""

import hashlib
import hmac
import itertools
import json
import logging
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from records import tasks, webhooks
from records.intake.meetings.stretches import paired
from records.intake.meetings.table import table
from records.models import Delivery, DeliveryTally, DroppedSecret, Interval, Meeting, Message, Participation, Record
from tests.broker import Broker
from tests.factories import make_customer
from tests.records_meetings import SERVICE, START, attendance

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather"
MEETING = {"id": "98765432100", "uuid": "4444AAAiAAAAAiAiAiiAii==", "host_id": "x1y", "topic": "Plans", "type": 8,
           "start_time": "2026-03-02T15:00:00Z", "timezone": "America/Los_Angeles", "duration": 60}  # fmt: skip
ANN = {"user_id": "1", "user_name": "Ann", "id": "a", "participant_uuid": "p", "email": "ann@example.com",
       "registrant_id": "r", "participant_user_id": "a", "customer_key": "k", "phone_number": "8615250064"}  # fmt: skip


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.MEETING_WEBHOOK_SECRET = SECRET


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker) -> None:
    """What was delivered is taken in where a test does it."""


def signed(body: bytes, *, at: datetime | None = None, secret: str = SECRET) -> dict[str, str]:
    moment = str(int((at or datetime.now(UTC)).timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-zm-request-timestamp": moment, "x-zm-signature": f"v0={digest}"}


def post(body: bytes, headers: dict[str, str] | None = None) -> int:
    return int(_post(body, headers).status_code)


def _post(body: bytes, headers: dict[str, str] | None = None) -> Any:
    headers = signed(body) if headers is None else headers
    return Client(enforce_csrf_checks=True).post("/hooks/meetings", body, "application/json", headers=headers)


def body_of(event: str, about: dict[str, Any], ts: int = 1772463600000, **beside: Any) -> bytes:
    return json.dumps(
        {"event": event, "event_ts": ts, "payload": {"account_id": "A", **beside, "object": about}}
    ).encode()


def tell(event: str, about: dict[str, Any], **options: Any) -> None:
    """Deliver an event and take it in."""
    assert post(body_of(event, about, **options)) == 204
    for delivery in Delivery.objects.exclude(state="done"):
        webhooks.take_in(delivery.pk)


def minute(number: int) -> str:
    return (START + timedelta(minutes=number)).isoformat()


def joined(number: int) -> tuple[str, dict[str, Any]]:
    return webhooks.JOINED, {**MEETING, "participant": {**ANN, "join_time": minute(number)}}


def left(number: int) -> tuple[str, dict[str, Any]]:
    return webhooks.LEFT, {**MEETING, "participant": {**ANN, "leave_time": minute(number), "leave_reason": "left"}}


# The door -------------------------------------------------------------------------------------------------------------
def test_without_a_secret_there_is_nothing_here(settings: Any) -> None:
    settings.MEETING_WEBHOOK_SECRET = ""
    body = body_of("meeting.started", MEETING)
    assert post(body, signed(body, secret="")) == 404


def test_the_check_of_the_address_is_answered_with_the_proof_of_the_secret() -> None:
    body = json.dumps(
        {"event": "endpoint.url_validation", "event_ts": 1772463600000, "payload": {"plainToken": "qgg8"}}
    )
    answer = _post(body.encode())
    assert answer.json() == {
        "plainToken": "qgg8",
        "encryptedToken": hmac.new(SECRET.encode(), b"qgg8", hashlib.sha256).hexdigest(),
    }
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "not signed with our secret"),
        ({"x-zm-signature": "v0=00", "x-zm-request-timestamp": "1"}, "not signed with our secret"),
        ({"x-zm-signature": "v0=é"}, "not signed with our secret"),
        (signed(b"other"), "not signed with our secret"),
        (signed(body_of("meeting.started", MEETING), secret="another"), "not signed with our secret"),
    ],
)
def test_what_is_not_signed_is_refused(headers: dict[str, str], why: str) -> None:
    answer = _post(body_of("meeting.started", MEETING), headers)
    assert (answer.status_code, answer.content.decode().strip()) == (401, why)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-290, 204), (290, 204), (-310, 401), (310, 401)])
def test_a_signature_is_good_for_five_minutes_either_way(seconds: int, status: int) -> None:
    body = body_of("meeting.started", MEETING)
    assert post(body, signed(body, at=datetime.now(UTC) + timedelta(seconds=seconds))) == status


@pytest.mark.parametrize("timestamp", ["", "now", "9" * 400, "-5", "1e9"])
def test_a_timestamp_that_is_none_is_stale_though_signed(timestamp: str) -> None:
    body = body_of("meeting.started", MEETING)
    digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    assert post(body, {"x-zm-request-timestamp": timestamp, "x-zm-signature": f"v0={digest}"}) == 401


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000,
        b'{"event": "meeting.started"}',
        b'{"event": 5, "event_ts": 1772463600000, "payload": {}}',
        b'{"event": "meeting.started", "event_ts": 1e400, "payload": {}}',
        b'{"event": "meeting.started", "event_ts": 99999999999999999, "payload": {}}',
        b'{"event": "endpoint.url_validation", "event_ts": 1772463600000, "payload": {"plainToken": 5}}',
    ],
)  # fmt: skip
def test_what_is_signed_and_no_event_is_not_understood(body: bytes) -> None:
    assert post(body) == 400


def test_what_is_too_long_is_refused_before_it_is_read(settings: Any) -> None:
    settings.MEETING_WEBHOOK_MAX_BYTES = 300
    body = body_of("meeting.started", {**MEETING, "topic": "x" * 300})
    assert post(body) == 413


def test_other_ways_of_asking_are_refused() -> None:
    assert Client().get("/hooks/meetings").status_code == 405


def test_an_event_that_is_not_taken_in_is_counted_and_nothing_of_it_kept() -> None:
    for _ in range(2):
        assert post(body_of("phone.callee_ringing", {"name": "Ann"})) == 204
    assert list(DeliveryTally.objects.values_list("event", "outcome", "count")) == [
        ("phone.callee_ringing", "unknown", 2)
    ]
    assert not Delivery.objects.exists()


def test_a_repeated_delivery_is_stored_once_and_answered_alike(
    broker: Broker, django_capture_on_commit_callbacks: Any
) -> None:
    body = body_of("meeting.started", MEETING)
    with django_capture_on_commit_callbacks(execute=True):
        assert [post(body) for _ in range(3)] == [204] * 3
    assert Delivery.objects.count() == 1
    assert broker.asked(tasks.take_in_delivery.name) == [Delivery.objects.get().pk]
    assert sorted(DeliveryTally.objects.values_list("outcome", "count")) == [("repeated", 2), ("stored", 1)]


def test_the_body_is_sealed_while_it_waits_and_gone_when_it_is_taken_in(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    assert post(body_of(*joined(0))) == 204
    post(body_of(*joined(0)), {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(row)::text FROM records_delivery AS row")
        row = cursor.fetchone()[0]
    assert "ann@example.com" not in row
    assert b"ann@example.com".hex() not in row
    assert "ann@example.com" not in caplog.text + "".join(capfd.readouterr())
    delivery = Delivery.objects.get()
    assert "ann@example.com" in (delivery.body or "")
    tasks.take_in_delivery(delivery.pk)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.body) == ("done", None)
    tasks.take_in_delivery(delivery.pk)
    assert Interval.objects.count() == 1


# What becomes of events -----------------------------------------------------------------------------------------------
def test_a_meeting_from_its_start_to_its_end() -> None:
    ann = make_customer("C-1", email="Ann@example.com")
    for number, (event, about) in enumerate([("meeting.started", MEETING), joined(0), left(10), joined(20)]):
        tell(event, about, ts=1772463600000 + number)
    assert attendance() == [("Ann", "ann@example.com", 600, 2)]
    tell("meeting.ended", {**MEETING, "end_time": minute(30)})
    assert attendance() == [("Ann", "ann@example.com", 1200, 2)]
    (meeting,) = Meeting.objects.all()
    assert (meeting.number, meeting.topic, meeting.duration_seconds) == ("98765432100", "Plans", 1800)
    assert Participation.objects.get().customer == ann
    assert list(Interval.objects.order_by("joined_at").values_list("leave_reason", flat=True)) == ["left", ""]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_joins_and_leaves_add_up_in_any_order(order: tuple[int, ...]) -> None:
    told = [joined(0), left(10), joined(20), left(25)]
    for number in order:
        tell(*told[number], ts=1772463600000 + number)
    Delivery.objects.all().delete()
    for number in order:  # and once more, as after a lost answer
        tell(*told[number], ts=1772463600000 + number)
    ((_, _, seconds, stretches),) = attendance()
    assert (seconds, stretches) == (900, 2), order


MINUTES = st.integers(0, 60)


@given(joins=st.sets(MINUTES, max_size=6), leaves=st.sets(MINUTES, max_size=6))
def test_pairs_use_each_join_and_leave_once_and_never_end_before_they_begin(joins: set[int], leaves: set[int]) -> None:
    begins, ends = ({START + timedelta(minutes=at) for at in told} for told in (joins, leaves))
    pairs = paired(begins, ends)
    assert sorted(leave for _, leave in pairs if leave) == sorted(ends)
    assert {join for join, leave in pairs if join != leave} | {
        join for join in begins if (join, join) in pairs
    } == begins
    assert all(leave is None or join <= leave for join, leave in pairs)


def test_a_recording_is_told_without_its_files_and_secrets_are_dropped() -> None:
    file = {"id": "f1", "recording_start": minute(0), "recording_end": minute(60), "file_type": "MP4", "file_size": 9,
            "play_url": "https://example.com/play", "download_url": "https://example.com/get"}  # fmt: skip
    about = {**MEETING, "password": "132456", "recording_play_passcode": "yNYI", "host_email": "h@example.com",
             "recording_files": [file, {**file, "id": "f2"}]}  # fmt: skip
    tell("recording.completed", about)
    records = Record.objects.filter(category=11)
    assert sorted(record.attributes["c11-archived-meeting-file-id"] for record in records) == ["f1", "f2"]
    assert {record.host_email for record in records} == {"h@example.com"}
    assert "play" not in str([record.attributes for record in records])
    secret = DroppedSecret.objects.get()
    assert (secret.element, secret.source_import) == ("c12-user-web-conferences-password", None)


def test_messages_of_meetings_and_of_the_collaboration_service() -> None:
    ann = make_customer("C-1", email="ann@example.com")
    said = {"date_time": minute(5), "sender_name": "Ann", "sender_email": "ann@example.com", "message_id": "M1",
            "message_content": "card 4111 1111 1111 1111 please", "recipient_email": "bo@example.com"}  # fmt: skip
    tell("meeting.chat_message_sent", {"id": 98765432100, "uuid": MEETING["uuid"], "chat_message": said})
    chat = {"id": "M2", "type": "to_channel", "date_time": minute(6), "channel_name": "Team", "message": "Hello",
            "contact_email": "bo@example.com"}  # fmt: skip
    tell("chat_message.sent", chat, operator="ann@example.com")
    tell("chat_message.updated", {**chat, "message": "Hello all"}, operator="ann@example.com")
    rows = Message.objects.order_by("sent_at", "state")
    assert [(row.number, row.state, row.text, row.customer, row.retention_rule) for row in rows] == [
        ("M1", "sent", "card [card number removed] please", ann, "RET-4"),
        ("M2", "edited", "Hello all", ann, "RET-5"),
        ("M2", "sent", "Hello", ann, "RET-5"),
    ]


def test_what_cannot_be_taken_in_stays_with_the_reason_and_can_be_tried_again() -> None:
    about = {**MEETING, "id": ""}
    assert post(body_of("meeting.started", about)) == 204
    delivery = Delivery.objects.get()
    with pytest.raises(webhooks.DeliveryFailed, match=r"meeting.started does not say which meeting"):
        tasks.take_in_delivery(delivery.pk)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error[:22], webhooks.failed()) == ("failed", "does not say which mee", 1)
    assert delivery.body


def test_deliveries_whose_call_was_lost_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(tasks.take_in_delivery, "delay", asked.append)
    for number in range(3):
        post(body_of("meeting.started", MEETING, ts=1772463600000 + number))
    webhooks.take_in(Delivery.objects.earliest("pk").pk)
    tasks.take_in_waiting()
    assert asked == sorted(Delivery.objects.filter(state="waiting").values_list("pk", flat=True))
    assert len(asked) == 2


def samples() -> list[str]:
    if not SERVICE.exists():
        return []
    with zipfile.ZipFile(SERVICE) as archive:
        return sorted(name for name in archive.namelist() if "/Webhooks/" in name and name.endswith(".json"))


def test_every_event_seen_in_the_wild_is_taken_in_passed_over_or_not_understood() -> None:
    if not SERVICE.exists():
        pytest.skip(f"{SERVICE} is not here")
    answers: dict[int, int] = {}
    with zipfile.ZipFile(SERVICE) as archive:
        for name in samples():
            status = post(archive.read(name).decode("utf-8-sig").encode())
            answers[status] = answers.get(status, 0) + 1
    taken = list(Delivery.objects.values_list("event", flat=True))
    for delivery in Delivery.objects.all():
        webhooks.take_in(delivery.pk)
    print(f"{len(samples())} samples: {answers}, taken in: {sorted(taken)}")  # noqa: T201
    assert sum(answers.values()) == 569
    assert set(answers) <= {200, 204, 400}
    assert sorted(taken) == sorted(table().events)
    assert not Delivery.objects.exclude(state="done").exists()

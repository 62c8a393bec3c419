"""Meetings, participants and messages kept by hand: made, changed with a history, and what is refused."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from privacy import changes
from privacy.models import User
from privacy.roles import Role
from records.models import Meeting, Message, Participation
from tests.factories import make_user

pytestmark = pytest.mark.django_db

KEPT = {"source": "personnel", "location": "headquarters"}
MEETING = {
    "number": "812 3456 7890", "topic": "Rates", "started_at": "2026-03-02T10:00", "ended_at": "2026-03-02T11:30",
    "host_name": "Ann Lee", "host_email": "ann@example.gov", **KEPT,
}  # fmt: skip


@pytest.fixture
def keeper(client: Client) -> User:
    user = make_user(Role.RECORDS_ADMINISTRATOR, time_zone="UTC")
    client.force_login(user)
    return user


@pytest.fixture
def meeting(client: Client, keeper: User) -> Meeting:
    client.post("/records/meetings/new/", MEETING)
    return Meeting.objects.get()


def test_meeting_made_by_hand_has_its_length_and_a_sealed_topic(client: Client, meeting: Meeting, keeper: User) -> None:
    assert (meeting.number, meeting.duration_seconds, meeting.topic) == ("81234567890", 5400, "Rates")
    assert (meeting.created_by, meeting.source) == (keeper, "personnel")
    page = client.get(f"/meetings/{meeting.key}/").content.decode()
    assert ("Rates" in page, "New participant" in page) == (True, True)


def test_changed_meeting_keeps_what_it_was(client: Client, meeting: Meeting) -> None:
    form = client.get(f"/records/meetings/{meeting.key}/edit/").context["form"]
    read = client.get(f"/records/meetings/{meeting.key}/edit/").context["read"]
    client.post(f"/records/meetings/{meeting.key}/edit/", {**MEETING, "topic": "Rates of 2027", "read": read})

    assert form.initial["topic"] == "Rates"
    newest = next(change for change in changes.history(Meeting.objects.get()) if change.field == "topic")
    assert (newest.before, newest.after) == ("Rates", "Rates of 2027")
    assert "Rates of 2027" in client.get(f"/records/meetings/{meeting.key}/history/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ended_at": "2026-03-02T09:00"}, "This is before it started."),
        ({"number": ""}, "This field is required."),
        ({"topic": "card 4111 1111 1111 1111"}, "which Waymark never keeps"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    client: Client, keeper: User, wrong: dict[str, str], said: str
) -> None:
    answer = client.post("/records/meetings/new/", {**MEETING, **wrong})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert "4111" not in answer.content.decode()
    assert Meeting.objects.count() == 0


def test_participant_has_one_stretch_that_follows_a_change(client: Client, meeting: Meeting) -> None:
    given = {"name": "Bob", "email": "", "joined_at": "2026-03-02T10:05", "left_at": "2026-03-02T10:35", **KEPT}
    client.post(f"/records/participations/new/{meeting.key}/", given)
    person = Participation.objects.get()
    assert (person.seconds, person.email, person.intervals.count()) == (1800, "", 1)

    address = f"/records/participations/{person.key}/edit/"
    read = client.get(address).context["read"]
    answer = client.post(address, {**given, "left_at": "2026-03-02T10:45", "read": read})
    assert answer["Location"].startswith(f"/meetings/{meeting.key}/")
    stretch = Participation.objects.get().intervals.get()
    assert stretch.left_at == datetime(2026, 3, 2, 10, 45, tzinfo=UTC)
    assert Participation.objects.get().seconds == 2400


def test_message_is_sealed_and_under_the_sessions_rule(client: Client, meeting: Meeting) -> None:
    given = {"sender": "Bob", "sent_at": "2026-03-02T10:10", "channel": "", "text": "the words", **KEPT}
    client.post(f"/records/messages/new/{meeting.key}/", given)
    message = Message.objects.get()
    assert (message.text, message.retention_rule) == ("the words", "RET-4")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_message WHERE position('the words'::bytea IN text) > 0")
        assert cursor.fetchone() == (0,)

"""An event at another time or place, or called off: whoever is registered is told once, with their calendar's file."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from campaigns.tasks.registrations import tell_registered, tend_registrations
from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from records import moving
from records.enums import RegistrationState
from records.models import Gathering, Interaction, Registration
from records.programmes import taking_part
from tests.campaigns.gathering import NEW_YORK, clocks_change, comes, make_gathering
from tests.campaigns.viewing import Recipient
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
WHERE = {"source": "customer", "location": "contractor"}
# Two days before summer time begins in New York, and the day after.
FRIDAY, MONDAY = (
    datetime.combine(clocks_change(1) + timedelta(days=days), time(9, 30), NEW_YORK).astimezone(UTC) for days in (-2, 1)
)


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> None:
    cache.clear()


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def edit(client: Client, gathering: Gathering, **changed: Any) -> None:
    """As staff do it: the form with what it says now, and what is changed."""
    gathering.refresh_from_db()
    ends = gathering.ends_there
    sent = {
        "name": gathering.name,
        "place": gathering.place,
        "starts_at": gathering.starts_there.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": ends.strftime("%Y-%m-%dT%H:%M") if ends else "",
        "time_zone": gathering.time_zone,
        "is_open": "on",
        **WHERE,
        **changed,
    }
    address = f"/records/events/{gathering.key}/edit/"
    read = client.get(address).context["read"]
    assert client.post(address, {**sent, "read": read}).status_code == 302


def calendar_in(letter: Any) -> tuple[str, Any]:
    """The method and the one event of the calendar file that a letter has."""
    ((_name, content, _kind),) = letter.attachments
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_whoever_is_registered_or_waits_reads_what_it_was_and_is_and_their_calendar_follows(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    forum = make_gathering(starts_at=FRIDAY, ends_at=FRIDAY + timedelta(hours=2), place="Hall 3", capacity=1)
    first, _waits = comes(forum, "C-1"), comes(forum, "C-2")
    registered = Calendar.from_ical(Recipient().get(f"/registration/{first.token}/event.ics").content)
    (known,) = registered.walk("VEVENT")
    # To Monday, by which time the clocks have changed: the same time of day there is another moment.
    there = {"starts_at": f"{MONDAY:%Y-%m-%d}T09:30", "ends_at": f"{MONDAY:%Y-%m-%d}T11:30"}
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, **there, place="Hall 5", capacity="1")
    forum.refresh_from_db()
    assert (FRIDAY.hour, forum.starts_at.hour, forum.starts_at) == (14, 13, MONDAY)
    told, waiting = sorted(mail.outbox, key=lambda letter: str(letter.to))
    assert (told.to, told.subject, waiting.to) == (["c-1@example.org"], "Changed: The forum", ["c-2@example.org"])
    then, day = (f"March {moment.day}, {moment.year}" for moment in (FRIDAY, MONDAY))
    was = f"It was: {then}, 9:30 AM EST – {then}, 11:30 AM EST, Hall 3"
    now = f"It is now: {day}, 9:30 AM EDT – {day}, 11:30 AM EDT, Hall 5"
    for letter in (told, waiting):
        assert was in letter.body
        assert now in letter.body
    assert f"/registration/{first.token}/" in told.body
    method, event = calendar_in(told)
    assert (method, event["UID"], event["LOCATION"]) == ("PUBLISH", known["UID"], "Hall 5")
    assert event["SEQUENCE"] > known["SEQUENCE"]
    assert (event["DTSTART"].dt.hour, event["DTSTART"].dt.astimezone(UTC)) == (9, forum.starts_at)
    assert waiting.attachments == [], "who waits has no place that a calendar would hold"


def test_a_change_is_told_once_however_often_it_is_asked_for_and_the_next_from_there(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    forum = make_gathering(starts_at=FRIDAY, place="Hall 3")
    made = comes(forum, "C-1")
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, place="Hall 5")
    tell_registered(made.pk)
    tend_registrations()
    assert len(mail.outbox) == 1
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, place="Hall 7")
    body = str(mail.outbox[1].body)
    assert ("Hall 5" in body, "Hall 7" in body, "Hall 3" in body) == (True, True, False)
    assert calendar_in(mail.outbox[1])[1]["SEQUENCE"] > calendar_in(mail.outbox[0])[1]["SEQUENCE"]
    tend_registrations()
    assert len(mail.outbox) == 2


def test_two_changes_before_a_letter_went_are_told_in_one_and_one_taken_back_in_none(
    client: Client, manager: User
) -> None:
    """The tasks were lost with the broker: the clock finds who was not told."""
    forum, other = (
        make_gathering(starts_at=FRIDAY, place="Hall 3"),
        make_gathering("other", starts_at=FRIDAY, place="Here"),
    )
    comes(forum, "C-1"), comes(other, "C-2")
    for place in ("Hall 5", "Hall 7"):
        edit(client, forum, place=place)
    for place in ("There", "Here"):
        edit(client, other, place=place)
    tend_registrations()
    (letter,) = mail.outbox
    assert letter.to == ["c-1@example.org"]
    assert ("Hall 3" in letter.body, "Hall 5" in letter.body, "Hall 7" in letter.body) == (True, False, True)
    assert not moving.to_tell().exists()


def test_nobody_is_told_who_is_off_came_later_or_of_what_is_no_time_or_place(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    forum = make_gathering(starts_at=FRIDAY, place="Hall 3")
    off = comes(forum, "C-1")
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/registration/{off.token}/", {"cancel": "1"})
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, place="Hall 5")
        comes(forum, "C-2")
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, description="Of letters", capacity="9", name="The great forum")
    tend_registrations()
    assert mail.outbox == []


def test_whoever_was_entered_by_staff_gets_an_address_of_their_own_and_spanish_is_kept(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    forum = make_gathering(starts_at=FRIDAY, place="Hall 3", name_es="El foro")
    made = Registration.objects.create(
        gathering=forum, customer=make_customer("C-1", email="c-1@example.org"), registered_at=timezone.now(),
        language="es",
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, forum, place="Hall 5", name_es="El foro")
    made.refresh_from_db()
    (letter,) = mail.outbox
    assert letter.subject == "Cambio: El foro"
    assert "Ahora es: " in letter.body
    assert f"/registration/{made.token}/" in letter.body


def test_an_event_is_called_off_for_everybody_once_and_stays_so(
    client: Client, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    forum = make_gathering(place="Hall 3", capacity=1)
    first, _waits, gone = comes(forum, "C-1"), comes(forum, "C-2"), comes(forum, "C-3")
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/registration/{gone.token}/", {"cancel": "1"})
    mail.outbox.clear()
    (known,) = Calendar.from_ical(Recipient().get(f"/registration/{first.token}/event.ics").content).walk("VEVENT")
    address = f"/records/events/{forum.key}/"
    assert "Cancel event" in client.get(address).content.decode()
    asked = " ".join(client.post(f"{address}call-off/").content.decode().split())
    assert "Cancel “The forum”?" in asked
    assert "2 people are registered or waiting: this cancels their registrations and notifies them." in asked
    assert "What was paid" not in asked
    assert forum.registrations.filter(cancelled_at=None).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{address}call-off/", {"sure": "1"}, follow=True)
    assert "Everyone who was registered or waiting is notified." in answer.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert "already" in client.post(f"{address}call-off/", {"sure": "1"}, follow=True).content.decode()
    tend_registrations()
    assert sorted((letter.to[0], letter.subject) for letter in mail.outbox) == [
        ("c-1@example.org", "Event canceled: The forum"),
        ("c-2@example.org", "Event canceled: The forum"),
    ]
    told = next(letter for letter in mail.outbox if letter.to == ["c-1@example.org"])
    method, event = calendar_in(told)
    assert (method, event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", known["UID"])
    assert event["SEQUENCE"] > known["SEQUENCE"]
    assert {row.state for row in taking_part(Registration)(manager)} == {RegistrationState.CANCELLED}
    # Nobody comes any more, by whatever door.
    shut = Recipient().get("/event/forum/")
    assert (shut.status_code, "it has been canceled" in shut.content.decode()) == (410, True)
    own = Recipient().get(f"/registration/{first.token}/").content.decode()
    assert ("it has been canceled" in own, "Register again" in own) == (True, False)
    Recipient().post(f"/registration/{first.token}/", {"again": "1"})
    client.post(f"/records/registrations/{first.key}/reopen/")
    client.post(f"{address}unpublish/")
    assert "It is canceled" in client.post(f"{address}publish/", follow=True).content.decode()
    make_customer("C-9")
    late = {"customer": "C-9", "registered_at": "2026-03-05T12:00", "attended": "unknown", **WHERE}
    refused = client.post(f"/records/registrations/new/{forum.key}/", late)
    assert "This event is canceled." in refused.content.decode()
    assert not forum.registrations.filter(cancelled_at=None).exists()


def test_calling_off_asks_no_more_of_the_database_for_many_and_keeps_each_change(manager: User) -> None:
    def statements(slug: str, people: int) -> int:
        forum = make_gathering(slug, created_by=manager)
        for number in range(people):
            comes(forum, f"{slug}-{number}", accommodations="A ramp")
        with CaptureQueriesContext(connection) as asked:
            assert moving.call_off(forum, manager, Basis(3))
        for one in forum.registrations.all():
            (change,) = [entry for entry in changes.history(one) if entry.field == "cancelled_at"]
            assert (change.before, change.by, bool(one.cancelled_at)) == (None, manager.name, True)
            assert datetime.fromisoformat(change.after or "") == one.cancelled_at
        assert not Interaction.objects.filter(next_step_done_at=None).exists()
        return len(asked)

    assert statements("few", 2) == statements("many", 7)


def test_what_has_begun_is_not_called_off(client: Client, manager: User) -> None:
    forum = make_gathering()
    comes(forum, "C-1")
    Gathering.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "or has already begun" in client.post(f"/records/events/{forum.key}/call-off/", follow=True).content.decode()
    client.post(f"/records/events/{forum.key}/call-off/", {"sure": "1"})
    forum.refresh_from_db()
    assert forum.cancelled_at is None
    assert forum.registrations.get().cancelled_at is None

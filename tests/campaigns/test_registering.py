"""Registering for an event: places in order, the waiting list, one's own page, letters; by a link or at the address."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from icalendar import Calendar

from campaigns.models import Event
from campaigns.programmes import registering
from campaigns.programmes.registering import Shut, TakesNone, Wishes
from campaigns.programmes.telling import Way
from campaigns.views import registering as pages
from privacy import changes
from privacy.tries import refusals
from records import seating
from records.enums import RegistrationState
from records.models import Customer, Gathering, Registration
from tests.campaigns.gathering import (
    NEW_YORK,
    NEXT_YEAR,
    clocks_change,
    comes,
    invited,
    make_gathering,
    own_address,
)
from tests.campaigns.viewing import Recipient, scripts_of
from tests.events import append, make_campaign
from tests.factories import make_customer, viewer_of

pytestmark = pytest.mark.django_db
ANN = {"name": "Ann Lee", "email": "ann@example.org"}


@pytest.fixture(autouse=True)
def nothing_counted(work: None) -> Iterator[None]:
    cache.clear()
    refusals.clear()
    pages.begun.clear()
    yield
    pages.begun.clear()


def states(gathering: Gathering) -> list[tuple[str, str]]:
    rows = gathering.registrations.select_related("customer").order_by("pk")
    return [(row.customer.number, row.state.value) for row in rows]


# At the event's address -----------------------------------------------------------------------------------------------
def test_a_stranger_registers_without_a_script_and_gets_a_letter_with_their_own_link_and_a_calendar_file(
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_gathering(place="Port Amity")
    person = Recipient()
    page = person.get("/event/forum/").content.decode()
    for said in ("Privacy Act statement", "Port Amity", "Your e-mail address", "Only the organizers see this."):
        assert said in page
    assert scripts_of(page) == ["languages.js"]
    with django_capture_on_commit_callbacks(execute=True):
        sent = person.post("/event/forum/", {**ANN, "badge_name": "Annie", "accommodations": "A ramp", "role": "Guest"})
    assert (sent.status_code, sent["Location"]) == (302, "/event/forum/?sent=1")
    assert "We have written to you." in person.get(sent["Location"]).content.decode()
    made = Registration.objects.get()
    assert (made.customer.name, made.customer.email, made.customer.source) == ("Ann Lee", "ann@example.org", "customer")
    assert (made.badge_name, made.accommodations, made.role, made.itinerary) == ("Annie", "A ramp", "Guest", None)
    assert (made.state, made.language, made.source) == (RegistrationState.CONFIRMED, "en", "customer")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ann@example.org"], "You have a place: The forum")
    assert own_address() == f"/registration/{made.token}/"
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == ("event.ics", "text/calendar")
    event = event_of(content)
    assert (event["SUMMARY"], event["LOCATION"], event["STATUS"]) == ("The forum", "Port Amity", "CONFIRMED")
    assert event["UID"].startswith(f"{made.key}@")
    assert not Event.objects.exists()


def event_of(content: bytes) -> Any:
    """The one event of a calendar file."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_it_speaks_spanish(django_capture_on_commit_callbacks: Any) -> None:
    make_gathering(name_es="El foro", description_es="Sobre cartas")
    page = Recipient().get("/event/forum/?language=es").content.decode()
    assert "El foro" in page
    assert "Sobre cartas" in page
    assert "Inscribirme" in page
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/event/forum/?language=es", ANN)
    assert mail.outbox[0].subject == "Tiene una plaza: El foro"


def test_who_registers_twice_reads_the_same_and_is_registered_once(django_capture_on_commit_callbacks: Any) -> None:
    make_gathering()
    answers = []
    for name in ("Ann Lee", "Somebody else"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = Recipient().post("/event/forum/", {"name": name, "email": "ANN@example.org", "role": name})
        answers.append((answer.status_code, answer["Location"]))
    assert answers == [(302, "/event/forum/?sent=1")] * 2
    made = Registration.objects.get()
    assert (made.role, Customer.objects.count()) == ("Ann Lee", 1)
    # The link goes out again, to the address alone: it may have been lost.
    assert [letter.to for letter in mail.outbox] == [["ANN@example.org"]] * 2
    assert own_address(0) == own_address(1)


def test_somebody_known_by_the_address_is_not_made_anew() -> None:
    known = make_customer("C-9", email="Ann@Example.org", name="Ann Lee-Jones")
    make_gathering()
    Recipient().post("/event/forum/", ANN)
    assert Registration.objects.get().customer == known
    known.refresh_from_db()
    assert known.name == "Ann Lee-Jones"


@pytest.mark.parametrize("before", [0, 3])
def test_a_form_takes_as_many_statements_however_many_have_come(before: int, django_assert_num_queries: Any) -> None:
    forum = make_gathering(capacity=2)
    for number in range(before):
        comes(forum, f"C-{number}")
    # Begin and end of the transaction are two of them.
    with django_assert_num_queries(10):
        Recipient().post("/event/forum/", ANN)
    assert forum.registrations.count() == before + 1


def test_whose_records_were_merged_is_registered_once_and_what_stands_comes_before_what_was_called_off() -> None:
    forum = make_gathering()
    off, stands = comes(forum, "C-1"), comes(forum, "C-2")
    registering.call_off(off)
    person = make_customer("C-3")
    Customer.objects.filter(pk__in=[off.customer_id, stands.customer_id]).update(merged_into=person)
    found = registering.registration_of(forum, person)
    assert (found, found and found.customer.number) == (stands, "C-2")
    assert registering.register(forum, person, Wishes(), Way()) == (stands, False)
    assert registering.registration_of(forum, make_customer("C-4")) is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "email": "ann@example.org"}, "This field is required."),
        ({"name": "Ann", "email": "ann at home"}, "Enter a valid email address."),
        ({**ANN, "itinerary": "4111 1111 1111 1111"}, "full card number"),
        ({**ANN, "badge_name": "x" * 101}, "at most 100 characters"),
    ],
    ids=["no name", "no address", "card number", "too long"],
)
def test_what_is_wrong_is_said_and_nothing_is_stored_or_lost(sent: dict[str, str], said: str) -> None:
    make_gathering()
    answer = Recipient().post("/event/forum/", {"role": "Speaker", **sent})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="Speaker"' in page
    assert "4111" not in page
    assert not Registration.objects.exists()
    assert not Customer.objects.exists()


def test_a_machine_that_fills_in_what_nobody_sees_reads_the_same_and_nothing_is_stored() -> None:
    make_gathering()
    answer = Recipient().post("/event/forum/", {**ANN, "website": "https://example.org"})
    assert (answer.status_code, answer["Location"]) == (302, "/event/forum/?sent=1")
    assert not Customer.objects.exists()


def test_from_one_address_only_so_many_register_within_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.begun, "MOST", 2)
    make_gathering()
    for number in range(2):
        assert Recipient().post("/event/forum/", {"name": "A", "email": f"{number}@example.org"}).status_code == 302
    held_back = Recipient().post("/event/forum/", {**ANN, "role": "Speaker"})
    assert (held_back.status_code, held_back["Retry-After"]) == (429, "3600")
    assert 'value="Speaker"' in held_back.content.decode()
    assert Registration.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"published_at": None}, 404, "does not open"),
        ({"is_open": False}, 404, "does not open"),
        ({"starts_at": datetime(2026, 1, 1, tzinfo=UTC)}, 410, "This has already begun"),
        ({"registration_closes_at": datetime(2026, 1, 1, tzinfo=UTC)}, 410, "Registration has closed."),
    ],
    ids=["unpublished", "by invitation", "over", "closed"],
)
def test_one_that_takes_nobody_says_so(fields: dict[str, Any], status: int, said: str) -> None:
    make_gathering(**fields)
    for answer in (Recipient().get("/event/forum/"), Recipient().post("/event/forum/", ANN)):
        assert answer.status_code == status
        assert said in answer.content.decode() or status == 404
    assert not Registration.objects.exists()


def test_a_full_event_says_so_before_one_registers_and_whoever_does_waits(
    django_capture_on_commit_callbacks: Any,
) -> None:
    forum = make_gathering(capacity=1)
    comes(forum, "C-1")
    assert "Put me on the waiting list" in Recipient().get("/event/forum/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/event/forum/", ANN)
    assert mail.outbox[0].subject == "You are on the waiting list: The forum"
    assert mail.outbox[0].attachments == []
    page = Recipient().get(own_address()).content.decode()
    assert "You are on the waiting list." in page
    assert "calendar" not in page
    assert Recipient().get(f"{own_address()}event.ics").status_code == 404


# By a share's link ----------------------------------------------------------------------------------------------------
def test_a_recipient_registers_by_their_own_link_and_the_campaign_has_the_response() -> None:
    forum = make_gathering(is_open=False)
    share, person = invited(forum), Recipient()
    assert "You are invited." in person.get(f"/s/{share.token}/").content.decode()
    assert person.get(f"/s/{share.token}/go/")["Location"] == f"/s/{share.token}/event/"
    page = person.get(f"/s/{share.token}/event/").content.decode()
    assert "Your e-mail address" not in page
    sent = person.post(f"/s/{share.token}/event/", {"badge_name": "Ann"})
    made = Registration.objects.get()
    assert (sent["Location"], made.customer) == (f"/registration/{made.token}/", share.recipient.customer)
    told = Event.objects.get(kind="response")
    assert (told.share_id, told.viewer_id, told.id, told.occurred_at) == (
        share.pk, share.recipient_id, made.key, made.registered_at,
    )  # fmt: skip
    # The back button, and a second click: the same registration, and no second response.
    again = person.post(f"/s/{share.token}/event/", {"badge_name": "Other"})
    assert again["Location"] == sent["Location"]
    assert person.get(f"/s/{share.token}/event/")["Location"] == sent["Location"]
    assert Registration.objects.get().badge_name == "Ann"
    assert Event.objects.filter(kind="response").count() == 1


def test_one_that_staff_entered_gets_an_address_of_its_own_when_its_customer_comes() -> None:
    forum = make_gathering()
    share = invited(forum)
    customer = share.recipient.customer
    assert customer
    known = Registration.objects.create(
        gathering=forum, customer=customer, registered_at=timezone.now(), role="Speaker"
    )
    assert Recipient().get(f"/s/{share.token}/event/").status_code == 200
    sent = Recipient().post(f"/s/{share.token}/event/", {"role": "Guest"})
    known.refresh_from_db()
    assert (sent["Location"], known.role) == (f"/registration/{known.token}/", "Speaker")


def test_a_link_to_something_else_leads_there() -> None:
    share = invited(make_gathering())
    share.material.gathering = None
    share.material.save()
    assert Recipient().get(f"/s/{share.token}/event/")["Location"] == f"/s/{share.token}/"


def test_a_campaign_that_the_address_names_counts_whom_it_reached_and_nobody_else() -> None:
    make_gathering()
    spring = make_campaign("spring")
    reached = make_customer("C-1", email="ann@example.org")
    append(assigned=[(viewer_of(reached), spring.variants.all()[0])])
    page = Recipient().get("/event/forum/?campaign=spring").content.decode()
    assert '<input type="hidden" name="campaign" value="spring">' in page
    for email in ("ann@example.org", "bea@example.org"):
        Recipient().post("/event/forum/", {"name": "A", "email": email, "campaign": "spring"})
    told = Event.objects.get()
    assert (told.kind, told.campaign_id, told.viewer_id, told.share_id) == (
        "response", spring.pk, viewer_of(reached).pk, None,
    )  # fmt: skip
    assert Registration.objects.count() == 2


# One's own page -------------------------------------------------------------------------------------------------------
def test_somebody_changes_what_they_wish_and_the_history_keeps_what_it_was() -> None:
    made = comes(make_gathering(), "C-1", itinerary="Train 66", role="Guest")
    address, person = f"/registration/{made.token}/", Recipient()
    page = person.get(address).content.decode()
    assert "Train 66</textarea>" in page
    sent = person.post(address, {"itinerary": "Train 99", "badge_name": "زينب", "role": "Guest"})
    assert sent["Location"] == f"{address}?kept=1"
    assert "Your changes are saved." in person.get(sent["Location"]).content.decode()
    made.refresh_from_db()
    assert (made.itinerary, made.badge_name, made.state) == ("Train 99", "زينب", RegistrationState.CONFIRMED)
    entries = {entry.field: (entry.before, entry.after, entry.by) for entry in changes.history(made)}
    assert entries["itinerary"][:2] == ("Train 66", "Train 99")
    wrong = person.post(address, {"itinerary": "4111 1111 1111 1111"})
    assert wrong.status_code == 422
    made.refresh_from_db()
    assert made.itinerary == "Train 99"


def test_calling_off_gives_the_place_to_who_waits_longest_who_is_told(django_capture_on_commit_callbacks: Any) -> None:
    forum = make_gathering(capacity=1)
    first, _second, _third = comes(forum, "C-1"), comes(forum, "C-2"), comes(forum, "C-3")
    assert states(forum) == [("C-1", "confirmed"), ("C-2", "waiting"), ("C-3", "waiting")]
    address, person = f"/registration/{first.token}/", Recipient()
    with django_capture_on_commit_callbacks(execute=True):
        assert person.post(address, {"cancel": "1"})["Location"] == address
    assert states(forum) == [("C-1", "cancelled"), ("C-2", "confirmed"), ("C-3", "waiting")]
    told = {letter.to[0]: letter.subject for letter in mail.outbox}
    assert told == {"c-2@example.org": "You have a place: The forum", "c-1@example.org": "Canceled: The forum"}
    off = next(letter for letter in mail.outbox if letter.to == ["c-1@example.org"])
    (event,) = Calendar.from_ical(off.attachments[0][1]).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    assert "Your registration is canceled." in person.get(address).content.decode()
    # A second click, a reload: nothing more happens.
    with django_capture_on_commit_callbacks(execute=True):
        person.post(address, {"cancel": "1"})
    assert (states(forum)[1], len(mail.outbox)) == (("C-2", "confirmed"), 2)


def test_who_comes_again_is_behind_who_waits_already() -> None:
    forum = make_gathering(capacity=1)
    first = comes(forum, "C-1")
    comes(forum, "C-2"), comes(forum, "C-3")
    person, address = Recipient(), f"/registration/{first.token}/"
    person.post(address, {"cancel": "1"})
    person.post(address, {"again": "1"})
    assert states(forum) == [("C-1", "waiting"), ("C-2", "confirmed"), ("C-3", "waiting")]
    order = forum.registrations.filter(is_waiting=True).order_by("registered_at")
    assert [one.customer.number for one in order] == ["C-3", "C-1"]
    # Sent twice it stays where it is.
    person.post(address, {"again": "1"})
    assert [one.customer.number for one in order.all()] == ["C-3", "C-1"]


def test_nothing_changes_any_more_once_the_event_has_begun() -> None:
    forum = make_gathering()
    made = comes(forum, "C-1", role="Guest")
    Gathering.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    address, person = f"/registration/{made.token}/", Recipient()
    page = person.get(address).content.decode()
    assert "This has already begun." in page
    assert "<form" not in page
    for sent in ({"cancel": "1"}, {"role": "Speaker"}, {"again": "1"}):
        assert person.post(address, sent)["Location"] == address
    made.refresh_from_db()
    assert (made.state, made.role) == (RegistrationState.CONFIRMED, "Guest")


@pytest.mark.parametrize("token", ["-" * 22, "short", "x" * 23], ids=["unknown", "short", "long"])
def test_an_address_that_is_nobodys_does_not_open(token: str) -> None:
    for address in (f"/registration/{token}/", f"/registration/{token}/event.ics"):
        assert Recipient().get(address).status_code == 404


def test_nobody_keeps_a_registrations_page_and_no_other_site_is_told_of_it() -> None:
    made = comes(make_gathering(), "C-1")
    answer = Recipient().get(f"/registration/{made.token}/")
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow, noarchive")
    assert "no-store" in answer["Cache-Control"]


# Letters and calendar files -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "days", "offset"), [(1, 0, -4), (-1, 0, -5), (1, -1, -5)], ids=["spring", "autumn", "winter"]
)
def test_the_calendar_file_holds_the_clock_time_where_summer_time_begins_or_ends(
    hours: int, days: int, offset: int
) -> None:
    day = clocks_change(hours) + timedelta(days=days)
    starts_at = datetime.combine(day, time(9, 30), NEW_YORK)
    made = comes(make_gathering(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)), "C-1")
    content = Recipient().get(f"/registration/{made.token}/event.ics")
    assert content["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(content.content)
    event = event_of(content.content)
    assert (event["DTSTART"].dt.hour, event["DTSTART"].dt.minute) == (9, 30)
    assert event["DTSTART"].dt.astimezone(UTC) == datetime.combine(day, time(9 - offset, 30), UTC)
    assert event["DTSTART"].params["TZID"] == "America/New_York"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/New_York"]


def test_a_letter_says_the_time_by_the_clock_of_the_place(django_capture_on_commit_callbacks: Any) -> None:
    starts_at = datetime(NEXT_YEAR, 7, 1, 16, tzinfo=UTC)
    make_gathering(time_zone="America/Los_Angeles", starts_at=starts_at, place="Hall 3")
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/event/forum/", ANN)
    assert f"July 1, {NEXT_YEAR}, 9:00 AM PDT, Hall 3" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (time(2), "{before}, 8:00 PM – {before}, 9:00 PM EST"),
        (time(14), "{before}, 8:00 PM EST – {change}, 10:00 AM EDT"),
    ],
)
def test_the_page_says_of_each_time_which_clock_it_is_by(ends: time, said: str) -> None:
    change = clocks_change(1)
    starts_at, ends_at = (datetime.combine(change, at, UTC) for at in (time(1), ends))
    make_gathering(time_zone="America/New_York", starts_at=starts_at, ends_at=ends_at)
    page = Recipient().get("/event/forum/").content.decode()
    before, after = (f"March {day.day}, {day.year}" for day in (change - timedelta(days=1), change))
    assert said.format(before=before, change=after) in re.sub(r"<[^>]+>", "", page)


def test_only_so_many_letters_go_to_one_registration_within_the_hour(django_capture_on_commit_callbacks: Any) -> None:
    make_gathering()
    for _time in range(8):
        with django_capture_on_commit_callbacks(execute=True):
            Recipient().post("/event/forum/", ANN)
    assert len(mail.outbox) == 6


def test_registering_is_refused_at_the_last_moment_too() -> None:
    """Closed between the page and the click: what decides is looked at under the lock."""
    forum = make_gathering()
    stale = Gathering.objects.get(pk=forum.pk)
    Gathering.objects.update(published_at=None)
    with pytest.raises(TakesNone) as refused:
        registering.register(stale, make_customer("C-1"), Wishes(), Way())
    assert refused.value.reason is Shut.UNPUBLISHED
    assert not Registration.objects.exists()


def test_the_statement_on_the_page_names_the_purposes_that_registrations_serve() -> None:
    make_gathering()
    page = Recipient().get("/event/forum/").content.decode()
    assert "To conduct registration for USPS and related events." in page


def test_seats_left_are_counted_without_who_waits_or_called_off() -> None:
    forum = make_gathering(capacity=3)
    first = comes(forum, "C-1")
    comes(forum, "C-2")
    assert (seating.taken(forum), seating.free(forum)) == (2, 1)
    registering.call_off(first)
    assert (seating.taken(forum), seating.free(forum)) == (1, 2)
    assert seating.free(make_gathering("open")) is None

"""Events and registrations by hand: registered, changed, cancelled, attended."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacy import changes
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer, Gathering, Preference, Registration
from tests.factories import make_customer, make_user

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "customer", "location": "contractor"}
AT = datetime(2026, 3, 5, 17, tzinfo=UTC)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def make_event(slug: str = "forum") -> Gathering:
    return Gathering.objects.create(slug=slug, name=f"The {slug}", starts_at=AT)


def register(event: Gathering, number: str, *staff: User, **fields: object) -> Registration:
    customer = make_customer(number, *staff)
    return Registration.objects.create(**{"gathering": event, "customer": customer, "registered_at": AT, **fields})


def test_an_event_is_made_and_says_what_does_not_fit(client: Client, manager: User) -> None:
    sent = {"name": "Mailers' Forum", "place": "Port Amity", "starts_at": "2026-05-11T09:00", **WHERE}
    answer = client.post("/records/events/new/", {**sent, "ends_at": "2026-05-10T09:00"})
    assert answer.context["form"].errors == {"ends_at": ["This is before it starts."]}
    assert client.post("/records/events/new/", sent).status_code == 302
    event = Gathering.objects.get()
    assert (event.slug, event.place, event.starts_at) == (
        "mailers-forum", "Port Amity", datetime(2026, 5, 11, 13, tzinfo=UTC),
    )  # fmt: skip


def test_the_page_of_an_event_says_its_times_by_the_clock_of_its_place_across_a_change_of_summer_time(
    client: Client, manager: User
) -> None:
    event = Gathering.objects.create(
        slug="fair", name="The fair", time_zone="America/Chicago", starts_at=datetime(2027, 3, 14, 4, tzinfo=UTC),
        ends_at=datetime(2027, 3, 14, 9, 30, tzinfo=UTC), registration_closes_at=datetime(2027, 3, 1, 6, tzinfo=UTC),
    )  # fmt: skip
    facts = {fact.label: fact.text for fact in client.get(f"/records/events/{event.key}/").context["facts"]}
    said = [facts[label] for label in ("Starts at", "Ends at", "Registration closes at", "Time zone")]
    assert said == [
        "Mar 13, 2027, 10:00 PM CST",
        "Mar 14, 2027, 4:30 AM CDT",
        "Mar 1, 2027, 12:00 AM CST",
        "America/Chicago",
    ]


def test_a_customer_is_registered_once_with_what_is_private_sealed(client: Client, manager: User) -> None:
    event, customer = make_event(), make_customer("C-1")
    sent = {
        "customer": "C-1", "registered_at": "2026-03-05T12:00", "role": "Speaker", "badge_name": "Ann",
        "itinerary": "Train 66", "accommodations": "Step-free room", "attended": "unknown", **WHERE,
    }  # fmt: skip
    address = f"/records/registrations/new/{event.key}/"
    assert client.post(address, sent).status_code == 302
    made = Registration.objects.get()
    assert (made.customer, made.gathering, made.role, made.attended, made.created_by) == (
        customer, event, "Speaker", None, manager,
    )  # fmt: skip
    assert (made.itinerary, made.accommodations) == ("Train 66", "Step-free room")
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "If it was canceled, open it and undo the cancellation." in again.content.decode()
    late = client.post(address, {**sent, "registered_at": "2199-01-01T12:00", "customer": "C-2"})
    assert late.context["form"].errors == {
        "customer": ["Nothing that you can see has that name."], "registered_at": ["This is in the future."],
    }  # fmt: skip


def test_a_registration_is_changed_with_its_history(client: Client, manager: User) -> None:
    found = register(make_event(), "C-1", itinerary="Train 66")
    address = f"/records/registrations/{found.key}/edit/"
    sent = {"registered_at": "2026-03-05T12:00", "role": "Guest", "itinerary": "Train 99", "attended": "true", **WHERE}
    assert client.post(address, {**sent, "read": client.get(address).context["read"]}).status_code == 302
    history = {entry.field: (entry.before, entry.after) for entry in changes.history(found)}
    assert history == {
        "role": ("", "Guest"), "itinerary": ("Train 66", "Train 99"), "attended": (None, "True"),
        "source": ("personnel", "customer"), "location": ("headquarters", "contractor"),
    }  # fmt: skip


def test_one_click_each_marks_cancels_and_takes_back(client: Client, manager: User) -> None:
    found = register(make_event(), "C-1")

    def click(word: str) -> tuple[bool | None, bool]:
        answer = client.post(f"/records/registrations/{found.key}/{word}/")
        assert answer["Location"] == f"/records/registrations/{found.key}/"
        found.refresh_from_db()
        return found.attended, found.cancelled_at is not None

    assert click("attended") == (True, False)
    assert click("missed") == (False, False)
    assert click("cancel") == (False, True)
    page = client.get(f"/records/registrations/{found.key}/").content.decode()
    assert "Undo the cancellation" in page
    assert ">Attended</button>" not in page
    assert click("reopen") == (False, False)
    assert [entry.field for entry in changes.history(found)].count("cancelled_at") == 2
    assert client.get(f"/records/registrations/{found.key}/cancel/").status_code == 405


def test_those_who_keep_no_programmes_change_nothing(client: Client) -> None:
    sales = make_user(Role.SALES)
    found = register(make_event(), "C-1", sales)
    client.force_login(sales)
    assert client.get(f"/records/registrations/{found.key}/").status_code == 200
    for word in ("attended", "cancel"):
        assert client.post(f"/records/registrations/{found.key}/{word}/").status_code == 403
    assert client.get(f"/records/registrations/{found.key}/edit/").status_code == 403
    found.refresh_from_db()
    assert (found.attended, found.cancelled_at) == (None, None)


def test_people_are_shown_to_those_who_keep_programmes_or_see_the_customer(client: Client) -> None:
    sales, event = make_user(Role.SALES), make_event()
    register(event, "C-1", sales)
    other = register(event, "C-2", make_user(Role.SALES, "Colleague"))

    def seen(user: User) -> tuple[list[str], bool]:
        client.force_login(user)
        rows = client.get(f"/records/registrations/?of={event.key}").context["rows"]
        page = client.get(f"/records/registrations/{other.key}/")
        return sorted(row["row"]["customer__name"] for row in rows), page.status_code == 200

    assert seen(make_user(Role.MARKETING_MANAGER)) == (["Customer C-1", "Customer C-2"], True)
    assert seen(sales) == (["Customer C-1"], False)


def test_the_list_leaves_out_who_cancelled_unless_asked(client: Client, manager: User) -> None:
    event = make_event()
    register(event, "C-1", attended=True)
    register(event, "C-2", cancelled_at=datetime(2026, 3, 6, tzinfo=UTC))

    def listed(query: str) -> list[tuple[str, str]]:
        rows = client.get(f"/records/registrations/{query}").context["rows"]
        return sorted((row["row"]["customer__name"], row["row"]["attendance"]) for row in rows)

    assert listed("") == [("Customer C-1", "Yes")]
    assert listed("?ended=on") == [("Customer C-1", "Yes"), ("Customer C-2", "")]


def test_registrations_are_read_through_the_door(client: Client, manager: User) -> None:
    event = make_event()
    found = register(event, "C-1")
    client.get("/records/registrations/")
    client.get(f"/records/registrations/{found.key}/")
    lines = AccessEntry.objects.filter(kind="shown").order_by("at").values_list("place", "records", "categories")
    assert list(lines) == [("registrations_list", 1, [7, 8])] * 2


def test_the_badge_says_what_was_asked_for_here_or_always_or_the_name(client: Client) -> None:
    event = make_event()
    found = register(event, "C-1")
    assert found.badge == "Customer C-1"
    Preference.objects.create(customer=found.customer, badge_name="Annie")
    assert Registration.objects.get().badge == "Annie"
    found.badge_name = "Dr Ann"
    assert found.badge == "Dr Ann"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, manager: User, count: int) -> None:
    event = make_event()
    for number in range(count):
        register(event, f"C-{number}")
    client.get("/records/registrations/")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/records/registrations/").context["rows"]) == count
    assert len(queries) == 7


def test_who_comes_without_a_badge_is_found_by_name(client: Client, manager: User) -> None:
    event = make_event()
    found = register(event, "C-1", badge_name="Zaynab")
    register(event, "C-2", badge_name="Ben")
    Customer.objects.filter(number="C-2").update(name="Benedict")
    assert (
        f'href="/records/registrations/?of={event.key}"'
        in client.get(f"/events/{event.key}/check-in/").content.decode()
    )
    for text in ("zay", "C-1"):
        page = client.get(f"/records/registrations/?of={event.key}&search={text}").content.decode()
        assert f"/records/registrations/{found.key}/" in page
        assert "Benedict" not in page

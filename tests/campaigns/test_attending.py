"""An event as staff hold it: badges for all scripts, people checked in once, by devices that were offline too."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Material
from campaigns.programmes.badges import address_of, drawn, with_badges
from campaigns.programmes.registering import Wishes, call_off, change
from privacy import changes
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import CustomerAssignment, Gathering, Registration
from tests.campaigns.gathering import comes, make_gathering
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"Accept": "application/json"}


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def pages_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return [page.get_textpage().get_text_range() for page in document]


def test_a_badge_is_printed_for_each_with_a_place_whatever_script_their_name_is_in(
    client: Client, manager: User
) -> None:
    forum = make_gathering(capacity=10)
    for number, name in enumerate(("Zoë 😀", "שלום כהן", "محمد علي", "😀", '#import "x" $a$', "W" * 100)):
        comes(forum, f"C-{number}", badge_name=name, role="Speaker")
    call_off(comes(forum, "C-8", badge_name="Gone"))
    answer = client.get(f"/events/{forum.key}/badges.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    (text,) = pages_of(answer.content)
    for name in ("Zoë", "Customer C-3", "#import", "Speaker", "The forum"):
        assert name in text
    assert "Gone" not in text
    assert text.count("Speaker") == 6
    seen = AccessEntry.objects.filter(place="event_badges").values_list("records", flat=True)
    assert 6 in seen


def test_a_name_in_letters_that_the_typesetter_lacks_costs_nobody_their_badge(client: Client, manager: User) -> None:
    forum = make_gathering()
    comes(forum, "C-1", badge_name="李明")
    comes(forum, "C-2", badge_name="Ann")
    answer = client.get(f"/events/{forum.key}/badges.pdf")
    assert answer.status_code == 200
    assert "Ann" in pages_of(answer.content)[0]


def test_nine_badges_take_two_pages_by_name(client: Client, manager: User) -> None:
    forum = make_gathering()
    for number in range(9):
        comes(forum, f"C-{number}", badge_name=f"Name {9 - number}")
    assert [one.badge for one in with_badges(forum)][:2] == ["Name 1", "Name 2"]
    first, second = pages_of(client.get(f"/events/{forum.key}/badges.pdf").content)
    assert ("Name 8" in first, "Name 9" in first, "Name 9" in second) == (True, False, True)


@pytest.mark.parametrize(
    ("text", "left"),
    [("Zoë 😀", "Zoë"), ("👩‍👩‍👧 Lee", "Lee"), ("❤️", ""), ("Ann\u202eeel", "Anneel"), ("José Ñandú", "José Ñandú")],
    ids=["emoji", "family", "heart", "override", "accents"],
)
def test_pictures_and_marks_of_direction_are_left_out_of_badges(text: str, left: str) -> None:
    assert drawn(text) == left


def test_a_code_checks_somebody_in_once_by_whom_and_when_it_was_read(client: Client, manager: User) -> None:
    forum = make_gathering()
    made = comes(forum, "C-1", badge_name="Ann")
    at = timezone.now() - timedelta(hours=2)
    sent = {"code": address_of(forum, made), "at": at.isoformat()}
    address = f"/events/{forum.key}/check-in/"
    first = client.post(address, sent, headers=JSON)
    assert first.json() == {"done": [{"code": str(made.key), "what": "in", "badge": "Ann"}], "wrong": []}
    made.refresh_from_db()
    assert (made.checked_in_at, made.attended) == (at, True)
    # A device that never heard the answer sends it again, from another clock.
    again = client.post(address, {**sent, "at": timezone.now().isoformat()}, headers=JSON)
    assert again.json()["done"][0]["what"] == "again"
    made.refresh_from_db()
    assert made.checked_in_at == at
    assert [entry.by for entry in changes.history(made) if entry.field == "checked_in_at"] == [manager.name]


def test_what_cannot_be_checked_in_is_said_code_by_code(client: Client, manager: User) -> None:
    forum, other = make_gathering(capacity=1), make_gathering("other")
    first = comes(forum, "C-1")
    waits, elsewhere = comes(forum, "C-2"), comes(other, "C-3")
    sent = {"code": [str(waits.key), str(elsewhere.key), "nonsense", str(first.key), str(first.key)]}
    told = client.post(f"/events/{forum.key}/check-in/", sent, headers=JSON).json()
    assert [(one["what"], one["badge"]) for one in told["done"]] == [
        ("waiting", "Customer C-2"), ("unknown", ""), ("in", "Customer C-1"),
    ]  # fmt: skip
    assert told["wrong"] == ["nonsense"]
    call_off(first)
    told = client.post(f"/events/{forum.key}/check-in/", {"code": str(first.key)}, headers=JSON).json()
    assert told["done"][0]["what"] == "cancelled"


@pytest.mark.parametrize(
    "moment",
    ["", "no moment", "2099-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"],
    ids=["none", "words", "to come", "no month", "no zone"],
)
def test_a_moment_that_cannot_be_counts_as_now(client: Client, manager: User, moment: str) -> None:
    forum = make_gathering()
    made = comes(forum, "C-1")
    before = timezone.now()
    client.post(f"/events/{forum.key}/check-in/", {"code": str(made.key), "at": moment}, headers=JSON)
    made.refresh_from_db()
    assert made.checked_in_at is not None
    assert before <= made.checked_in_at <= timezone.now()


def test_it_works_without_a_script_and_a_badges_address_fills_the_form_in(client: Client, manager: User) -> None:
    forum = make_gathering()
    made = comes(forum, "C-1", badge_name="Ann")
    address = f"/events/{forum.key}/check-in/"
    page = client.get(f"{address}?code={made.key}").content.decode()
    assert f'value="{made.key}"' in page
    assert "Ann" not in page
    done = client.post(address, {"code": str(made.key)})
    assert "<strong>Ann</strong>: checked in" in done.content.decode()
    assert client.post(address, {"code": "nonsense"}).status_code == 422


def test_marking_somebody_as_not_come_takes_the_check_in_back(client: Client, manager: User) -> None:
    forum = make_gathering()
    made = comes(forum, "C-1")
    client.post(f"/events/{forum.key}/check-in/", {"code": str(made.key)}, headers=JSON)
    client.post(f"/records/registrations/{made.key}/missed/")
    made.refresh_from_db()
    assert (made.attended, made.checked_in_at) == (False, None)


def test_sales_staff_neither_print_badges_nor_check_people_in(client: Client) -> None:
    forum = make_gathering()
    made = comes(forum, "C-1")
    client.force_login(make_user(Role.SALES))
    assert client.get(f"/events/{forum.key}/badges.pdf").status_code == 403
    assert client.post(f"/events/{forum.key}/check-in/", {"code": str(made.key)}).status_code == 403
    assert Registration.objects.get().checked_in_at is None


def test_what_somebody_needs_is_seen_by_who_keeps_events_alone_in_the_history_too(client: Client) -> None:
    sales = make_user(Role.SALES)
    made = comes(make_gathering(), "C-1", accommodations="A ramp", itinerary="Train 66")
    change(made, Wishes(accommodations="A sign interpreter", itinerary="Train 66"))
    CustomerAssignment.objects.create(customer=made.customer, staff=sales)
    for user, sees in ((sales, False), (make_user(Role.MARKETING_MANAGER), True)):
        client.force_login(user)
        page = client.get(f"/records/registrations/{made.key}/")
        history = client.get(f"/records/registrations/{made.key}/history/")
        assert (page.status_code, history.status_code) == (200, 200)
        assert "Train 66" in page.content.decode()
        assert ("A sign interpreter" in page.content.decode(), "A ramp" in history.content.decode()) == (sees, sees)


def test_an_event_is_made_a_material_once(client: Client, manager: User) -> None:
    forum = make_gathering(description="About letters")
    first = client.post(f"/events/{forum.key}/offer/")
    assert client.post(f"/events/{forum.key}/offer/")["Location"] == first["Location"]
    made = Material.objects.get()
    assert (made.gathering, made.title, made.description) == (forum, "The forum", "About letters")
    assert made.address.endswith("/event/forum/")


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.SALES_MANAGER, "Share it from here, or choose it for a campaign."),
        (Role.MARKETING_MANAGER, "Sales staff can share it from here, and a campaign can choose it."),
    ],
)
def test_who_offers_an_event_is_told_what_comes_next(client: Client, role: Role, said: str) -> None:
    client.force_login(make_user(role, "Olga Offers"))
    page = client.post(f"/events/{make_gathering().key}/offer/", follow=True)
    assert f"This is among the materials now. {said}" in page.content.decode()


def test_the_page_of_an_event_counts_who_has_a_place_waits_and_came(client: Client, manager: User) -> None:
    forum = make_gathering(capacity=2)
    first = comes(forum, "C-1")
    for number in ("C-2", "C-3"):
        comes(forum, number)
    client.post(f"/events/{forum.key}/check-in/", {"code": str(first.key)}, headers=JSON)
    answer = client.get(f"/records/events/{forum.key}/")
    assert answer.context["numbers"] == {"confirmed": 2, "held": 0, "waiting": 1, "came": 1}
    assert "Badges (PDF)" in answer.content.decode()
    assert Gathering.objects.count() == 1

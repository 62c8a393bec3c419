"""What somebody needs to take part in an event is a task of whoever looks after it, and says nothing of what it is."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from campaigns.programmes.registering import Wishes, call_off, change, register, wishes_of
from campaigns.programmes.telling import Way
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from records import moving, seating
from records.models import CustomerAssignment, Import, Interaction, Registration
from tests.campaigns.gathering import comes, make_gathering
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
WHERE = {"source": "customer", "location": "contractor"}


@pytest.fixture
def manager(client: Client) -> User:
    cache.clear()
    user = make_user(Role.MARKETING_MANAGER, "Mia")
    client.force_login(user)
    return user


def open_tasks() -> list[str]:
    return list(Interaction.objects.filter(next_step_done_at=None).values_list("customer__number", flat=True))


def tick() -> None:
    Interaction.objects.update(next_step_done_at=timezone.now())


def test_what_is_needed_is_a_task_of_whoever_made_the_event_and_leads_to_the_registration(
    client: Client, manager: User
) -> None:
    forum = make_gathering(created_by=manager)
    made = comes(forum, "C-1", accommodations="A ramp for my wheelchair")
    comes(forum, "C-2", itinerary="Train 66")
    task = Interaction.objects.get()
    assert (task.staff, task.customer, task.about) == (manager, made.customer, "Event: The forum")
    assert task.next_step_on
    said = f"{task.about} {task.notes} {task.next_step}"
    assert ("ramp" in said, "wheelchair" in said) == (False, False)
    assert "A ramp for my wheelchair" in client.get(task.notes).content.decode()


def test_of_an_event_that_a_file_brought_it_is_a_task_of_whoever_brought_it(client: Client, manager: User) -> None:
    brought = Import.objects.create(kind="gatherings", file_name="events.csv", started_by=manager)
    comes(make_gathering(source_import=brought), "C-1", accommodations="A ramp")
    comes(
        make_gathering("fair", source_import=Import.objects.create(kind="gatherings", content_hash="2")),
        "C-2",
        accommodations="A ramp",
    )
    assert list(Interaction.objects.values_list("staff", "customer__number")) == [(manager.pk, "C-1")]
    assert "1 person needs something to take part" in client.get("/").content.decode()


def test_the_tasks_page_leads_to_the_registration_and_other_notes_lead_nowhere(client: Client, manager: User) -> None:
    comes(make_gathering(created_by=manager), "C-1", accommodations="A ramp")
    task, seller = Interaction.objects.get(), make_user(Role.SALES)
    CustomerAssignment.objects.create(customer=task.customer, staff=seller)
    client.force_login(seller)

    def page() -> str:
        return client.get(f"/records/interactions/{task.key}/").content.decode()

    assert f'<a href="{task.notes}">Registration</a>' in page()
    unknown = f"/records/registrations/{task.key}/"
    for other in (unknown, f"See {task.notes}", "/sign-out/", "//example.org/"):
        Interaction.objects.update(notes=other)
        assert other in page()
        assert f'href="{other}"' not in page().partition("<main")[2].partition("</main>")[0]


def test_it_is_open_again_where_something_else_is_needed_and_not_for_anything_else(manager: User) -> None:
    made = comes(make_gathering(created_by=manager), "C-1", accommodations="A ramp")
    tick()
    change(made, Wishes(role="Speaker", accommodations="A ramp"))
    assert open_tasks() == []
    change(made, Wishes(accommodations="An interpreter"))
    assert open_tasks() == ["C-1"]
    assert Interaction.objects.count() == 1
    change(made, Wishes())
    assert open_tasks() == []


def test_calling_off_ends_it_and_coming_anew_opens_it(manager: User) -> None:
    forum = make_gathering(created_by=manager)
    made = comes(forum, "C-1", accommodations="A ramp")
    call_off(made)
    assert open_tasks() == []
    register(forum, made.customer, wishes_of(made), Way())
    assert open_tasks() == ["C-1"]
    made.refresh_from_db()
    call_off(made)
    seating.stand_again(made, manager, Basis(3))
    assert open_tasks() == ["C-1"]
    moving.call_off(forum, manager, Basis(3))
    assert open_tasks() == []
    assert Interaction.objects.count() == 1


def test_two_events_of_one_name_are_two_tasks(manager: User) -> None:
    first, second = (make_gathering(slug, name="Forum", created_by=manager) for slug in ("one", "two"))
    made = comes(first, "C-1", accommodations="A ramp")
    register(second, made.customer, Wishes(accommodations="A ramp"), Way())
    call_off(made)
    assert open_tasks() == ["C-1"]
    assert Interaction.objects.count() == 2


def test_what_staff_enter_is_a_task_too_and_nobodys_where_nobody_made_the_event(client: Client, manager: User) -> None:
    forum, brought = make_gathering(created_by=manager), make_gathering("brought")
    make_customer("C-1")
    for event in (forum, brought):
        sent: dict[str, Any] = {"customer": "C-1", "registered_at": "2026-03-05T12:00", "attended": "unknown", **WHERE}
        client.post(f"/records/registrations/new/{event.key}/", {**sent, "accommodations": "A ramp"})
    assert Registration.objects.count() == 2
    assert open_tasks() == ["C-1"]
    tick()
    made = forum.registrations.get()
    address = f"/records/registrations/{made.key}/edit/"
    for needed, is_open in (("A ramp", []), ("An interpreter", ["C-1"])):
        read = client.get(address).context["read"]
        edited = {"registered_at": "2026-03-05T12:00", "attended": "unknown", "accommodations": needed, **WHERE}
        assert client.post(address, {**edited, "read": read}).status_code == 302
        assert open_tasks() == is_open


def test_whoever_made_the_event_is_told_at_home_finds_it_and_ticks_it(client: Client, manager: User) -> None:
    """Marketing managers keep events and see no customer's page: the registration is where they tick it."""
    forum = make_gathering(created_by=manager)
    needing, other = comes(forum, "C-1", accommodations="A ramp"), comes(forum, "C-2")
    assert "1 person needs something to take part in an event of yours" in client.get("/").content.decode()
    listed = client.get("/records/registrations/?needs=on").content.decode()
    assert (str(needing.key) in listed, str(other.key) in listed) == (True, False)
    seen_to = f"/records/registrations/{needing.key}/seen-to/"
    assert seen_to in client.get(f"/records/registrations/{needing.key}/").content.decode()
    assert seen_to not in client.get(f"/records/registrations/{other.key}/").content.decode()
    client.post(seen_to, {"purpose": "3"})
    assert open_tasks() == []
    assert "needs something to take part" not in client.get("/").content.decode()
    assert str(needing.key) not in client.get("/records/registrations/?needs=on").content.decode()


def test_that_something_is_needed_is_no_filter_of_those_who_do_not_keep_events(client: Client, manager: User) -> None:
    seller = make_user(Role.SALES)
    made = comes(make_gathering(created_by=manager), "C-1", accommodations="A ramp")
    CustomerAssignment.objects.create(customer=made.customer, staff=seller)
    client.force_login(seller)
    page = client.get("/records/registrations/?needs=on").content.decode()
    assert 'name="needs"' not in page


def test_others_are_not_told_at_home(client: Client, manager: User) -> None:
    comes(make_gathering(created_by=make_user(Role.MARKETING_MANAGER, "Max")), "C-1", accommodations="A ramp")
    assert "needs something to take part" not in client.get("/").content.decode()

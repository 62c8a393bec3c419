"""Places at an event: exactly as many as there are, in order, whoever comes at the same time; and who moves up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from campaigns.programmes.registering import TakesNone, Wishes, call_off, change, register
from campaigns.programmes.telling import Way
from privacy import changes
from privacy.models import Change, User
from privacy.purposes import Basis
from privacy.roles import Role
from records import attending, seating
from records.known import Named
from records.models import Customer, Gathering, Registration
from tests.campaigns.gathering import comes, make_gathering
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "customer", "location": "contractor"}


def numbers(gathering: Gathering, **states: Any) -> list[str]:
    rows = gathering.registrations.filter(**states).order_by("registered_at", "pk")
    return list(rows.values_list("customer__number", flat=True))


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def test_of_many_who_come_at_the_same_time_exactly_as_many_as_there_are_places_have_one_in_order() -> None:
    forum = make_gathering(capacity=7)
    customers = [make_customer(f"C-{number:03}") for number in range(60)]

    def come(customer: Any) -> None:
        try:
            register(forum, customer, Wishes(), Way())
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(come, customers * 2))  # each of them clicks twice
    assert forum.registrations.count() == 60
    in_order = list(forum.registrations.order_by("registered_at", "pk").values_list("is_waiting", flat=True))
    assert in_order == [False] * 7 + [True] * 53
    # The order of the moments is that in which the rows were written.
    assert list(forum.registrations.order_by("registered_at").values_list("pk", flat=True)) == sorted(
        forum.registrations.values_list("pk", flat=True)
    )


def test_of_many_strangers_whose_form_comes_twice_at_the_same_time_each_is_known_and_registered_once_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forum = make_gathering(capacity=7)
    named = [Named(f"Person {number}", f"p{number}@example.org") for number in range(40)]
    made: list[bool] = []
    had_the_lock: list[int] = []
    seat = seating._seat

    def seen(registration: Registration, *told: Any, **more: Any) -> None:
        had_the_lock.append(registration.pk)
        seat(registration, *told, **more)

    monkeypatch.setattr(seating, "_seat", seen)

    def come(who: Named) -> None:
        try:
            made.append(register(forum, who, Wishes(), Way())[1])
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(come, [who for who in named for _twice in range(2)]))
    assert (made.count(True), made.count(False)) == (40, 40)
    assert sorted(Customer.objects.values_list("email", flat=True)) == sorted(who.email for who in named)
    rows = list(forum.registrations.order_by("registered_at", "pk").values_list("is_waiting", "pk"))
    assert [is_waiting for is_waiting, _ in rows] == [False] * 7 + [True] * 33
    # The order of the moments is that in which they had the lock.
    assert [pk for _, pk in rows] == had_the_lock
    assert Change.objects.filter(model="records.Registration", field=changes.CREATED).count() == 40


def test_whoever_comes_too_late_is_not_made_a_customer_and_other_places_are_free_to_take() -> None:
    forum, stale = make_gathering(capacity=1), make_gathering("closed")
    Gathering.objects.filter(slug="closed").update(published_at=None)
    with pytest.raises(TakesNone):
        register(stale, Named("Ann Lee", "ann@example.org"), Wishes(), Way())
    assert not Customer.objects.exists()
    assert register(forum, Named("Ann Lee", "ann@example.org"), Wishes(), Way())[1]


def test_places_are_counted_under_the_lock_alone() -> None:
    forum = make_gathering(capacity=1)
    with pytest.raises(transaction.TransactionManagementError):
        seating.locked(forum.pk)
    with transaction.atomic():
        assert seating.locked(forum.pk) == forum


def test_while_some_call_off_and_others_come_no_place_is_given_twice_and_none_is_left() -> None:
    forum = make_gathering(capacity=5)
    first = [comes(forum, f"A-{number}") for number in range(10)]
    late = [make_customer(f"B-{number}") for number in range(10)]

    def do(what: Any) -> None:
        try:
            call_off(what) if isinstance(what, Registration) else register(forum, what, Wishes(), Way())
        finally:
            connection.close()

    mixed = [one for pair in zip(first[:5], late, strict=False) for one in pair] + late[5:]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, mixed))
    assert numbers(forum, is_waiting=False, cancelled_at=None) == [f"A-{number}" for number in range(5, 10)]
    assert len(numbers(forum, is_waiting=True)) == 10


def test_a_cancelled_one_that_waited_gives_no_place_away() -> None:
    forum = make_gathering(capacity=1)
    comes(forum, "C-1")
    second = comes(forum, "C-2")
    comes(forum, "C-3")
    call_off(second)
    assert numbers(forum, is_waiting=True) == ["C-3"]
    assert numbers(forum, is_waiting=False, cancelled_at=None) == ["C-1"]


# Staff ----------------------------------------------------------------------------------------------------------------
def test_staff_cancel_and_the_next_moves_up_taking_it_back_waits_where_none_is_free(
    client: Client, manager: User
) -> None:
    forum = make_gathering(capacity=1)
    first = comes(forum, "C-1")
    comes(forum, "C-2")
    client.post(f"/records/registrations/{first.key}/cancel/")
    assert numbers(forum, is_waiting=False, cancelled_at=None) == ["C-2"]
    answer = client.post(f"/records/registrations/{first.key}/reopen/", follow=True)
    assert "No place is free: the registration is at the end of the waiting list." in answer.content.decode()
    assert numbers(forum, is_waiting=True) == ["C-1"]


def test_taking_back_where_a_place_is_free_keeps_the_day_on_which_they_came() -> None:
    forum = make_gathering(capacity=1)
    made = comes(forum, "C-1")
    came_at = made.registered_at
    call_off(made)
    seating.stand_again(made, make_user(Role.MARKETING_MANAGER), Basis(3))
    made.refresh_from_db()
    assert (made.registered_at, made.cancelled_at, made.is_waiting) == (came_at, None, False)


def edited(gathering: Gathering, **changed: Any) -> dict[str, Any]:
    there = gathering.starts_there.strftime("%Y-%m-%dT%H:%M")
    return {"name": gathering.name, "starts_at": there, "time_zone": gathering.time_zone, **WHERE, **changed}


def test_more_places_go_to_who_waits_and_fewer_than_are_taken_are_refused(client: Client, manager: User) -> None:
    forum = make_gathering(capacity=1)
    for number in ("C-1", "C-2", "C-3"):
        comes(forum, number)
    address = f"/records/events/{forum.key}/edit/"
    read = client.get(address).context["read"]
    assert client.post(address, {**edited(forum, capacity="2"), "read": read}).status_code == 302
    assert numbers(forum, is_waiting=False) == ["C-1", "C-2"]
    read = client.get(address).context["read"]
    refused = client.post(address, {**edited(forum, capacity="1"), "read": read})
    assert "2 people already have a place" in refused.content.decode()
    client.post(address, {**edited(forum, capacity=""), "read": read})
    assert numbers(forum, is_waiting=True) == []


def test_whom_staff_enter_waits_too_where_no_place_is_free(client: Client, manager: User) -> None:
    forum = make_gathering(capacity=1)
    for number in ("C-1", "C-2"):
        make_customer(number)
        sent = {"customer": number, "registered_at": "2026-03-05T12:00", "attended": "unknown", **WHERE}
        assert client.post(f"/records/registrations/new/{forum.key}/", sent).status_code == 302
    assert numbers(forum, is_waiting=True) == ["C-2"]
    assert forum.registrations.exclude(token=None).count() == 2


def test_the_times_of_an_event_are_by_the_clock_of_its_place(client: Client, manager: User) -> None:
    sent = {"name": "West", "starts_at": "2027-07-01T09:00", "time_zone": "America/Los_Angeles", **WHERE}
    client.post("/records/events/new/", sent)
    west = Gathering.objects.get()
    assert west.starts_at == datetime(2027, 7, 1, 16, tzinfo=UTC)
    assert 'value="2027-07-01T09:00"' in client.get(f"/records/events/{west.key}/edit/").content.decode()


@pytest.mark.parametrize("at", ["2027-03-14T02:30", "2027-11-07T01:30"], ids=["skipped", "twice"])
def test_a_clock_time_that_does_not_exist_or_exists_twice_is_refused(client: Client, manager: User, at: str) -> None:
    sent = {"name": "East", "starts_at": at, "time_zone": "America/New_York", **WHERE}
    answer = client.post("/records/events/new/", sent)
    assert "it may be ambiguous or it may not exist" in answer.content.decode()
    assert not Gathering.objects.exists()


def test_registration_that_closes_after_the_event_has_begun_is_refused(client: Client, manager: User) -> None:
    sent = {"name": "East", "starts_at": "2027-07-01T09:00", "registration_closes_at": "2027-07-01T10:00", **WHERE}
    answer = client.post("/records/events/new/", sent)
    assert answer.context["form"].errors == {"registration_closes_at": ["This is after it starts."]}


def test_an_event_is_published_and_taken_offline_and_not_once_it_has_begun(client: Client, manager: User) -> None:
    forum = make_gathering(published_at=None)
    client.post(f"/records/events/{forum.key}/publish/")
    forum.refresh_from_db()
    assert forum.published_at is not None
    client.post(f"/records/events/{forum.key}/unpublish/")
    Gathering.objects.update(starts_at=timezone.now())
    answer = client.post(f"/records/events/{forum.key}/publish/", follow=True)
    assert "It has already begun" in answer.content.decode()
    forum.refresh_from_db()
    assert forum.published_at is None


def test_the_database_refuses_no_places_at_all_and_a_check_in_of_who_did_not_come() -> None:
    forum = make_gathering(capacity=1)
    made = comes(forum, "C-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Gathering.objects.update(capacity=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=made.pk).update(checked_in_at=timezone.now(), attended=False)


# Nobody writes back what they had read before ----------------------------------------------------------------------
def test_staff_who_mark_who_came_change_nothing_else_that_happened_meanwhile() -> None:
    keeper = make_user(Role.MARKETING_MANAGER)
    made = comes(make_gathering(), "C-1", role="Guest")
    for came in (True, False):
        read = Registration.objects.get(pk=made.pk)
        Registration.objects.update(role="Speaker", badge_name=f"Ann {came}")
        assert attending.mark(read, keeper, Basis(3), came=came)
        found = Registration.objects.get()
        assert (found.attended, found.role, found.badge_name) == (came, "Speaker", f"Ann {came}")


def test_nobody_is_marked_whose_registration_was_called_off_meanwhile(client: Client, manager: User) -> None:
    made = comes(make_gathering(), "C-1")
    read = Registration.objects.get()
    assert call_off(made)
    assert not attending.mark(read, manager, Basis(3), came=True)
    found = Registration.objects.get()
    assert (found.attended, found.cancelled_at is None) == (None, False)
    said = client.post(f"/records/registrations/{made.key}/attended/", follow=True).content.decode()
    assert "Not marked: the registration has been canceled." in said


def test_who_calls_off_or_stands_again_changes_nothing_else_that_happened_meanwhile() -> None:
    keeper = make_user(Role.MARKETING_MANAGER)
    made = comes(make_gathering(), "C-1", role="Guest")
    read = [Registration.objects.get(pk=made.pk) for _ in range(3)]
    Registration.objects.update(role="Speaker", attended=True)
    assert seating.cancel(read[0], keeper, Basis(3))
    seating.stand_again(read[1], keeper, Basis(3))
    assert change(read[2], Wishes(role="Host"))
    found = Registration.objects.get()
    assert (found.attended, found.cancelled_at, found.role) == (True, None, "Host")
    roles = [(one.before, one.after) for one in changes.history(found) if one.field == "role"]
    assert roles == [("Speaker", "Host")]

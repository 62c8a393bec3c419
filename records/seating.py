"""Places at an event: as many as it has, given in the order in which people came; who comes later waits and moves up.
Where the event costs something a place is held for a time, and counts as taken while it is paid (records.paying).

All of it happens under the lock of the event's row, so that two who come at the same time never get the same place.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from privacy import changes
from privacy.accesslog import Actor
from privacy.models import User
from privacy.purposes import Basis
from records import accommodating
from records.models import Customer, Gathering, Registration
from records.signals import moved_up

By = User | Actor

# Both are asked while everybody else who comes waits: Django takes twice and ten times as long to write them.
LOCKED = "SELECT * FROM records_gathering WHERE id = %s FOR UPDATE"
# Relies on registration_standing.
TAKEN = "SELECT count(*) FROM records_registration WHERE gathering_id = %s AND cancelled_at IS NULL AND NOT is_waiting"
# Both in one journey. They are two statements, for what is counted is what stands once the lock is had.
LOCKED_AND_COUNTED = f"""
SELECT FROM records_gathering WHERE id = %s FOR UPDATE;
SELECT *, ({TAKEN}) AS taken FROM records_gathering WHERE id = %s
"""
SEATED = "UPDATE records_registration SET registered_at = %s, is_waiting = %s, held_until = %s WHERE id = %s"


def locked(gathering_id: int) -> Gathering:
    """The event, whose places nobody else gives or takes until the transaction ends. Raises TransactionManagementError
    outside of one."""
    return _locked(LOCKED, [gathering_id])


def _locked(statement: str, asked: list[int]) -> Gathering:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Places are given and taken within a transaction.")
    (gathering,) = Gathering.objects.raw(statement, asked)
    return gathering


def under_lock(registration: Registration) -> Gathering:
    """Its event as `locked` gives it, and the registration as it stands by now, locked too: so that whoever changes it
    writes nothing back that they had read before."""
    gathering = locked(registration.gathering_id)
    rows = Registration.objects.select_for_update(of=("self",)).select_related("customer")
    registration.refresh_from_db(from_queryset=rows)
    registration.gathering = gathering
    return gathering


def another_standing(registration: Registration) -> bool:
    """Whether another registration of the same person for the event stands, under whatever record of theirs. Relies on
    customer_merged_into and registration_once."""
    records = Customer.objects.of_person(registration.customer.person_id)
    others = Registration.objects.filter(gathering=registration.gathering_id, customer__in=records, cancelled_at=None)
    return others.exclude(pk=registration.pk).exists()


def taken(gathering: Gathering) -> int:
    """How many have a place."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [gathering.pk])
        count: int
        (count,) = cursor.fetchone()
    return count


def free(gathering: Gathering) -> int | None:
    """How many places are left; None where there is no end of them. Never below 0."""
    return None if gathering.capacity is None else max(0, gathering.capacity - taken(gathering))


def seat_last(registration: Registration, gathering_id: int, refuse: Callable[[Gathering], None]) -> None:
    """As `seat`, of one that is stored as waiting, and stores its place: so that all else is written before the others
    who come are kept waiting. `refuse` is called with the locked event, and raises what it likes."""
    gathering = _locked(LOCKED_AND_COUNTED, [gathering_id] * 3)
    refuse(gathering)
    _seat(registration, gathering, getattr(gathering, "taken"), is_to_be_paid=True)  # noqa: B009  # no field
    place = (registration.registered_at, registration.is_waiting, registration.held_until)
    with connection.cursor() as cursor:
        cursor.execute(SEATED, (*place, registration.pk))


def seat(registration: Registration, gathering: Gathering, *, is_to_be_paid: bool = False) -> None:
    """Give a place, or the last one on the waiting list. `gathering` is locked; the row is not saved here.

    The moment is taken under the lock, so that the order of the moments is the order of the places.
    """
    _seat(registration, gathering, taken(gathering), is_to_be_paid=is_to_be_paid)


def _seat(registration: Registration, gathering: Gathering, has: int, *, is_to_be_paid: bool) -> None:
    """`has` is how many have a place."""
    registration.registered_at, registration.cancelled_at = timezone.now(), None
    registration.is_waiting = gathering.capacity is not None and has >= gathering.capacity
    holds = is_to_be_paid and not registration.is_waiting
    registration.held_until = _held_until(gathering, minutes=settings.PAYMENT_HOLD_MINUTES) if holds else None


def _held_until(gathering: Gathering, *, minutes: int) -> datetime | None:
    """Until when a place is held, never longer than until the event begins; None where it costs nothing."""
    return min(timezone.now() + timedelta(minutes=minutes), gathering.starts_at) if gathering.price else None


def cancel(registration: Registration, by: By, basis: Basis, *, is_lapsed: bool = False) -> bool:
    """Call it off, and let who waits longest have the place. Whether it stood until now; what is off stays off.

    What was not paid in time (`is_lapsed`) goes on saying until when it was held.
    """
    with transaction.atomic():
        gathering = under_lock(registration)
        if registration.cancelled_at:
            return False
        registration.cancelled_at, registration.is_waiting = timezone.now(), False
        registration.held_until = registration.held_until if is_lapsed else None
        changes.save(registration, by=by, basis=basis)
        accommodating.called_off([registration], by, basis)
        move_up(gathering, by, basis)
    return True


def stand_again(registration: Registration, by: By, basis: Basis) -> None:
    """Take a cancellation back: a place where one is free, else the end of the waiting list. Not of an event that is
    called off, nor where the person is registered anew under another record."""
    with transaction.atomic():
        gathering = under_lock(registration)
        if registration.cancelled_at and gathering.cancelled_at is None and not another_standing(registration):
            came_at = registration.registered_at
            seat(registration, gathering)
            if not registration.is_waiting:
                registration.registered_at = came_at
            changes.save(registration, by=by, basis=basis)
            accommodating.stands_again(registration, by, basis)


def move_up(gathering: Gathering, by: By, basis: Basis) -> list[Registration]:
    """Give what is free to who waits, the longest first; `gathering` is locked. Who moved up."""
    left = free(gathering)
    waiting = gathering.registrations.filter(cancelled_at=None, is_waiting=True).select_related("customer")
    found = list(waiting.order_by("registered_at", "pk")[:left])
    _give(found, gathering, by, basis)
    if found:
        moved_up.send(Registration, registrations=found)
    return found


def _give(found: Iterable[Registration], gathering: Gathering, by: By, basis: Basis) -> None:
    until = _held_until(gathering, minutes=60 * settings.PAYMENT_WAITING_HOURS)
    for one in found:
        one.is_waiting, one.held_until = False, until
        changes.save(one, by=by, basis=basis)

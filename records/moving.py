"""An event that is at another time or place, or called off: what it was before, and who has not been told yet.

Who is told stands on each registration: the moment of the change that they were last written to about, so that a letter
goes once for a change however often it is asked for, and once for two changes that were made before it went.
"""

from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from privacy import changes
from privacy.accesslog import Actor
from privacy.models import User
from privacy.purposes import Basis
from records import seating
from records.models import Gathering, Registration
from records.paying import registrations as paid
from records.signals import gathering_moved

By = User | Actor
# Of a change to any of these whoever is registered is told.
TIME_AND_PLACE = ("starts_at", "ends_at", "place", "time_zone")


def moved(gathering: Gathering) -> None:
    """Its time or place was saved as another one. `gathering` is locked. What is over by now is told to nobody."""
    if gathering.cancelled_at is None and gathering.starts_at > timezone.now():
        _note(gathering)


def call_off(gathering: Gathering, by: By, basis: Basis) -> bool:
    """It does not take place: whoever is registered or waits is called off with it, and gets back what they paid,
    whatever the event's terms are. Whether it stood; what has begun is not called off.

    Those registrations have the moment of the event's own calling off, by which they are known.
    """
    with transaction.atomic():
        found = seating.locked(gathering.pk)
        if found.cancelled_at or found.starts_at <= timezone.now():
            return False
        found.cancelled_at = timezone.now()
        changes.save(found, by=by, basis=basis)
        paid.cancel_with_event(found, by, basis)
        _note(found)
    return True


def to_tell(gathering: Gathering | None = None) -> "QuerySet[Registration]":
    """Who is registered or waits, or was until the event was called off, and was not told of its last change; of
    events that have not begun. Who came after the change knows no other time. Relies on registration_standing."""
    stands = Q(cancelled_at=None) | Q(cancelled_at=F("gathering__cancelled_at"))
    knows_less = Q(told_at=None) | Q(told_at__lt=F("gathering__moved_at"))
    rows = Registration.objects.filter(
        stands,
        knows_less,
        gathering__moved_at__isnull=False,
        gathering__starts_at__gt=timezone.now(),
        registered_at__lt=F("gathering__moved_at"),
        created_at__lt=F("gathering__moved_at"),
    )
    return (rows if gathering is None else rows.filter(gathering=gathering)).order_by("pk")


def known_by(registration: Registration) -> Gathering:
    """The event as whoever is registered was last told of it. Two queries: it is read from the event's history."""
    event = copy(registration.gathering)
    since = _since(registration)
    told = [entry for entry in changes.history(event) if entry.field in TIME_AND_PLACE and entry.at > since]
    for entry in told:  # the newest first, so that the oldest is what stays
        field: Any = Gathering._meta.get_field(entry.field)
        setattr(event, entry.field, field.to_python(entry.before))
    return event


def is_another(event: Gathering, before: Gathering) -> bool:
    return any(getattr(event, name) != getattr(before, name) for name in TIME_AND_PLACE)


def _since(registration: Registration) -> datetime:
    moments = (registration.registered_at, registration.created_at, registration.told_at)
    return max(moment for moment in moments if moment)


def _note(gathering: Gathering) -> None:
    """Taken after the change was saved, so that it is no earlier than its history says."""
    gathering.moved_at, gathering.moves = timezone.now(), gathering.moves + 1
    gathering.save(update_fields=["moved_at", "moves"])
    gathering_moved.send(Gathering, gathering=gathering)

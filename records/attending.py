"""Who came to an event: checked in by the codes of their badges, at once or hours later when a connection is back, or
marked by staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records import seating
from records.models import Gathering, Registration


class CheckIn(Enum):
    """What became of a code."""

    IN = "in"
    AGAIN = "again"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CheckedIn:
    code: UUID
    what: CheckIn
    badge: str = ""


def check_in(gathering: Gathering, codes: Mapping[UUID, datetime], by: User, basis: Basis) -> list[CheckedIn]:
    """Mark whom these codes are of as there, since when they were read; in the codes' order.

    The same code once more changes nothing, so that a device may send all it has again. A moment to come counts as
    now: clocks of devices are wrong.
    """
    with transaction.atomic():
        seating.locked(gathering.pk)
        rows = gathering.registrations.select_for_update(of=("self",)).select_related("customer__preference")
        found = {row.key: row for row in rows.filter(key__in=codes).order_by("pk")}
        return [_checked(found.get(code), code, at, by, basis) for code, at in codes.items()]


def mark(registration: Registration, by: User, basis: Basis, *, came: bool) -> bool:
    """Staff say whether they came. False where the registration was called off by now: then nothing is changed."""
    with transaction.atomic():
        seating.under_lock(registration)
        if registration.cancelled_at:
            return False
        registration.attended = came
        registration.checked_in_at = registration.checked_in_at if came else None
        changes.save(registration, by=by, basis=basis)
    return True


def _checked(found: Registration | None, code: UUID, at: datetime, by: User, basis: Basis) -> CheckedIn:
    if found is None:
        return CheckedIn(code, CheckIn.UNKNOWN)
    if found.cancelled_at:
        return CheckedIn(code, CheckIn.CANCELLED, found.badge)
    if found.is_waiting or found.held_until:
        return CheckedIn(code, CheckIn.WAITING, found.badge)
    if found.checked_in_at:
        return CheckedIn(code, CheckIn.AGAIN, found.badge)
    found.checked_in_at, found.attended = min(at, timezone.now()), True
    changes.save(found, by=by, basis=basis)
    return CheckedIn(code, CheckIn.IN, found.badge)

"""The notice's safeguards with who looks after each, and what was found when somebody looked."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Prefetch

from privacy.agency import agency_today
from privacy.models import SafeguardCare, SafeguardCheck, User
from privacy.notice import in_force
from privacy.notice.model import Safeguard
from privacy.retention.enums import Unit
from privacy.retention.periods import last_day
from privacy.retention.signals import append
from privacy.safeguards.enums import Finding


@dataclass(frozen=True)
class Kept:
    """A safeguard at a site, with its last check."""

    care: SafeguardCare
    last: SafeguardCheck | None
    is_late: bool

    @property
    def is_wanting(self) -> bool:
        return self.last is not None and self.last.finding == Finding.WANTING


@dataclass(frozen=True)
class Line:
    """One of the notice's safeguards; nobody looks after it where it is kept nowhere."""

    safeguard: Safeguard
    kept: list[Kept] = field(default_factory=list)


def safeguards() -> list[Line]:
    """All of the notice in force, in its order. Two queries."""
    today = agency_today()
    last = SafeguardCheck.objects.order_by("care_id", "-done_on", "-id").distinct("care_id").select_related("done_by")
    cares = SafeguardCare.objects.filter(is_ended=False).select_related("owner")
    lines = {one.id: Line(one) for one in in_force().safeguards}
    for care in cares.prefetch_related(Prefetch("checks", last, to_attr="last_checks")):
        if care.safeguard in lines:
            checks: list[SafeguardCheck] = getattr(care, "last_checks", [])
            lines[care.safeguard].kept.append(Kept(care, checks[0] if checks else None, care.next_on < today))
    return list(lines.values())


def next_check(care: SafeguardCare, done_on: date) -> date:
    return last_day(done_on, care.every_months, Unit.MONTH)


def record(check: SafeguardCheck, by: User) -> SafeguardCheck:
    """Put a check or inspection on file; the next one is due its months after. One of the past moves nothing back."""
    check.done_by = by
    with transaction.atomic():
        check.save(force_insert=True)
        care = SafeguardCare.objects.select_for_update().get(pk=check.care_id)
        care.next_on = max(care.next_on, next_check(care, check.done_on))
        care.save(update_fields=["next_on"])
        append("safeguard_checked", str(check.pk), by=by.pk)
    return check


def due(today: date) -> "list[SafeguardCare]":
    """Those whose next check has come."""
    return list(SafeguardCare.objects.filter(is_ended=False, next_on__lte=today).select_related("owner"))

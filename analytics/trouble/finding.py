"""Running every detector, and what becomes of what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.enums import TroubleState
from analytics.models import TroubleArea
from analytics.places import LOOKING_FOR_TROUBLE as LOOKING
from analytics.trouble.base import Detector, Evidence, all_detectors
from privacy.access import Actor, Basis, reading
from privacy.agency import agency_today
from privacy.models import User
from records.models import Customer

# Who was looked at is left in peace for so long, whatever the detector says.
QUIET = timedelta(days=90)
ROWS_A_TIME = 1_000
SETTLED = (TroubleState.ACTED, TroubleState.DISMISSED)


class AlreadySettled(Exception):
    """Somebody else decided meanwhile, or it passed by itself."""


def find_all(as_of: date | None = None) -> int:
    """Run every detector as of a day of the agency's, today where none is given. Returns how many findings are new.
    Harmless when repeated."""
    today, now = as_of or agency_today(), timezone.now()
    return sum(find(detector, today, now) for detector in all_detectors().values())


def find(detector: Detector, today: date, now: datetime) -> int:
    """What it finds is opened, or its evidence renewed; what it finds no more has passed."""
    present = Customer.objects.filter(merged_into=None, relationship_ended_on=None).values_list("pk", flat=True)
    basis = Basis(detector.purpose)
    with reading(Actor.system("trouble"), basis, place=LOOKING, categories=detector.categories) as read:
        found = dict(detector.find(today))
        found = {pk: found[pk] for pk in present.filter(pk__in=found)}
        read.count = len(found)
    with transaction.atomic():
        mine = TroubleArea.objects.filter(detector=detector.name)
        is_open = mine.filter(state=TroubleState.OPEN)
        is_open.exclude(customer__in=found).update(state=TroubleState.PASSED, settled_at=now)
        renew(list(is_open.select_for_update()), found, now)
        quiet = mine.filter(Q(state=TroubleState.OPEN) | Q(state__in=SETTLED, settled_at__gt=now - QUIET))
        known = set(quiet.values_list("customer_id", flat=True))
        made = [
            TroubleArea(customer_id=pk, detector=detector.name, evidence=evidence, found_at=now, seen_at=now)
            for pk, evidence in found.items()
            if pk not in known
        ]
        TroubleArea.objects.bulk_create(made, batch_size=ROWS_A_TIME, ignore_conflicts=True)
    return len(made)


def renew(rows: list[TroubleArea], found: Mapping[int, Evidence], now: datetime) -> None:
    for row in rows:
        row.evidence, row.seen_at = dict(found[row.customer_id]), now
    TroubleArea.objects.bulk_update(rows, ["evidence", "seen_at"], batch_size=ROWS_A_TIME)


def settle(area: TroubleArea, state: TroubleState, note: str, user: User) -> None:
    """Dismissed with its reason, or acted upon with what was done. Raises AlreadySettled."""
    is_open = TroubleArea.objects.filter(pk=area.pk, state=TroubleState.OPEN)
    if not is_open.update(state=state, note=note.strip(), settled_by=user, settled_at=timezone.now()):
        raise AlreadySettled(_("This has since been settled, or has passed by itself."))


@dataclass(frozen=True)
class Record:
    """How a detector has done: findings that staff acted upon and dismissed, that passed, and that are open.

    `precision` is the share of those looked at that were acted upon; None where none was.
    """

    detector: Detector
    acted: int
    dismissed: int
    passed: int
    open: int

    @property
    def precision(self) -> float | None:
        looked_at = self.acted + self.dismissed
        return self.acted / looked_at if looked_at else None


def records() -> list[Record]:
    """Of every detector, over all customers: counts that name nobody. One query."""
    rows = TroubleArea.objects.order_by().values_list("detector", "state").annotate(Count("pk"))
    counts = {(detector, state): count for detector, state, count in rows}
    states = (TroubleState.ACTED, TroubleState.DISMISSED, TroubleState.PASSED, TroubleState.OPEN)
    return [Record(one, *(counts.get((name, state), 0) for state in states)) for name, one in all_detectors().items()]

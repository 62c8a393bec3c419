"""Destructions in the journal outside the database, so that a restored register does not hold what has been destroyed.

An entry names boxes by their barcodes, accounts by their numbers and holds by their keys; it is written once the
destruction is committed, by whoever witnessed it or else by the clock (privacy.retention.standing).
"""

from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction

from privacy.ledger import statements
from privacy.models import Destruction, LegalHold, PhysicalUnit, RetentionPolicy, UnitKey, User
from privacy.physical.enums import DestructionState
from privacy.retention import journal, policies
from privacy.retention.journal import Gone
from privacy.retention.signals import append
from privacy.vault import StoreUnavailable

MODEL = PhysicalUnit._meta.label
AGAIN = "Entered again from the disposal journal after a restore: its first certificate was lost with the database."

log = structlog.get_logger(__name__)


def write_soon() -> None:
    """A store that is away loses nothing: the clock writes it later."""
    try:
        write_waiting()
    except StoreUnavailable:
        log.warning("destruction_not_journaled", reason="the store does not answer")


def write_waiting() -> int:
    """Write what the journal does not tell of yet. Harmless when repeated. Raises StoreUnavailable.

    Relies on destruction_unjournaled.
    """
    waiting = list(Destruction.objects.filter(state=DestructionState.DONE, is_journaled=False).order_by("pk"))
    for destruction in waiting:
        journal.write(_entry(destruction))
        Destruction.objects.filter(pk=destruction.pk).update(is_journaled=True)
    return len(waiting)


def _entry(destruction: Destruction) -> Gone:
    units = list(destruction.units.select_related("policy").order_by("barcode"))
    told = {
        "method": destruction.method,
        "technique": destruction.technique,
        "site": destruction.site,
        "listed_by": destruction.listed_by_id,
        "listed_at": destruction.listed_at.isoformat(),
        "witness": destruction.witness_id,
        "witnessed_at": destruction.witnessed_at and destruction.witnessed_at.isoformat(),
        "holds": [hold["key"] for hold in destruction.holds_checked],
        "units": {unit.barcode: _told(unit) for unit in units},
    }
    day = str(destruction.destroyed_on)
    rows = [[unit.barcode, ""] for unit in units]
    return Gone(f"destruction:{destruction.key}", str(destruction.key), day, MODEL, "", "", rows, [], told)


def _told(unit: PhysicalUnit) -> dict[str, Any]:
    version = unit.policy.number if unit.policy else None
    return {"rule": unit.rule, "version": version, "due_on": unit.due_on and unit.due_on.isoformat()}


def destroyed_again(gone: Gone) -> tuple[int, list[str]]:
    """Say of the boxes of an entry once more that they were destroyed, under their certificate; their indexes go.

    Returns how many there were, and the barcodes of those of which it cannot be said, because the accounts that saw it
    are not in the backup. A hold does not matter: what it would keep is gone.
    """
    with transaction.atomic():
        barcodes = [barcode for barcode, _ in gone.rows]
        units = list(PhysicalUnit.objects.select_for_update().filter(barcode__in=barcodes, destroyed_on=None))
        UnitKey.objects.filter(unit__in=units).delete()
        if not units:
            return 0, []
        destruction = _again(gone)
        if destruction is None:
            return 0, [unit.barcode for unit in units]
        for unit in units:
            _mark(unit, destruction, gone.told["units"][unit.barcode])
        digest = statements.digest(statements.of_destruction(destruction))
        append("destruction_done", str(destruction.key), units=len(units), again=1, digest=digest)
    return len(units), []


def _again(gone: Gone) -> Destruction | None:
    """The destruction as the entry has it; None where its two persons are not known here."""
    told = gone.told
    if User.objects.filter(pk__in=[told["listed_by"], told["witness"]]).count() < 2:
        return None
    names = dict(LegalHold.objects.filter(key__in=told["holds"]).values_list("key", "name"))
    destruction, _ = Destruction.objects.update_or_create(
        key=gone.run,
        defaults={
            **{name: told[name] for name in ("method", "technique", "site")},
            "state": DestructionState.DONE,
            "listed_by_id": told["listed_by"],
            "listed_at": datetime.fromisoformat(told["listed_at"]),
            "destroyed_on": date.fromisoformat(gone.as_of),
            "witness_id": told["witness"],
            "witnessed_at": datetime.fromisoformat(told["witnessed_at"]),
            "holds_checked": [{"key": key, "name": names.get(key, key)} for key in told["holds"]],
            "said": AGAIN,
            "is_journaled": True,
        },
    )
    destruction.refresh_from_db()
    return destruction


def _mark(unit: PhysicalUnit, destruction: Destruction, told: dict[str, Any]) -> None:
    """Under the version of the rule by which it went, or the latest where the backup does not know that one."""
    known = RetentionPolicy.objects.filter(rule=told["rule"], number=told["version"]).first()
    unit.destruction, unit.policy = destruction, known or policies.latest()[told["rule"]]
    unit.due_on = date.fromisoformat(told["due_on"]) if told["due_on"] else None
    unit.destroyed_on = destruction.destroyed_on
    unit.save(update_fields=["destruction", "policy", "due_on", "destroyed_on"])

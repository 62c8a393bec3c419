"""Destroying units: listed by one person, seen by another, who scans each; a hold blocks it until the last moment."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.agency import agency_day, agency_today
from privacy.ledger import statements
from privacy.models import Destruction, LegalHold, PhysicalUnit, UnitKey, User
from privacy.physical import journaling
from privacy.physical.due import standing
from privacy.physical.enums import Destroying, DestructionState, Medium
from privacy.retention import policies
from privacy.retention.holding import changing_holds
from privacy.retention.signals import append


class Refused(Exception):
    """It cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Way:
    """How and where units are destroyed."""

    method: Destroying
    technique: str
    site: str


def list_for(units: Sequence[PhysicalUnit], way: Way, by: User) -> Destruction:
    """List units for destruction. Raises Refused, and NotApproved while a rule has no approved version."""
    if not units:
        raise Refused(gettext("Choose what to destroy: an empty list destroys nothing."))
    if not way.method.is_for_paper and not way.technique:
        raise Refused(gettext("Name the technique of the media sanitization practice, and the tool."))
    rules, today = policies.approved(), agency_today()
    with changing_holds():
        kept = list(PhysicalUnit.objects.select_for_update().filter(pk__in=[unit.pk for unit in units]))
        stands = standing(kept, rules)
        for one in stands:
            _check(one.unit, way.method)
            if one.holds:
                raise Refused(_held(one.unit, one.holds))
            if not one.may_go(today):
                raise Refused(gettext("%(unit)s is not due: %(when)s.") % {"unit": one.unit, "when": _when(one.due_on)})
        made = Destruction.objects.create(
            method=way.method, technique=way.technique, site=way.site, listed_by=by, holds_checked=_holds()
        )
        for one in stands:
            one.unit.destruction, one.unit.policy, one.unit.due_on = made, rules[one.unit.rule], one.due_on
            one.unit.save(update_fields=["destruction", "policy", "due_on"])
        append("destruction_listed", str(made.key), by=by.pk, units=len(stands))
    return made


def _check(unit: PhysicalUnit, method: Destroying) -> None:
    if unit.destroyed_on:
        raise Refused(gettext("%(unit)s was destroyed on %(day)s.") % {"unit": unit, "day": unit.destroyed_on})
    if unit.destruction_id:
        raise Refused(gettext("%(unit)s is on another list: %(other)s.") % {"unit": unit, "other": unit.destruction})
    if Medium(unit.medium).is_paper != method.is_for_paper:
        medium = Medium(unit.medium)
        paper, other = gettext("burning, pulping or shredding"), gettext("the media sanitization practice")
        said = gettext("%(unit)s is %(medium)s: the notice requires it to be destroyed by %(way)s.")
        known = {"unit": unit, "medium": gettext(medium.label).lower(), "way": paper if medium.is_paper else other}
        raise Refused(said % known)


def _held(unit: PhysicalUnit, holds: Sequence[LegalHold]) -> str:
    matters = ", ".join(f"“{hold.name}”" for hold in holds)
    said = gettext("%(unit)s is held by %(holds)s: it is not destroyed until the hold is released.")
    return said % {"unit": unit, "holds": matters}


def _when(due: date | None) -> str:
    if due is None:
        return gettext("its clock has not started; enter the day that starts it")
    return gettext("it becomes due on %(day)s") % {"day": due}


def _holds() -> list[dict[str, str]]:
    """What stands on the certificate of the holds in force."""
    return [{"key": str(hold.key), "name": hold.name} for hold in LegalHold.objects.in_force().order_by("pk")]


def take_off(destruction: Destruction, unit: PhysicalUnit, reason: str, by: User) -> None:
    """Keep a unit that was listed. The last one is not taken off: then the list is withdrawn. Raises Refused."""
    if not reason.strip():
        raise Refused(gettext("State why it stays."))
    with transaction.atomic():
        found = _open(destruction)
        if not found.units.filter(pk=unit.pk).exists():
            raise Refused(gettext("%(unit)s is not on this list.") % {"unit": unit})
        if found.units.count() == 1:
            raise Refused(gettext("This is the last one on the list: withdraw the list instead."))
        _free(found.units.filter(pk=unit.pk))
        _say(found, f"{unit.barcode} stays: {reason.strip()} ({by})")


def withdraw(destruction: Destruction, reason: str, by: User) -> None:
    """Nothing of the list is destroyed. Raises Refused."""
    if not reason.strip():
        raise Refused(gettext("State why the list is withdrawn."))
    with transaction.atomic():
        found = _open(destruction)
        _free(found.units.all())
        _say(found, f"Withdrawn: {reason.strip()} ({by})")
        Destruction.objects.filter(pk=found.pk).update(state=DestructionState.WITHDRAWN)
        append("destruction_withdrawn", str(found.key), by=by.pk)


def _free(units: "object") -> None:
    units.update(destruction=None, policy=None, due_on=None)  # type: ignore[attr-defined]


def _say(found: Destruction, sentence: str) -> None:
    found.said = f"{found.said}\n{sentence}".strip()
    found.save(update_fields=["said"])


def _open(destruction: Destruction) -> Destruction:
    found = Destruction.objects.select_for_update().get(pk=destruction.pk)
    if found.state != DestructionState.LISTED:
        raise Refused(
            gettext("This list is already %(state)s.") % {"state": gettext(found.get_state_display()).lower()}
        )
    return found


def scanned(text: str) -> tuple[list[str], list[str]]:
    """The barcodes of a scanner's lines, each once, and those that were scanned more than once."""
    counted = Counter(line.strip().upper() for line in text.splitlines() if line.strip())
    return list(counted), [code for code, count in counted.items() if count > 1]


def witness(destruction: Destruction, codes: Sequence[str], on: date, by: User) -> Destruction:
    """A second person saw each of the list's units destroyed: they are gone, and their indexes with them.

    Raises Refused where that cannot be: who listed it is no witness, something else was scanned, a unit is held by now.
    """
    if on > agency_today():
        raise Refused(gettext("The day is in the future: a destruction is witnessed once it has happened."))
    with changing_holds():
        found = _open(destruction)
        if found.listed_by_id == by.pk:
            raise Refused(gettext("You listed it: another person must be the witness."))
        if on < agency_day(found.listed_at):
            raise Refused(gettext("The day is before the list was made."))
        units = list(found.units.select_for_update())
        _compare({unit.barcode for unit in units}, set(codes))
        for one in standing(units, {unit.rule: unit.policy for unit in units if unit.policy}):
            if one.holds:
                raise Refused(
                    " ".join(
                        [_held(one.unit, one.holds), gettext("Take it off the list, or tell counsel if it is gone.")]
                    )
                )
        UnitKey.objects.filter(unit__in=units).delete()
        found.units.update(destroyed_on=on)
        Destruction.objects.filter(pk=found.pk).update(
            state=DestructionState.DONE, destroyed_on=on, witness=by, witnessed_at=timezone.now(),
            holds_checked=_holds(),
        )  # fmt: skip
        found.refresh_from_db()
        digest = statements.digest(statements.of_destruction(found))
        append(
            "destruction_done", str(found.key), by=found.listed_by_id, witness=by.pk, units=len(units), digest=digest
        )
        transaction.on_commit(journaling.write_soon)
    return found


def _compare(listed: set[str], codes: set[str]) -> None:
    if others := sorted(codes - listed):
        raise Refused(
            gettext("Not on this list: %(units)s. Nothing is recorded; check what was scanned.")
            % {"units": ", ".join(others)}
        )
    if missing := sorted(listed - codes):
        raise Refused(
            gettext("Not scanned: %(units)s. Scan it, or take it off the list.") % {"units": ", ".join(missing)}
        )

"""Two records of one person become one, and two again when that was wrong.

The absorbed record stays as it is and points to the kept one: what hangs on it (contacts, calls, answers, sealed values
under its own key) is read with the kept record's (`Customer.records_of_person`). Only two small tables follow the
person: whose viewer somebody is, so that their engagement is counted together, and whose customer they are.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.models import User
from records.models import Customer, Merge
from records.signals import customers_merged, customers_parted

SQL = Path(__file__).parent / "sql"
SHARE_STAFF = (SQL / "share_staff.sql").read_text()
UNSHARE_STAFF = (SQL / "unshare_staff.sql").read_text()


class CannotMerge(ValueError):
    """The two are no two people's records, with the reason."""


@dataclass(frozen=True)
class Sides:
    """Which record goes on under its own number, and which is absorbed."""

    kept: Customer
    absorbed: Customer


def merge(kept: Customer, absorbed: Customer, *, by: User | None, score: float | None = None) -> Merge:
    """Make `absorbed`, and whoever is merged into it, the same person as `kept`. Raises CannotMerge.

    `by` is nobody where the program was sure by itself.
    """
    with transaction.atomic():
        sides = _locked(kept, absorbed)
        followers = list(Customer.objects.filter(merged_into=sides.absorbed).values_list("pk", flat=True))
        Customer.objects.filter(pk__in=[*followers, sides.absorbed.pk]).update(merged_into=sides.kept)
        made = Merge.objects.create(
            kept=sides.kept, absorbed=sides.absorbed, followers=followers, merged_by=by, score=score
        )
        _execute(SHARE_STAFF, made)
        customers_merged.send(Merge, merge=made)
        return made


def undo(merged: Merge, *, by: User | None) -> None:
    """Part the two again, with those that had been merged into the absorbed one. Raises CannotMerge when undone already
    or when the kept record has been merged into another since: that is undone first.
    """
    with transaction.atomic():
        found = Merge.objects.select_for_update().get(pk=merged.pk)
        if found.undone_at is not None:
            raise CannotMerge(_("This merge has been undone already."))
        if found.kept.merged_into_id is not None:
            raise CannotMerge(_("The kept record has been merged into another since: undo that first."))
        Customer.objects.filter(pk=found.absorbed_id).update(merged_into=None)
        Customer.objects.filter(pk__in=found.followers).update(merged_into=found.absorbed_id)
        _execute(UNSHARE_STAFF, found)
        found.undone_at, found.undone_by = timezone.now(), by
        found.save(update_fields=["undone_at", "undone_by"])
        customers_parted.send(Merge, merge=found)


def _locked(kept: Customer, absorbed: Customer) -> Sides:
    """Both as they are now, locked in one order so that two merges of the same pair wait for each other."""
    rows = Customer.objects.select_for_update().in_bulk(sorted({kept.pk, absorbed.pk}))
    if len(rows) < 2:
        raise CannotMerge(_("A record cannot be merged into itself."))
    sides = Sides(rows[kept.pk], rows[absorbed.pk])
    if sides.kept.merged_into_id or sides.absorbed.merged_into_id:
        raise CannotMerge(_("One of the two has since been merged into another record."))
    return sides


def _execute(statement: str, merged: Merge) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"kept": merged.kept_id, "absorbed": merged.absorbed_id, "reason": f"merge {merged.pk}"}
        )

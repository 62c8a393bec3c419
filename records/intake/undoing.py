"""Taking an import back, whole or not at all."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from records.enums import ImportState
from records.intake.kinds import importer_of
from records.intake.pipeline import rolled_back, running_alone
from records.intake.problems import Refused
from records.intake.rejects import delete_rejects
from records.intake.unkeying import keyed_rows, withdraw_gone
from records.intake.uploads import end_all
from records.models import Import, ImportOverlap
from records.signals import import_leaving


def newest() -> int:
    """The number of the newest import that was not taken back and is not the demo's. Raises Refused for none."""
    found = Import.objects.filter(is_demo=False).exclude(state=ImportState.UNDONE).order_by("-pk").first()
    if found is None:
        raise Refused("there is no import to take back (manage.py import --list shows them)")
    return found.pk


def take_back(number: int, *, of_demo: bool = False) -> tuple[Import, str]:
    """Undo an import, finished or cut off, in one transaction. Returns it and what went.

    One of the demo's is taken back only where `of_demo` says so, for the others rest on it. The rejected cells, which
    are of people too, go with the commit. Raises Refused with the reason, and then nothing is changed.
    """
    record = Import.objects.filter(pk=number).first()
    if record is None:
        raise Refused(f"there is no import {number} (manage.py import --list shows them)")
    with running_alone(record), transaction.atomic():
        record, gone = _take_back(record.pk, of_demo)
        transaction.on_commit(partial(delete_rejects, record))
        transaction.on_commit(partial(end_all, record))
    return record, gone


def what_would_go(number: int) -> str:
    """What `take_back` would take, found by doing it and rolling it back. Raises Refused as it does."""
    record = Import.objects.get(pk=number)
    with running_alone(record), rolled_back():
        return _take_back(record.pk, of_demo=False)[1]


def _take_back(number: int, of_demo: bool) -> tuple[Import, str]:
    record = Import.objects.select_for_update().get(pk=number)
    _refuse(record, of_demo)
    keyed = keyed_rows(record)
    import_leaving.send(Import, record=record)
    gone = importer_of(record.kind).undo(record)

    # A function with a name: Django writes it to the log when it fails, and fails itself where there is none.
    def withdraw() -> None:
        withdraw_gone(keyed)

    transaction.on_commit(withdraw, robust=True)
    record.overlaps_with.all().delete()
    record.state, record.finished_at = ImportState.UNDONE, timezone.now()
    record.save(update_fields=["state", "finished_at"])
    return record, gone


def _refuse(record: Import, of_demo: bool) -> None:
    if record.is_demo and not of_demo:
        raise Refused(
            f"import {record.pk} is part of the demo: `manage.py clear_demo` takes the whole demo away"
            " (--demo takes this import alone)"
        )
    if record.state == ImportState.UNDONE:
        raise Refused(f"import {record.pk} was already taken back")
    overlap = ImportOverlap.objects.filter(earlier=record).exclude(later__state=ImportState.UNDONE).first()
    if overlap:
        raise Refused(
            f"import {record.pk} cannot be taken back: import {overlap.later_id} skipped {overlap.rows:,} rows that it "
            f"holds. Take back import {overlap.later_id} first"
        )

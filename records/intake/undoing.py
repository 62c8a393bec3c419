"""Taking an import back, whole or not at all."""

from django.db import transaction
from django.utils import timezone

from records.enums import ImportState
from records.intake.kinds import importer_of
from records.intake.pipeline import rejects_path, rolled_back, running_alone
from records.intake.problems import Refused
from records.intake.uploads import end_all
from records.models import Import, ImportOverlap


def take_back(number: int) -> tuple[Import, str]:
    """Undo an import, finished or cut off, in one transaction. Returns it and what went.

    Raises Refused with the reason, and then nothing is changed.
    """
    record = Import.objects.filter(pk=number).first()
    if record is None:
        raise Refused(f"there is no import {number} (manage.py import --list shows them)")
    with running_alone(record), transaction.atomic():
        record, gone = _take_back(record.pk)
    end_all(record)
    rejects_path(record).unlink(missing_ok=True)
    return record, gone


def what_would_go(number: int) -> str:
    """What `take_back` would take, found by doing it and rolling it back. Raises Refused as it does."""
    record = Import.objects.get(pk=number)
    with running_alone(record), rolled_back():
        return _take_back(record.pk)[1]


def _take_back(number: int) -> tuple[Import, str]:
    record = Import.objects.select_for_update().get(pk=number)
    _refuse(record)
    gone = importer_of(record.kind).undo(record)
    record.overlaps_with.all().delete()
    record.state, record.finished_at = ImportState.UNDONE, timezone.now()
    record.save(update_fields=["state", "finished_at"])
    return record, gone


def _refuse(record: Import) -> None:
    if record.state == ImportState.UNDONE:
        raise Refused(f"import {record.pk} was already taken back")
    overlap = ImportOverlap.objects.filter(earlier=record).exclude(later__state=ImportState.UNDONE).first()
    if overlap:
        raise Refused(
            f"import {record.pk} cannot be taken back: import {overlap.later_id} skipped {overlap.rows:,} rows that it "
            f"holds. Take back import {overlap.later_id} first"
        )

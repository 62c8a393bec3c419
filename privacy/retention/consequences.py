"""What a committed batch still has to do outside the database: the journal, files, keys. Each may be done twice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.db.models import F

from privacy.models import DispositionRun, DispositionStep, PendingConsequence
from privacy.retention import journal
from privacy.retention.enums import Consequence
from privacy.vault import destroy_keys


def settle(run: DispositionRun) -> None:
    """Do what is left to be done. Raises StoreUnavailable and OSError; what was not done stays to be done."""
    for one in PendingConsequence.objects.filter(run=run).order_by("id"):
        DOINGS[Consequence(one.kind)](one)
        one.delete()


def _write_journal(one: PendingConsequence) -> None:
    journal.write(journal.Gone(**one.what))


def _delete_files(one: PendingConsequence) -> None:
    for storage, name in one.what:
        storages[storage].delete(name)


def _destroy_keys(one: PendingConsequence) -> None:
    destroyed = destroy_keys(UUID(key) for key in one.what)
    DispositionStep.objects.filter(pending=one).update(keys_destroyed=F("keys_destroyed") + destroyed)


DOINGS: dict[Consequence, Callable[[PendingConsequence], Any]] = {
    Consequence.JOURNAL: _write_journal,
    Consequence.FILE: _delete_files,
    Consequence.KEY: _destroy_keys,
}

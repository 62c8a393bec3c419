"""Uploads being worked on: checked, imported, stopped, gone on with after a worker died.

A worker holds the upload's lock while it works; where nobody holds it, the work has broken off and is asked for again.
Long imports are done in stretches, so that none is longer than a task may take.
"""

import itertools
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import Error, connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.errands import ask
from privacy.kept import forget, keep, kept
from records.enums import ImportState, UploadState
from records.intake.drafting import mapping_in
from records.intake.locks import held, is_held
from records.intake.pipeline import Request, import_file
from records.intake.problems import Refused
from records.intake.telling import database_trouble
from records.intake.uploads import end, source_of
from records.models import Import, Upload

WORK = "records.tasks.work_on_upload"
STRETCH = 10 * 60.0  # seconds; a third of CELERY_TASK_TIME_LIMIT
LONGEST_CHECK = 25 * 60.0  # seconds; a dry run cannot be cut into stretches
QUIET = timedelta(seconds=20)  # after which somebody looks whether the work goes on
MOST_ATTEMPTS = 3
BROKE_OFF = "The import broke off {} times at the same place. What is committed stays: go on, or take it back."
TOO_LONG = "The check was ended after 25 minutes. Start the import: it can be stopped, and taken back."
AN_ERROR = "An error of the program ended this: ask an IT administrator, who sees it. What is committed stays."
STARTABLE = (UploadState.DRAFT, UploadState.STOPPED, UploadState.FAILED)
STOPPABLE = (UploadState.CHECKING, UploadState.WAITING, UploadState.RUNNING)
COUNTED = ("read", "loaded", "already_present", "rejected", "secrets_dropped", "reasons")


class Stopped(Exception):
    """Somebody asked to stop; what is committed stays."""


class StretchEnded(Exception):
    """The run has lasted as long as a task should."""


def begin(upload: Upload, state: UploadState) -> None:
    """Have a worker import the file (WAITING) or check it by a dry run (CHECKING).

    Raises Refused where the file is gone or somebody is at it.
    """
    source_of(upload)
    fresh = {"error": "", "attempts": 0, "touched_at": timezone.now(), "checked": {}, "checked_as": ""}
    if not Upload.objects.filter(pk=upload.pk, state__in=STARTABLE).update(state=state, **fresh):
        raise Refused(_("This file is being worked on already."))
    forget(_rows_key(upload))
    ask(WORK, upload.pk)
    upload.refresh_from_db()


def stop(upload: Upload) -> None:
    """Ask the worker to stop after the present chunk; stops at once where none is at it. Raises Refused."""
    if not Upload.objects.filter(pk=upload.pk, state__in=STOPPABLE).update(state=UploadState.STOPPING):
        raise Refused(_("There is nothing under way to stop."))
    if not is_held(upload.lock):
        _settle(upload)
    upload.refresh_from_db()


def tend() -> int:
    """Ask again for work that nobody is at: its worker died, or the broker forgot. Returns for how many uploads."""
    quiet = Upload.objects.under_way().filter(touched_at__lt=timezone.now() - QUIET)
    left = [upload for upload in quiet if not is_held(upload.lock)]
    for upload in left:
        ask(WORK, upload.pk)
    return len(left)


def work_on(number: int) -> bool:
    """Do what the upload's state asks for; returns whether another stretch is to follow. Harmless when repeated."""
    upload = Upload.objects.under_way().filter(pk=number).first()
    if upload is None:
        return False
    try:
        with held(upload.lock, patience=0, otherwise="another worker is at it"):
            return _work(upload)
    except Refused:
        return False


def _work(upload: Upload) -> bool:
    upload.refresh_from_db()
    if upload.state == UploadState.STOPPING:
        return _settle(upload)
    if not upload.is_under_way:
        return False
    if upload.attempts >= MOST_ATTEMPTS:
        return _settle(upload, BROKE_OFF.format(upload.attempts))
    Upload.objects.filter(pk=upload.pk).update(attempts=F("attempts") + 1, touched_at=timezone.now())
    return _guarded(upload, _check if upload.state == UploadState.CHECKING else _import)


def _guarded(upload: Upload, work: Callable[[Upload], bool]) -> bool:
    """The work; whatever ends it is told to the user. An error of ours goes on to the failed tasks."""
    try:
        return work(upload)
    except Stopped:
        return _settle(upload)
    except Refused as refusal:
        return _settle(upload, str(refusal))
    except Error as problem:
        if connection.is_usable():  # else it is asked for again by the schedule
            _settle(upload, database_trouble(problem))
        raise
    except Exception:
        _settle(upload, AN_ERROR)
        raise


def _check(upload: Upload) -> bool:
    deadline = time.monotonic() + LONGEST_CHECK

    def look(record: Import) -> None:
        keep(_rows_key(upload), (record.read, record.position), seconds=3600)
        _heed_stop(upload)
        if time.monotonic() > deadline:
            raise Refused(TOO_LONG)

    record = import_file(request_of(upload, look, dry_run=True)).record
    upload.checked = {name: getattr(record, name) for name in COUNTED}
    upload.checked_as = record.mapping_hash
    upload.save(update_fields=["checked", "checked_as", "touched_at"])
    return _settle(upload)


def _import(upload: Upload) -> bool:
    if upload.source_import and upload.source_import.state != ImportState.RUNNING:
        end(upload)  # the worker died between the import's end and the file's
        return False
    Upload.objects.filter(pk=upload.pk, state=UploadState.WAITING).update(state=UploadState.RUNNING)
    deadline, runs = time.monotonic() + STRETCH, itertools.count()

    def look(record: Import) -> None:
        attempts = {"attempts": 0} if record.read else {}
        Upload.objects.filter(pk=upload.pk).update(source_import=record, touched_at=timezone.now(), **attempts)
        _heed_stop(upload)
        if next(runs) and time.monotonic() > deadline:  # the first look is before the first chunk
            raise StretchEnded

    try:
        import_file(request_of(upload, look))
    except StretchEnded:
        return True
    end(upload)
    return False


def request_of(upload: Upload, progress: Callable[[Import], None], *, dry_run: bool = False) -> Request:
    """What the upload asks the pipeline for. Raises Refused where its mapping is none."""
    return Request(
        path=source_of(upload).path,
        mapping=mapping_in(upload.mapping, upload.mapping_name),
        name=upload.file_name,
        started_by=upload.sent_by_id,
        dry_run=dry_run,
        progress=progress,
    )


def _heed_stop(upload: Upload) -> None:
    if Upload.objects.filter(pk=upload.pk, state=UploadState.STOPPING).exists():
        raise Stopped


def _settle(upload: Upload, error: str = "") -> bool:
    """The work ended before the file did: back to the mapping where nothing came in, else to be gone on with."""
    upload.refresh_from_db()
    begun = UploadState.FAILED if error else UploadState.STOPPED
    upload.state, upload.error = begun if upload.source_import_id else UploadState.DRAFT, error
    upload.save(update_fields=["state", "error", "touched_at"])
    return False


def checked_so_far(upload: Upload) -> tuple[int, int]:
    """The rows and bytes that a dry run under way has read."""
    return kept(_rows_key(upload)) or (0, 0)


def _rows_key(upload: Upload) -> str:
    return f"records.upload.checked:{upload.pk}"

"""Exports in the background: asked for, made, cancelled, gone on with after a worker died, expired.

A worker holds the export's lock while it works and shows itself by `touched_at`; where nobody holds it the work has
broken off, and the schedule asks again. A file is written under a temporary name and renamed when it is whole.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext

from analytics.enums import ExportState, RunOutcome
from analytics.exports.ended_words import AN_ERROR, BROKE_OFF, GONE
from analytics.exports.formats import TooManyRows
from analytics.exports.source import BadFilters, Source
from analytics.exports.writing import Wish, Written, write_file
from analytics.models import Export, ScheduleRun
from analytics.models.exports import UNDER_WAY
from analytics.signals import export_ready
from privacy.disclosures import Recipient
from privacy.errands import ask, ask_once_committed
from privacy.languages import tag_of
from privacy.purposes import basis_named
from privacy.retention.orphans import Folder, declare_folder
from records.intake.locks import held, is_held
from records.intake.problems import Refused as Busy

MAKE = "analytics.tasks.make_export"
KEPT_FOR = timedelta(days=7)
QUIET = timedelta(seconds=20)  # after which somebody looks whether the work goes on
MOST_ATTEMPTS = 3
PART = ".part"
LONGEST_TITLE = 200

log = structlog.get_logger(__name__)


# Its own sweep takes it, each time that exports expire.
declare_folder(Folder("default", "exports"))


class Cancelled(Exception):
    """Somebody cancelled it, or it is another worker's now: nothing is kept."""


def folder() -> Path:
    """Where finished files lie, and unfinished ones under names that end in `.part`."""
    return Path(settings.MEDIA_ROOT) / "exports"


def path_of(export: Export) -> Path:
    return folder() / export.stored_as


# Asked for -----------------------------------------------------------------------------------------------------------


def enqueue(wish: Wish, source: Source, rows: int, title: str = "") -> Export:
    """The row of an export, for a worker to make, who is asked for it once it is committed.

    It is called what it is of, unless whoever set its schedule gave a `title`.
    """
    recipient = wish.recipient
    export = Export.objects.create(
        asked_by=wish.user,
        of=source.of,
        title=title or str(source.title)[:LONGEST_TITLE],
        query=wish.query,
        format=wish.format,
        basis=wish.basis.name if source.is_identifiable and wish.basis else "",
        reference=wish.basis.reference if source.is_identifiable and wish.basis else "",
        recipient_name=recipient.name if recipient else "",
        recipient_address=recipient.address if recipient else "",
        routine_use=recipient.routine_use if recipient else None,
        rows_counted=rows,
    )
    ask_once_committed(MAKE, export.pk)
    return export


def wish_of(export: Export) -> Wish:
    recipient = None
    if export.routine_use is not None:
        recipient = Recipient(export.recipient_name, export.recipient_address, export.routine_use)
    return Wish(
        user=export.asked_by,
        of=export.of,
        query=export.query,
        format=export.format,
        basis=basis_named(export.basis, export.reference),
        recipient=recipient,
        reference=export.key,
    )


def cancel(export: Export) -> bool:
    """Whether it was under way. Its worker sees it within its next rows and deletes what it wrote."""
    now = timezone.now()
    rows = Export.objects.filter(pk=export.pk, state__in=UNDER_WAY)
    with transaction.atomic():
        done = rows.update(state=ExportState.CANCELLED, ended_at=now, touched_at=now)
        if done:
            _settle_run(export, RunOutcome.CANCELLED)
    return bool(done)


# Made ----------------------------------------------------------------------------------------------------------------


def make(number: int) -> None:
    """Make the export's file. Harmless when repeated: one worker is at it at a time."""
    export = Export.objects.under_way().filter(pk=number).select_related("asked_by").first()
    if export is None:
        return
    try:
        with (
            held(export.lock, patience=0, otherwise="another worker is at it"),
            translation.override(tag_of(export.asked_by)),
        ):
            _make(export)
    except Busy:
        return


def _make(export: Export) -> None:
    now = timezone.now()
    begun = Export.objects.under_way().filter(pk=export.pk, attempts__lt=MOST_ATTEMPTS)
    if not begun.update(state=ExportState.RUNNING, attempts=F("attempts") + 1, rows_done=0, touched_at=now):
        export.refresh_from_db()
        if export.is_under_way:
            _fail(export, gettext(BROKE_OFF) % {"count": export.attempts})
        return
    try:
        _write(export)
    except Cancelled:
        log.info("export_cancelled", export=export.pk)
    except (BadFilters, TooManyRows) as problem:
        _fail(export, str(problem))
    except (PermissionDenied, Http404):
        _fail(export, gettext(GONE), RunOutcome.NOT_ALLOWED)
    except Error:
        raise  # the database: the schedule asks again
    except Exception:
        _fail(export, gettext(AN_ERROR))
        raise
    else:
        export.refresh_from_db()
        export_ready.send_robust(sender=Export, export=export)


def _write(export: Export) -> None:
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = uuid4().hex
    part, whole = folder() / f"{name}{PART}", folder() / name
    try:
        with Shown(export) as shown, _created(part) as file:
            written = write_file(wish_of(export), file, begun=shown.begun, look=shown.done)
            file.flush()
            os.fsync(file.fileno())
        part.rename(whole)
        _end(export, name, written, whole.stat().st_size)
    except BaseException:
        part.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
        raise


def _created(path: Path) -> IO[bytes]:
    """A new file that nobody else may read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


class Shown:
    """Tells of the work by a connection of its own, for the work itself is one transaction. Raises Cancelled where the
    export is no longer being made."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self.connection = connection.copy()

    def __enter__(self) -> "Shown":
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def begun(self, rows: int, as_of: datetime) -> None:
        self._update("rows_counted = %s, as_of = %s", rows, as_of)

    def done(self, rows: int) -> None:
        self._update("rows_done = %s", rows)

    def _update(self, columns: str, *values: int | datetime) -> None:
        statement = f"UPDATE {Export._meta.db_table} SET {columns}, touched_at = now() WHERE id = %s AND state = %s"
        with self.connection.cursor() as cursor:
            cursor.execute(statement, [*values, self.export.pk, ExportState.RUNNING])
            if not cursor.rowcount:
                raise Cancelled


def _end(export: Export, name: str, written: Written, size: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        done = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(
            state=ExportState.READY,
            stored_as=name,
            size=size,
            rows_done=written.rows,
            rows_counted=written.rows,
            as_of=written.as_of,
            ended_at=now,
            touched_at=now,
            expires_at=now + KEPT_FOR,
        )
        if not done:
            raise Cancelled
        _settle_run(export, RunOutcome.SENT)


def _fail(export: Export, error: str, outcome: RunOutcome = RunOutcome.FAILED) -> None:
    """`error` is in the language of whoever asked: nobody else reads it."""
    now = timezone.now()
    with transaction.atomic():
        rows = Export.objects.under_way().filter(pk=export.pk)
        if rows.update(state=ExportState.FAILED, error=error, ended_at=now, touched_at=now):
            _settle_run(export, outcome)


def _settle_run(export: Export, outcome: RunOutcome) -> None:
    ScheduleRun.objects.filter(export=export).update(outcome=outcome)


# Tended --------------------------------------------------------------------------------------------------------------


def tend() -> int:
    """Ask again for work that nobody is at: its worker died, or the broker forgot. Returns for how many exports."""
    quiet = Export.objects.under_way().filter(touched_at__lt=timezone.now() - QUIET)
    left = [export for export in quiet if not is_held(export.lock)]
    for export in left:
        ask(MAKE, export.pk)
    return len(left)


def expire(now: datetime | None = None) -> int:
    """Delete the files whose time is over, and what was left of work that broke off. Returns how many expired."""
    now = now or timezone.now()
    over = list(Export.objects.filter(state=ExportState.READY, expires_at__lte=now))
    for export in over:
        delete_file(export)
    _sweep((now - timedelta(days=1)).timestamp())
    return len(over)


def delete_file(export: Export) -> None:
    """The file goes first: a crash in between leaves a row whose file is asked for again, never a file without one."""
    path_of(export).unlink(missing_ok=True)
    Export.objects.filter(pk=export.pk, state=ExportState.READY).update(
        state=ExportState.EXPIRED, stored_as="", query="", recipient_name="", recipient_address=""
    )


def _sweep(before: float) -> None:
    if not folder().exists():
        return
    known = set(Export.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)

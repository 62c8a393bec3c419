"""How far the work on an upload is, in a sentence and in percent of the file's bytes."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from records.enums import UploadState
from records.figures import count
from records.intake.running import checked_so_far
from records.models import Upload


@dataclass(frozen=True)
class Progress:
    text: str
    percent: int
    is_under_way: bool


def progress_of(upload: Upload) -> Progress:
    percent = min(100, 100 * _position(upload) // max(1, upload.size))
    return Progress(_text(upload), percent, upload.is_under_way)


def _position(upload: Upload) -> int:
    if upload.state == UploadState.CHECKING:
        return checked_so_far(upload)[1]
    return upload.source_import.position if upload.source_import else 0


def _text(upload: Upload) -> str:
    if upload.state == UploadState.CHECKING:
        return _("Checking: %(rows)s rows read so far. Nothing is written.") % {
            "rows": count(checked_so_far(upload)[0])
        }
    if upload.state == UploadState.STOPPING:
        return _("Stopping after the current rows.")
    record = upload.source_import
    if record is None:
        return _("Waiting to start.") if upload.state == UploadState.WAITING else _("Reading the file.")
    said = _("%(read)s rows read: %(loaded)s loaded, %(present)s already there, %(rejected)s rejected.")
    return said % {
        "read": count(record.read), "loaded": count(record.loaded), "present": count(record.already_present),
        "rejected": count(record.rejected),
    }  # fmt: skip

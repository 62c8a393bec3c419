"""How far the work on an upload is, in a sentence and in percent of the file's bytes."""

from dataclasses import dataclass

from records.enums import UploadState
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
        return f"Checking: {checked_so_far(upload)[0]:,} rows read so far. Nothing is written."
    if upload.state == UploadState.STOPPING:
        return "Stopping after the rows at hand."
    record = upload.source_import
    if record is None:
        return "Waiting for a worker." if upload.state == UploadState.WAITING else "Reading the file."
    return (
        f"{record.read:,} rows read: {record.loaded:,} loaded, {record.already_present:,} already there, "
        f"{record.rejected:,} rejected."
    )

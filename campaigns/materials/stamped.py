"""A PDF file with the reader's address across each page: made when it is taken, kept nowhere."""

from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO

from django.db.models.fields.files import FieldFile

from campaigns.materials.drawing.limits import STAMP_SECONDS
from campaigns.materials.drawing.types import PDF
from campaigns.materials.preparing import local, work_folder
from campaigns.materials.processes import TookTooLong, ends_within, started
from campaigns.models import MaterialVersion

STAMPING = "campaigns.materials.stamping"


class NotStamped(Exception):
    """The file cannot be stamped, or takes too long or too much memory."""


def can_be_stamped(version: MaterialVersion) -> bool:
    """Whether there is a PDF file of it: as it was sent, or as it was made of an Office file."""
    return pdf_of(version) is not None


def pdf_of(version: MaterialVersion) -> FieldFile | None:
    if version.converted:
        return version.converted
    return version.file if version.media_type == PDF else None


def stamped(version: MaterialVersion, words: str) -> IO[bytes]:
    """The file with `words` across each page, at its beginning; it is gone when it is closed. Raises NotStamped.

    Bounded in memory and time: it is read and written by a process of its own, and is never whole in this one.
    """
    original = pdf_of(version)
    if original is None:
        raise NotStamped
    with work_folder() as folder:
        source, made = local(original, folder / "original"), folder / "stamped.pdf"
        _stamp(source, made, words, folder)
        # Its name goes with the folder, its content with the last who has it open.
        return made.open("rb")


def _stamp(source: Path, made: Path, words: str, folder: Path) -> None:
    with started(STAMPING, str(source), str(made), home=folder) as process:
        try:
            process.communicate(" ".join(words.split()).encode() + b"\n", timeout=2 * STAMP_SECONDS)
            code = ends_within(process, 1)
        except (TookTooLong, TimeoutExpired):
            raise NotStamped from None
    if code or not made.is_file():
        raise NotStamped

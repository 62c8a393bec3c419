"""The encrypted store of recordings, images, archived files, signatures and files of chats.

A file lies encrypted in Django's storage `records` under a random name, its own key sealed by the key of whom it is
about (privacy.vault). It is encrypted while it is uploaded, so it never lies anywhere in clear.
"""

import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.translation import gettext_noop

from privacy.models import User
from privacy.retention.orphans import Folder, declare_folder
from privacy.vault import destroy_key
from records.enums import MediaKind, MediaRule
from records.media_crypto import Damaged, Sealer, new_key, opened, sealed_size
from records.media_types import HEAD, type_of
from records.models import Customer, MediaFile, Meeting, StudyParticipant, StudySession

# What is no recording is kept under a rule of its own.
RULES = {MediaKind.SIGNATURE: MediaRule.SIGNATURE, MediaKind.RESEARCH: MediaRule.RESEARCH}


def store() -> Storage:
    return storages["records"]


declare_folder(
    Folder(
        "records",
        "",
        gettext_noop("recordings and other files of records"),
        named=(lambda: MediaFile.objects.values_list("stored_as"),),
    )
)


class SealedUpload:
    """A file that is coming in, encrypted in a temporary file; `head` are its first bytes, to tell its type by."""

    def __init__(self) -> None:
        self.key, self.name = new_key(), uuid.uuid4()
        self.head = b""
        self._sealer = Sealer(self.key, self.name)
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (it goes when the upload does)

    @property
    def size(self) -> int:
        return self._sealer.size

    def add(self, piece: bytes) -> None:
        self.head = (self.head + piece)[:HEAD] if len(self.head) < HEAD else self.head
        for sealed in self._sealer.add(piece):
            self.file.write(sealed)

    def end(self) -> "SealedUpload":
        self.file.write(self._sealer.end())
        self.file.seek(0)
        return self


@dataclass(frozen=True)
class About:
    """What a file is of: a meeting, for a signature the customer who signed, for research somebody's taking part or a
    session of a study."""

    kind: MediaKind
    recorded_at: datetime
    file_name: str
    meeting: Meeting | None = None
    customer: Customer | None = None
    participant: StudyParticipant | None = None
    study_session: StudySession | None = None


def keep(upload: SealedUpload, about: About, by: User | None) -> MediaFile:
    """Put an upload into the store. Raises WrongType where its content is none that is taken for its kind.

    Where the database refuses the row the file goes again.
    """
    with upload.file:
        return _keep(upload, about, by, type_of(upload.head, about.kind))


def _keep(upload: SealedUpload, about: About, by: User | None, content_type: str) -> MediaFile:
    row = MediaFile(
        key=upload.name,
        kind=about.kind,
        meeting=about.meeting,
        customer=about.customer,
        participant=about.participant,
        study_session=about.study_session,
        content_type=content_type,
        size=upload.size,
        recorded_at=about.recorded_at,
        retention_rule=RULES.get(about.kind, MediaRule.RECORDING),
        created_by=by,
    )
    row.file_name, row.data_key = about.file_name, upload.key.hex()
    row.stored_as = store().save(secrets.token_hex(16), File(upload.file))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except BaseException:
        store().delete(row.stored_as)
        raise
    return row


@contextmanager
def reading(row: MediaFile) -> Iterator[BinaryIO]:
    """The encrypted file. Raises Damaged where it is gone or of another length than what was written."""
    try:
        with store().open(row.stored_as, "rb") as file:
            if file.size != sealed_size(row.size):
                raise Damaged
            yield cast(BinaryIO, file)
    except FileNotFoundError:
        raise Damaged from None


def content(row: MediaFile, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes from `first` to `last` (included), piece by piece. Raises Damaged, and what the vault raises."""
    key = bytes.fromhex(row.data_key or "")
    with reading(row) as file:
        yield from opened(file, key, row.key, row.size, first, last)


def destroy(row: MediaFile) -> None:
    """Take a file away for good: its row with the file's key, then its bytes, which are noise by then."""
    name = row.stored_as
    with transaction.atomic():
        row.delete()
        transaction.on_commit(lambda: store().delete(name))
    if not row.customer_id and not row.participant_id:
        destroy_key(row.key)  # a recording has a key of its own: old backups of the row are unreadable too

"""Files on their way in: kept, mapped, forgotten. The pages and the API do it by these."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.models import User
from records.enums import UploadState
from records.intake.drafting import Draft, drafted, guessed, has_columns, mapping_in
from records.intake.kinds import default_mapping, description_of
from records.intake.mapping import parse_mapping
from records.intake.problems import Refused
from records.intake.receiving import IncomingFile, folder
from records.intake.sampling import Sample, sample
from records.intake.sniffing import Written, sniff
from records.intake.source import Source
from records.models import Import, Upload
from records.models.upload import UNDER_WAY

KEPT_FOR = timedelta(hours=24)
REJECTS_KEPT_FOR = timedelta(days=30)  # long enough to correct them; the rows are no records of ours
LARGEST_MAPPING = 1 << 20  # bytes
MOST_USED = 5  # mappings that are offered again
GONE = (
    "The file was deleted a day after the import had stopped. What is committed stays: take it back, or send the file "
    "again with the same mapping to go on."
)


def keep(file: IncomingFile, kind: str, user: User, mapping: IncomingFile | None = None) -> Upload:
    """Keep a file that has come in, with its mapping if one came too. Raises Refused, and then nothing is kept."""
    description_of(kind)
    if file.is_too_large:
        raise Refused(f"{file.name} is larger than {settings.IMPORT_MAX_BYTES:,} bytes: send it in parts, or as .gz")
    name = file.name or "file"
    Source(file.path, name).head(16)  # what is no table of text is refused at once
    upload = Upload(
        kind=kind,
        file_name=name[-255:],
        stored_as=file.stored_as,
        size=file.size or 0,
        sent_by=user,
        **_given(kind, mapping),
    )
    upload.save()
    file.is_kept = True
    return upload


def _given(kind: str, file: IncomingFile | None) -> dict[str, str]:
    """The columns of an upload that the mapping file fills; the kind's own file's where such files need no choices."""
    if file is None:
        own = default_mapping(kind)
        return {} if own is None or has_columns(kind, "") else {"mapping": own.read_text(), "mapping_name": own.name}
    name = file.name or "mapping"
    if (file.size or 0) > LARGEST_MAPPING:
        raise Refused(f"the mapping {name} is larger than {LARGEST_MAPPING:,} bytes")
    content = file.path.read_bytes()
    mapping = parse_mapping(content, Path(name))
    if mapping.kind != kind:
        raise Refused(f"the mapping {name} is for {mapping.kind!r}, not for {kind!r}")
    return {"mapping": content.decode(), "mapping_name": name[-255:]}


def source_of(upload: Upload) -> Source:
    """The file. Raises Refused where it is gone."""
    if not upload.stored_as:
        raise Refused(f"{upload.file_name} is no longer kept here: send it again")
    return Source(folder() / upload.stored_as, upload.file_name)


def first_draft(upload: Upload, written: Written | None = None) -> tuple[Draft, Sample]:
    """What is stored of the upload's mapping, or a guess; `written` reads the file so instead. Raises Refused."""
    source = source_of(upload)
    written = written or (sniff(source) if not upload.mapping else _written_in(upload, source))
    found = sample(source, written)
    if upload.mapping:
        return drafted(upload.kind, upload.mapping, found.header, written), found
    return guessed(upload.kind, written, found), found


def _written_in(upload: Upload, source: Source) -> Written:
    layout = mapping_in(upload.mapping).layout
    return Written(layout.encoding, layout.delimiter, layout.quote)


def store_mapping(upload: Upload, toml: str, header: Sequence[str]) -> None:
    """Keep a mapping with the upload, to be started with and to be used again. Raises Refused where it is none."""
    mapping_in(toml)
    upload.mapping, upload.mapping_name = toml, upload.mapping_name or f"{upload.kind}.toml"
    upload.header_hash = header_hash(header)
    upload.save(update_fields=["mapping", "mapping_name", "header_hash", "touched_at"])


def header_hash(header: Sequence[str]) -> str:
    return hashlib.sha256("\x00".join(header).encode(errors="surrogateescape")).hexdigest()


def used_before(upload: Upload, header: Sequence[str]) -> "QuerySet[Upload]":
    """The user's own uploads of the same columns that were imported, the newest first.

    Relies on upload_mappings_used.
    """
    rows = Upload.objects.filter(sent_by=upload.sent_by_id, kind=upload.kind, header_hash=header_hash(header))
    return rows.exclude(pk=upload.pk).exclude(source_import=None).exclude(mapping="")[:MOST_USED]


def use_again(upload: Upload, earlier: Upload) -> None:
    """Read the upload by the mapping of an earlier one. Raises Refused where its columns are others."""
    written = _written_in(earlier, source_of(upload))
    header = sample(source_of(upload), written).header
    if header_hash(header) != earlier.header_hash or earlier.kind != upload.kind:
        raise Refused(_("That file had other columns."))
    store_mapping(upload, earlier.mapping, header)


def abandon(upload: Upload) -> None:
    """Forget the upload and its file. Raises Refused where its import has begun."""
    with transaction.atomic():
        gone, _by_model = Upload.objects.filter(pk=upload.pk, source_import=None).exclude(state__in=UNDER_WAY).delete()
    if not gone:
        raise Refused(_("This file is being worked on: stop that first, or take its import back."))
    _delete(upload.stored_as)


def end(upload: Upload, error: str = "") -> None:
    """The import has ended: the file goes, how it was read stays."""
    stored_as = upload.stored_as
    upload.state, upload.stored_as, upload.error = UploadState.ENDED, "", error
    upload.save(update_fields=["state", "stored_as", "error", "touched_at"])
    _delete(stored_as)


def end_all(record: Import) -> None:
    """The import was taken back: whatever lies here for it goes."""
    for upload in Upload.objects.filter(source_import=record).exclude(state=UploadState.ENDED):
        end(upload)


def sweep() -> int:
    """Delete files that nobody touched for a day: of uploads never started, stopped or failed, and of requests that
    broke off; and rejects files after a month. Returns how many."""
    before = timezone.now() - KEPT_FOR
    idle = Upload.objects.filter(touched_at__lt=before).exclude(state__in=(*UNDER_WAY, UploadState.ENDED))
    swept = 0
    for upload in idle:
        _forget(upload)
        swept += 1
    return swept + _sweep_strays(before.timestamp()) + _sweep_rejects((timezone.now() - REJECTS_KEPT_FOR).timestamp())


def _sweep_rejects(before: float) -> int:
    old = [path for path in Path(settings.MEDIA_ROOT).glob("imports/*/rejects.csv") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()
    return len(old)


def _forget(upload: Upload) -> None:
    if upload.source_import_id is None:
        upload.delete()
        _delete(upload.stored_as)
    else:
        end(upload, GONE)


def _sweep_strays(before: float) -> int:
    known = set(Upload.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    strays = [path for path in _files() if path.name not in known and path.stat().st_mtime < before]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _files() -> list[Path]:
    return list(folder().iterdir()) if folder().exists() else []


def _delete(stored_as: str) -> None:
    if stored_as:
        (folder() / stored_as).unlink(missing_ok=True)

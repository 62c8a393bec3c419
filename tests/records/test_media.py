"""The encrypted store: what is written is read, what was tampered with is noticed, what goes is gone."""

import io
import resource
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from records import media
from records.enums import MediaKind
from records.media_crypto import CHUNK, SEALED_CHUNK, Damaged, Sealer, new_key, opened, sealed_size
from records.media_types import WrongType, type_of
from records.models import MediaFile, Meeting
from tests.factories import make_customer
from tests.records_meetings import START

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
KEY, NAME = new_key(), uuid.uuid4()
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]


def sealed(content: bytes, *, pieces: int = 70_001) -> bytes:
    sealer = Sealer(KEY, NAME)
    parts = [part for at in range(0, len(content), pieces) for part in sealer.add(content[at : at + pieces])]
    return b"".join([*parts, sealer.end()])


def read(file: bytes, size: int, first: int = 0, last: int | None = None) -> bytes:
    return b"".join(opened(io.BytesIO(file), KEY, NAME, size, first, last))


def pattern(size: int) -> bytes:
    return bytes(at * 31 % 251 for at in range(size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pieces", [1_000, CHUNK, 200_000])
def test_what_is_sealed_is_opened_whatever_its_length_and_pieces(size: int, pieces: int) -> None:
    content = pattern(size)
    file = sealed(content, pieces=pieces)
    assert len(file) == sealed_size(size)
    assert read(file, size) == content
    assert size < 40 or content[:40] not in file


LONG = pattern(3 * CHUNK + 7)
LONG_SEALED = sealed(LONG)


@given(first=st.integers(0, len(LONG) - 1), length=st.integers(1, 2 * CHUNK))
def test_any_part_is_read_from_its_place(first: int, length: int) -> None:
    assert read(LONG_SEALED, len(LONG), first, first + length - 1) == LONG[first : first + length]


def chunked(file: bytes) -> list[bytes]:
    return [file[at : at + SEALED_CHUNK] for at in range(0, len(file), SEALED_CHUNK)]


def tamperings() -> Iterator[tuple[str, bytes, int]]:
    """How somebody may have changed the file, and how long they would have it be."""
    one, two, three, four = chunked(LONG_SEALED)
    size = len(LONG)
    yield "a bit turned", bytes([LONG_SEALED[0] ^ 1]) + LONG_SEALED[1:], size
    yield "the end cut off", LONG_SEALED[:-1], size
    yield "the last chunk cut off", one + two + three, 3 * CHUNK
    yield "chunks in another order", two + one + three + four, size
    yield "a chunk left out", one + three + four, size - CHUNK
    yield "a chunk twice", one + one + two + three + four, size + CHUNK
    yield "another last chunk", one + two + three + chunked(sealed(pattern(7)))[0], size
    yield "nothing at all", b"", size


TAMPERINGS = list(tamperings())


@pytest.mark.parametrize("case", TAMPERINGS, ids=[how for how, _, _ in TAMPERINGS])
def test_what_was_tampered_with_is_noticed(case: tuple[str, bytes, int]) -> None:
    _, file, size = case
    with pytest.raises(Damaged):
        read(file, size)


def test_the_file_of_another_name_or_key_is_not_opened() -> None:
    for key, name in ((new_key(), NAME), (KEY, uuid.uuid4())):
        with pytest.raises(Damaged):
            list(opened(io.BytesIO(LONG_SEALED), key, name, len(LONG)))


@pytest.mark.parametrize(
    ("head", "kind", "found"),
    [
        (PNG, MediaKind.IMAGE, "image/png"),
        (b"\xff\xd8\xff\xe0", MediaKind.SIGNATURE, "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", MediaKind.IMAGE, "image/webp"),
        (b"\x00\x00\x00\x20ftypisom\x00", MediaKind.VIDEO, "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A \x00", MediaKind.AUDIO, "audio/mp4"),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x82\x84webm", MediaKind.SCREEN, "video/webm"),
        (b"ID3\x04", MediaKind.AUDIO, "audio/mpeg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", MediaKind.AUDIO, "audio/wav"),
        (b"%PDF-1.7", MediaKind.ARCHIVE, "application/pdf"),
        (b"WEBVTT\n\n00:01", MediaKind.ARCHIVE, "text/vtt"),
        ("Zoë".encode()[:-1], MediaKind.CHAT, "text/plain"),
        (b'{"a": 1}', MediaKind.ARCHIVE, "text/plain"),
        (b"<html><script>", MediaKind.CHAT, "text/plain"),
    ],
)
def test_a_type_is_told_by_the_first_bytes(head: bytes, kind: MediaKind, found: str) -> None:
    assert type_of(head, kind) == found


@pytest.mark.parametrize(
    ("head", "kind", "reason"),
    [
        (b"", MediaKind.CHAT, "It is not one of the types"),
        (b"MZ\x90\x00\x03", MediaKind.ARCHIVE, "It is not one of the types"),
        (b"PK\x03\x04\x14\x00\x00\x00", MediaKind.ARCHIVE, "It is not one of the types"),
        (PNG, MediaKind.VIDEO, "It is image/png, which is no recorded video. Choose another kind."),
        (b"<svg onload=alert(1)>", MediaKind.IMAGE, "It is text/plain, which is no webcam image."),
        (b"\xff\xfe\x00h", MediaKind.CHAT, "It is not one of the types"),
    ],
)
def test_what_is_not_taken_says_so(head: bytes, kind: MediaKind, reason: str) -> None:
    with pytest.raises(WrongType) as wrong:
        type_of(head, kind)
    assert str(wrong.value).startswith(reason)


# The store ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    options = {"location": tmp_path / "records", "file_permissions_mode": 0o600}
    settings.STORAGES = {**settings.STORAGES, "records": {**settings.STORAGES["records"], "OPTIONS": options}}
    storages._storages.clear()  # type: ignore[attr-defined]
    return tmp_path / "records"


def upload(content: bytes) -> media.SealedUpload:
    incoming = media.SealedUpload()
    incoming.add(content)
    return incoming.end()


def meeting() -> Meeting:
    return Meeting.objects.create(number="98765432100", uid="u", started_at=START)


def kept(content: bytes = PNG) -> MediaFile:
    about = media.About(MediaKind.IMAGE, START, "Ann at her desk.png", meeting=meeting())
    return media.keep(upload(content), about, None)


@pytest.mark.django_db
def test_a_file_is_kept_sealed_under_a_name_that_says_nothing(folder: Path) -> None:
    row = MediaFile.objects.get(pk=kept(PNG + LONG).pk)
    assert b"".join(media.content(row)) == PNG + LONG
    assert (row.content_type, row.size, row.retention_rule) == ("image/png", len(PNG + LONG), "RET-6")
    (file,) = folder.iterdir()
    assert file.name == row.stored_as
    assert PNG[:8] not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    stored = str(list(MediaFile.objects.values()))
    assert "desk" not in stored
    assert row.file_name == "Ann at her desk.png"


@pytest.mark.django_db(transaction=True)
def test_nothing_readable_is_left_of_what_was_destroyed(folder: Path) -> None:
    from privacy.vault import has_key

    row = kept()
    media.destroy(row)
    assert not list(folder.iterdir())
    assert not MediaFile.objects.exists()
    assert not has_key(row.key)


@pytest.mark.django_db
def test_the_file_goes_again_where_the_database_refuses_its_row(folder: Path) -> None:
    about = media.About(MediaKind.IMAGE, START, "a.png")  # of no meeting
    with pytest.raises(IntegrityError):
        media.keep(upload(PNG), about, None)
    assert not list(folder.iterdir())


@pytest.mark.django_db
def test_a_file_that_is_gone_or_cut_off_is_damaged(folder: Path) -> None:
    row = kept(PNG + LONG)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Damaged):
        list(media.content(row, 0, 10))
    file.unlink()
    with pytest.raises(Damaged):
        list(media.content(row))


@pytest.mark.django_db
def test_a_signature_is_sealed_by_the_key_of_the_customer_who_signed(folder: Path) -> None:
    customer = make_customer()
    about = media.About(MediaKind.SIGNATURE, START, "signed.png", customer=customer)
    row = media.keep(upload(PNG), about, None)
    assert (row.vault_subject, row.retention_rule) == (customer.key, "RET-3")
    assert b"".join(media.content(row)) == PNG


@pytest.mark.django_db
@pytest.mark.slow
def test_a_large_file_goes_in_and_out_in_constant_memory(folder: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    incoming, piece = media.SealedUpload(), b"\x89PNG\r\n\x1a\n" + bytes(CHUNK - 8)
    for _ in range(4_800):  # 300 MB
        incoming.add(piece)
    about = media.About(MediaKind.IMAGE, START, "big.png", meeting=meeting())
    row = media.keep(incoming.end(), about, None)
    assert sum(map(len, media.content(row))) == row.size == 4_800 * CHUNK
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 << 10  # KiB

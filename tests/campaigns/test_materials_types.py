"""What a file is, told by its content."""

from pathlib import Path

import pytest

from campaigns.materials import conversion
from campaigns.materials.drawing import types
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import type_of_head, type_of_package
from campaigns.materials.failure_words import in_words
from tests.material_files import WORD, docx, image, odt, package, pdf

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (pdf("one"), "application/pdf"),
        (b"junk before it " + pdf("one"), "application/pdf"),
        (image("PNG"), "image/png"),
        (image("JPEG"), "image/jpeg"),
        (image("GIF"), "image/gif"),
        (image("WEBP"), "image/webp"),
        (image("TIFF"), "image/tiff"),
        (image("TIFF", big_endian=True), "image/tiff"),
        (docx(), "application/zip"),
    ],
)
def test_type_is_told_by_the_first_bytes(content: bytes, media_type: str) -> None:
    assert type_of_head(content[: types.HEAD]) == media_type


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", types.EMPTY),
        (b"MZ\x90\x00" + bytes(1000), types.WRONG_TYPE),
        (b"<html><script>alert(1)</script></html>", types.WRONG_TYPE),
        (b"%PDF-x", types.WRONG_TYPE),
        (b"RIFF\x00\x00\x00\x00WAVE", types.WRONG_TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", types.WRONG_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), types.NOT_OPEN_XML),
    ],
)
def test_other_content_is_refused_with_what_is_taken(content: bytes, reason: str) -> None:
    with pytest.raises(Unfit) as refusal:
        type_of_head(content)
    assert str(refusal.value) == reason


def told(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "file").write_bytes(content)
    return type_of_package(tmp_path / "file")


@pytest.mark.parametrize(
    ("content", "ending"),
    [(docx(), "docx"), (docx(main=SHEET), "xlsx"), (docx(main=SLIDES), "pptx"), (odt(), "odt")],
)
def test_an_office_file_is_told_by_its_parts(tmp_path: Path, content: bytes, ending: str) -> None:
    assert types.OFFICE[told(tmp_path, content)] == ending


def test_a_type_may_be_written_in_single_quotes(tmp_path: Path) -> None:
    part = f"<Types><Override ContentType = '{WORD}.main+xml'/></Types>"
    assert told(tmp_path, package(**{"[Content_Types].xml": part})) == WORD


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (package(readme="nothing of Office's"), types.WRONG_TYPE),
        (package(mimetype="application/epub+zip"), types.WRONG_TYPE),
        (package(**{"[Content_Types].xml": "<Types/>"}), types.WRONG_TYPE),
        (docx(main="application/vnd.ms-word.document.macroEnabled"), types.MACROS),
        (docx()[:150], types.BROKEN_PACKAGE),
        (b"PK\x03\x04" + bytes(100), types.BROKEN_PACKAGE),
    ],
)
def test_another_package_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Unfit) as refusal:
        told(tmp_path, content)
    assert str(refusal.value) == reason


def test_a_package_that_unpacks_to_far_more_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types, "MOST_UNPACKED", 10_000)
    assert told(tmp_path, docx())
    with pytest.raises(Unfit) as refusal:
        told(tmp_path, docx(more={"word/media/image1.bmp": bytes(10_000)}))
    assert str(refusal.value) == types.UNFOLDS


def test_a_package_of_very_many_parts_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types, "MOST_PARTS", 3)
    assert told(tmp_path, docx())
    with pytest.raises(Unfit) as refusal:
        told(tmp_path, docx(more={"one.xml": b"more"}))
    assert str(refusal.value) == types.UNFOLDS


def test_only_the_kinds_that_are_taken_here_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "program", lambda: "/usr/bin/soffice")
    assert in_words(types.WRONG_TYPE) == types.WRONG_TYPE
    monkeypatch.setattr(conversion, "program", lambda: None)
    said = in_words(types.WRONG_TYPE)
    assert "PDF and images (PNG" in said
    assert "Office" not in said

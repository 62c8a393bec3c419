"""A downloaded file with the reader's address on each page: made for whoever takes it, bounded, kept nowhere."""

import subprocess
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from pytest_django import Settings

from campaigns.enums import MaterialState
from campaigns.materials import stamped as module
from campaigns.materials.stamped import NotStamped, can_be_stamped, stamped
from campaigns.models import MaterialVersion, Share
from records.models import Customer
from tests.campaigns.viewing import Recipient, address, content_of, events_of, make_shared, text_of
from tests.material_files import SHARED, needs_shared, pdf

pytestmark = pytest.mark.django_db

ADDRESS = "ann@example.org"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    return tmp_path / "media"


def make_watermarked(content: bytes, **version: Any) -> Share:
    """A document whose file this is, shared with Ann, with watermark and download."""
    share = make_shared(has_watermark=True, may_download=True)
    file = ContentFile(content, name="guide")
    found = share.material.versions.get()
    found.file, found.media_type = file, "application/pdf"
    for name, value in version.items():
        setattr(found, name, value)
    found.save()
    return share


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def download(share: Share) -> Any:
    return Recipient().get(address(share, "file/"))


def test_each_page_of_what_is_downloaded_carries_the_address_and_what_it_said() -> None:
    share = make_watermarked(pdf("One", "Two", "Three"))

    answer = download(share)

    assert answer["Content-Type"] == "application/pdf"
    assert "2026.pdf" in answer["Content-Disposition"]
    pages = pages_of(content_of(answer))
    assert [text.count(ADDRESS) for text in pages] == [3, 3, 3]
    assert [word in text for word, text in zip(("One", "Two", "Three"), pages, strict=True)] == [True] * 3
    assert ("download", None, None) in events_of(share)


def test_the_page_offers_it_and_the_file_that_is_kept_stays_as_it_is() -> None:
    share = make_watermarked(original := pdf("One"))

    assert f'href="{address(share, "file/")}' in Recipient().get(address(share)).content.decode()
    content_of(download(share))

    with share.material.versions.get().file.open("rb") as kept:
        assert kept.read() == original


def test_the_words_are_painted_on_the_page(tmp_path: Path) -> None:
    share = make_watermarked(pdf(""))

    content = content_of(download(share))

    with pypdfium2.PdfDocument(content) as made, pypdfium2.PdfDocument(pdf("")) as blank:
        pictures = [document[0].render(scale=0.5).to_pil().convert("L") for document in (made, blank)]
    darkest = [picture.getextrema()[0] for picture in pictures]
    assert darkest[1] == 255
    assert 120 < darkest[0] < 255  # a veil, which hides nothing


def test_nothing_of_it_is_left_behind(media: Path) -> None:
    content_of(download(make_watermarked(pdf("One"))))

    assert list((media / "work").iterdir()) == []


@needs_shared
@pytest.mark.parametrize(
    "name", ["habibi-rotated", "nics-background-checks-2015-11-rotated", "pdflatex-forms", "word365_structure"]
)
def test_files_as_people_have_them_are_stamped_on_each_page(name: str) -> None:
    assert SHARED is not None
    share = make_watermarked((SHARED / f"{name}.pdf").read_bytes())

    pages = pages_of(content_of(download(share)))

    assert len(pages) >= 1
    assert all(ADDRESS in text for text in pages)


def test_office_file_is_given_as_the_pdf_that_was_made_of_it() -> None:
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    made = ContentFile(pdf("Converted"), name="made")
    share = make_watermarked(b"PK", media_type=office, converted=made, file_name="Offer.docx")

    answer = download(share)

    assert answer["Content-Disposition"] == 'attachment; filename="Offer.pdf"'
    (text,) = pages_of(content_of(answer))
    assert "Converted" in text
    assert ADDRESS in text


def test_picture_is_not_given_away_without_the_address() -> None:
    share = make_watermarked(b"\x89PNG", media_type="image/png")

    answer = download(share)

    assert answer.status_code == 403
    assert "to be read here, not to be downloaded" in text_of(answer.content.decode())
    assert "file/" not in Recipient().get(address(share)).content.decode()


def test_nothing_is_given_away_where_no_address_is_known() -> None:
    share = make_watermarked(pdf("One"))
    Customer.objects.update(email="")

    assert download(share).status_code == 403


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 the file", b"GIF89a"], ids=["empty", "cut off", "no PDF"])
def test_file_that_cannot_be_stamped_is_not_given_away_and_says_so(content: bytes) -> None:
    share = make_watermarked(content)

    answer = download(share)

    assert answer.status_code == 503
    assert "could not be made with your address on it" in text_of(answer.content.decode())
    assert "download" not in [kind for kind, _page, _dwell in events_of(share)]


def test_head_tells_what_would_come_and_stamps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    share = make_watermarked(pdf("One"))
    monkeypatch.setattr(module, "_stamp", None)  # it would be called

    answer = Recipient().head(address(share, "file/"))

    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/pdf", b"")
    assert events_of(share) == []


def test_so_many_are_made_in_ten_minutes_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    share = make_watermarked(b"GIF89a")
    monkeypatch.setattr(module, "_stamp", lambda *about: (_ for _ in ()).throw(NotStamped))

    statuses = [download(share).status_code for _ in range(11)]

    assert statuses == [503] * 10 + [429]
    held_back = download(share)
    assert held_back["Retry-After"] == "600"
    assert "Wait 10 minutes" in text_of(held_back.content.decode())


def test_address_is_told_by_a_pipe_and_never_in_the_command_or_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[tuple[Any, Any]] = []
    real = subprocess.Popen

    def noted(command: Any, **options: Any) -> Any:
        started.append((command, options.get("env")))
        return real(command, **options)

    monkeypatch.setattr(subprocess, "Popen", noted)

    content_of(download(make_watermarked(pdf("One"))))

    assert len(started) == 1
    assert ADDRESS not in repr(started)


def test_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAMP_SECONDS", 0)

    with pytest.raises(NotStamped):
        stamped(make_watermarked(pdf("One")).material.versions.get(), ADDRESS)


def test_link_has_nothing_to_stamp() -> None:
    version = MaterialVersion(media_type="", state=MaterialState.READY)

    assert not can_be_stamped(version)
    with pytest.raises(NotStamped):
        stamped(version, ADDRESS)

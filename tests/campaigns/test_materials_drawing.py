"""The process that draws: pages of good files, words for bad ones, and bounds that hold."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from campaigns.materials import drawn
from campaigns.materials.drawing import documents
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import HEAD, PDF, type_of_head
from campaigns.materials.drawn import DrawnPage, drawn_pages
from tests.material_files import SHARED, bomb, endless, image, many_pages, needs_shared, pdf
from tests.processes import wait_for

LANDSCAPE = (792, 612)


def draw(folder: Path, content: bytes, first: int = 1) -> list[DrawnPage]:
    """All pages of the file."""
    path, out = folder / "file", folder / "out"
    out.mkdir(exist_ok=True)
    path.write_bytes(content)
    return list(drawn_pages(path, type_of_head(content[:HEAD]), out, first).pages)


def opened(path: Path) -> Image.Image:
    with Image.open(path, formats=["WEBP"]) as picture:
        picture.load()
        return picture


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(Unfit) as refused:
        draw(folder, content)
    return str(refused.value)


def test_a_pdf_is_drawn_at_three_widths_with_its_text(tmp_path: Path) -> None:
    pages = draw(tmp_path, pdf("Hello", "World", size=LANDSCAPE))
    assert [(page.number, page.width, page.height, page.text) for page in pages] == [
        (1, 1600, 1237, "Hello"),
        (2, 1600, 1237, "World"),
    ]
    pictures = {path.name: opened(path) for path in pages[1].folder.iterdir()}
    sizes = {name: picture.size for name, picture in pictures.items()}
    assert sizes == {"wide.webp": (1600, 1237), "narrow.webp": (800, 618), "thumbnail.webp": (240, 185)}


def test_what_stands_on_the_page_is_on_the_picture(tmp_path: Path) -> None:
    blank, written = (opened(page.folder / "wide.webp") for page in draw(tmp_path, pdf(" ", "MMMMMM")))
    assert blank.convert("L").getextrema() == (255, 255)
    darkest, _brightest = written.convert("L").getextrema()
    assert float(str(darkest)) < 40


def test_drawing_begins_with_the_page_asked_for(tmp_path: Path) -> None:
    assert [page.number for page in draw(tmp_path, pdf("one", "two", "three"), first=3)] == [3]


def test_a_long_page_is_drawn_narrower(tmp_path: Path) -> None:
    (page,) = draw(tmp_path, pdf("x", size=(100, 800)))
    assert (page.width, page.height) == (800, 6400)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_an_image_is_one_page_without_text_and_is_not_blown_up(tmp_path: Path, kind: str) -> None:
    (page,) = draw(tmp_path, image(kind, (300, 200)))
    assert (page.width, page.height, page.text) == (300, 200, "")
    red, green, blue = opened(page.folder / "wide.webp").convert("RGB").getpixel((150, 100))  # type: ignore[misc]
    assert (red < 20, green < 20, 110 < blue < 150) == (True, True, True)  # navy


def test_a_large_image_is_made_smaller(tmp_path: Path) -> None:
    (page,) = draw(tmp_path, image("JPEG", (3200, 2000)))
    assert (page.width, page.height) == (1600, 1000)


def test_each_image_of_a_tiff_is_a_page_and_a_moving_picture_is_one(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 40), color) for color in ("red", "blue", "green")]
    sheets, moving = io.BytesIO(), io.BytesIO()
    frames[0].save(sheets, "TIFF", save_all=True, append_images=frames[1:])
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    assert [page.number for page in draw(tmp_path, sheets.getvalue())] == [1, 2, 3]
    (tmp_path / "moving").mkdir()
    assert [page.number for page in draw(tmp_path / "moving", moving.getvalue())] == [1]


def test_a_photograph_stands_upright_and_tells_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "CAMERA-CANARY"
    (page,) = draw(tmp_path, image("JPEG", (300, 200), exif=exif))
    assert (page.width, page.height) == (200, 300)
    assert [path.name for path in page.folder.iterdir() if b"CANARY" in path.read_bytes()] == []


def test_what_shows_through_is_white(tmp_path: Path) -> None:
    content = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(content, "PNG")
    (page,) = draw(tmp_path, content.getvalue())
    assert opened(page.folder / "wide.webp").convert("RGB").getpixel((25, 25)) == (255, 255, 255)


TWO = pdf("one", "two")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TWO[:400], documents.CUT_OFF),
        (TWO[:500] + b"%%EOF", documents.DAMAGED),
        (pdf("one", kids="2 0 R", count=1), documents.BROKEN_PAGE.format(1)),
        (pdf("one", kids="3 0 R 2 0 R", count=5), documents.BROKEN_PAGE.format(2)),
        (pdf("one", kids="2 0 R 2 0 R", count=1000), documents.BROKEN_PAGE.format(1)),
        (many_pages(10_000), documents.TOO_MANY.format("10,000", "2,000")),
        (pdf("one", size=(20_000, 300)), documents.HUGE_PAGE.format(1, "278", "4", "200")),
        (pdf("one", size=(1e9, 1e9)), documents.HUGE_PAGE.format(1, "13,888,889", "13,888,889", "200")),
        (image("PNG", (500, 500))[:-300], documents.DAMAGED),
        (image("PNG")[:60], documents.DAMAGED),
        (b"GIF89a" + bytes(20), documents.DAMAGED),
        (bomb(), documents.HUGE_IMAGE.format(100)),
    ],
    ids=[
        "cut off",
        "without its end",
        "page tree of itself",
        "page tree in a circle",
        "circle of many",
        "10,000 pages",
        "wide",
        "a billion points",
        "image cut off",
        "image's head alone",
        "no image",
        "image bomb",
    ],
)
def test_a_bad_file_is_refused_in_words(tmp_path: Path, content: bytes, reason: str) -> None:
    assert refusal(tmp_path, content) == reason


def test_as_many_pages_as_are_taken_are_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(many_pages(2_000))
    drawing = drawn_pages(tmp_path / "file", PDF, tmp_path)
    assert drawing.page_count == 2_000
    assert next(drawing.pages).number == 1


def test_a_page_that_draws_for_ever_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "SECONDS_A_PAGE", 1)  # long before its memory is used up
    assert refusal(tmp_path, endless()) == drawn.TOO_SLOW.format("Page 1", 1)


@pytest.mark.slow
def test_a_page_that_takes_all_memory_ends_its_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "SECONDS_A_PAGE", 300)
    assert refusal(tmp_path, endless()) == drawn.BROKE_OFF.format("page 1", 1, 20)


def test_a_document_that_takes_too_long_in_all_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "SECONDS_IN_ALL", 0)
    assert refusal(tmp_path, TWO) == drawn.TOO_LONG.format(0)


def start(folder: Path, content: bytes) -> "subprocess.Popen[bytes]":
    (folder / "file").write_bytes(content)
    return subprocess.Popen(
        [sys.executable, "-m", drawn.DRAWING, str(folder / "file"), PDF, str(folder), "1"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def test_it_draws_no_more_than_four_pages_ahead_and_ends_with_whoever_started_it(tmp_path: Path) -> None:
    process = start(tmp_path, pdf(*"abcdefgh"))
    assert process.stdin
    assert process.stdout
    told = [process.stdout.readline() for _ in range(5)]
    assert [line[:10] for line in told] == [b'{"pages": ', *[f'{{"page": {n}'.encode() for n in range(1, 5)]]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["1", "2", "3", "4"]
    process.stdin.write(b".")
    process.stdin.flush()
    assert process.stdout.readline().startswith(b'{"page": 5')
    process.stdin.close()  # as when a worker is killed
    wait_for(lambda: process.poll() is not None, "the process's end")
    assert process.returncode == -9
    process.stdout.close()


def test_the_process_that_draws_loads_nothing_of_the_program() -> None:
    loaded = (
        "import campaigns.materials.drawing.__main__, sys; print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert "pypdfium2" in done.stdout
    assert {
        name for name in ("django", "celery", "privacy", "records", "psycopg2") if f"'{name}'" in done.stdout
    } == set()


def test_text_is_cleaned_of_what_is_no_text() -> None:
    assert documents.cleaned("  a\x00b\r\nfor\x02\r\nward\ufffe\x07\ud800\tÄ\u202e ") == "ab\nfor-\nward-\tÄ\u202e"
    assert len(documents.cleaned("x" * 300_000)) == 100_000


@needs_shared
def test_real_files_open_as_they_are_known_to(tmp_path: Path) -> None:
    assert SHARED
    rows = list(csv.DictReader((SHARED / "index.csv").read_text().splitlines()))
    found = {row["file"]: pages_of(SHARED / row["file"], tmp_path) for row in rows}
    assert found == {row["file"]: row["pages_by_pypdf"] for row in rows}
    assert len(found) == 28


def pages_of(path: Path, folder: Path) -> str:
    """How many pages a file has; nothing where it is refused."""
    try:
        return str(drawn_pages(path, type_of_head(path.read_bytes()[:HEAD]), folder, first=10_000).page_count)
    except Unfit:
        return ""


@needs_shared
@pytest.mark.parametrize("name", ["libreoffice-writer-password.pdf", "password-example.pdf"])
def test_a_file_with_a_password_says_so(tmp_path: Path, name: str) -> None:
    assert SHARED
    assert refusal(tmp_path, (SHARED / name).read_bytes()) == documents.LOCKED


@needs_shared
def test_a_file_whose_password_is_empty_opens(tmp_path: Path) -> None:
    assert SHARED
    pages = draw(tmp_path, (SHARED / "pr-138-example.pdf").read_bytes())
    assert [page.text.splitlines()[0] for page in pages] == ["002-842 090419", "002-842 090419"]


@needs_shared
def test_the_fields_of_a_form_are_drawn(tmp_path: Path) -> None:
    assert SHARED
    (page,) = draw(tmp_path, (SHARED / "pdflatex-forms.pdf").read_bytes())
    assert page.text.splitlines()[:3] == ["Name", "Check", "Submit"]

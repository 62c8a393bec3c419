"""Files as sequences of pages: how many, and of each an image and its text."""

import re
import warnings
from pathlib import Path
from typing import Any, Protocol

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw

from campaigns.materials.drawing.limits import LONGEST_SIDE, MOST_PAGES, MOST_PIXELS, MOST_TEXT, WIDE
from campaigns.materials.drawing.pictures import fitting
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import IMAGES, PDF

TAIL = 4 << 10  # bytes in which the mark of a PDF's end is looked for
POINTS_AN_INCH = 72
# A line broken within a word, as PDFium tells it, and signs that no text has (PostgreSQL takes no zero).
HYPHEN = re.compile(r"[\ufffe\x02]")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\uffff]")

LOCKED = "It opens with a password only. Save it without one and upload that."
CUT_OFF = "It ends in the middle: it was cut off on its way. Upload it again where you have it whole."
DAMAGED = "It cannot be read: it is damaged. Open it in the program that made it, save it again and upload that."
NO_PAGES = "It has no pages."
TOO_MANY = "It has {} pages; {} are the most that are taken. Upload it in parts."
BROKEN_PAGE = "Page {} cannot be read: the file is damaged there. Save it again and upload that."
HUGE_PAGE = "Page {} is {} by {} inches; {} inches are the most. Save it at a smaller size and upload that."
HUGE_IMAGE = "It has more than {} million pixels, which is the most that is opened. Save it smaller and upload that."


class Document(Protocol):
    """Pages are numbered from 1. All of it raises Unfit."""

    def __len__(self) -> int: ...

    def page(self, number: int) -> tuple[Image.Image, str]: ...


def opened(path: Path, media_type: str) -> Document:
    """The file as pages; there is at least one, and no more than MOST_PAGES. Raises Unfit."""
    document: Document = PdfDocument(path) if media_type == PDF else ImageDocument(path, media_type)
    if len(document) < 1:
        raise Unfit(NO_PAGES)
    if len(document) > MOST_PAGES:
        raise Unfit(TOO_MANY.format(f"{len(document):,}", f"{MOST_PAGES:,}"))
    return document


class PdfDocument:
    """A PDF file, drawn by PDFium with the fields of its forms. One that only its owner has locked opens."""

    def __init__(self, path: Path) -> None:
        _refuse_cut_off(path)
        try:
            self._pdf = pypdfium2.PdfDocument(path)
            self._pdf.init_forms()
        except pypdfium2.PdfiumError as problem:
            is_locked = getattr(problem, "err_code", None) == raw.FPDF_ERR_PASSWORD
            raise Unfit(LOCKED if is_locked else DAMAGED) from None

    def __len__(self) -> int:
        return len(self._pdf)

    def page(self, number: int) -> tuple[Image.Image, str]:
        try:
            page = self._pdf[number - 1]
            width, height = page.get_size()
            _refuse_sizes(number, width, height)
            image = page.render(scale=fitting(width, height)).to_pil()
            text = page.get_textpage().get_text_bounded()
            page.close()
        except pypdfium2.PdfiumError:
            raise Unfit(BROKEN_PAGE.format(number)) from None
        return image.convert("RGB"), cleaned(text)


def _refuse_cut_off(path: Path) -> None:
    """PDFium mends a file that was cut off, and shows what is left: nobody would know that pages are missing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        if b"%%EOF" not in file.read():
            raise Unfit(CUT_OFF)


def _refuse_sizes(number: int, width: float, height: float) -> None:
    if not (width > 0 and height > 0):
        raise Unfit(BROKEN_PAGE.format(number))
    if max(width, height) > LONGEST_SIDE:
        inches = [f"{side / POINTS_AN_INCH:,.0f}" for side in (width, height, LONGEST_SIDE)]
        raise Unfit(HUGE_PAGE.format(number, *inches))


def cleaned(text: str) -> str:
    """The text as it can be stored and read out: lines end in one sign, and there is none that is no text."""
    lines = HYPHEN.sub("-", text[: 2 * MOST_TEXT]).replace("\r\n", "\n").replace("\r", "\n")
    return NO_TEXT.sub("", lines)[:MOST_TEXT].strip()


class ImageDocument:
    """An image; of a TIFF file each of its images is a page, of a moving picture the first one is."""

    def __init__(self, path: Path, media_type: str) -> None:
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        self._image = _guarded(lambda: Image.open(path, formats=[IMAGES[media_type]]))
        self._has_pages = media_type == "image/tiff"

    def __len__(self) -> int:
        return int(_guarded(lambda: getattr(self._image, "n_frames", 1))) if self._has_pages else 1

    def page(self, number: int) -> tuple[Image.Image, str]:
        return _guarded(lambda: self._drawn(number)), ""

    def _drawn(self, number: int) -> Image.Image:
        self._image.seek(number - 1)
        self._image.draft("RGB", (WIDE, WIDE))  # a large JPEG is read at a fraction of its size
        upright = ImageOps.exif_transpose(self._image)
        return _on_white(upright)


def _guarded(act: Any) -> Any:
    try:
        return act()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unfit(HUGE_IMAGE.format(MOST_PIXELS // 1_000_000)) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError):
        # What Pillow raises for files that are cut off or no image after all.
        raise Unfit(DAMAGED) from None


def _on_white(image: Image.Image) -> Image.Image:
    """What shows through is white, as paper is."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")

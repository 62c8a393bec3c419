"""The process that stamps: `python -m campaigns.materials.stamping FILE MADE`, the words as one line of its input.

It writes MADE, the PDF file with the words across each page, and ends with 0. It is bounded as the process that draws
is, and knows the words from its input alone: what a process is started with is shown to everybody on the machine.
"""

import ctypes
import math
import sys
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from campaigns.materials.drawing import limits
from campaigns.materials.drawing.bounded import bound

FONT = b"Helvetica"  # one of the fourteen that every reader of PDF has
GREY, VEIL = 110, 90  # of 255: how dark, and how much it covers
SLOPE = math.radians(30)
PLACES = (0.2, 0.5, 0.8)  # of the page's height
WIDTH = 0.75  # of the page's width, at most
LARGEST = 36.0  # points
WIDTH_OF_LETTER = 0.55  # of the size, about


def main(file: str, made: str) -> None:
    words = sys.stdin.buffer.readline().decode().strip()
    bound(limits.MEMORY, limits.STAMP_SECONDS, limits.LARGEST_STAMPED)
    with pypdfium2.PdfDocument(file) as document:
        font = raw.FPDFText_LoadStandardFont(document, FONT)
        for number in range(len(document)):
            page = document[number]
            stamp(document, page, font, words)
            page.close()
        raw.FPDFFont_Close(font)
        document.save(Path(made))


def stamp(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, font: object, words: str) -> None:
    """Put the words over the page, sloping upwards for whoever reads it, however the page is turned."""
    left, bottom, right, top = page.get_cropbox()
    wide, tall = right - left, top - bottom
    turned = math.radians(page.get_rotation())
    size = min(LARGEST, WIDTH * min(wide, tall) / (WIDTH_OF_LETTER * max(1, len(words))))
    half = WIDTH_OF_LETTER * size * len(words) / 2
    cosine, sine = math.cos(SLOPE + turned), math.sin(SLOPE + turned)
    for place in PLACES:
        # Of a page that lies on its side its width is its height.
        across, up = (0.5, place) if page.get_rotation() % 180 == 0 else (place, 0.5)
        x, y = left + wide * across - cosine * half, bottom + tall * up - sine * half
        text = raw.FPDFPageObj_CreateTextObj(document, font, size)
        raw.FPDFText_SetText(text, as_wide_text(words))
        raw.FPDFPageObj_SetFillColor(text, GREY, GREY, GREY, VEIL)
        raw.FPDFPageObj_Transform(text, cosine, sine, -sine, cosine, x, y)
        raw.FPDFPage_InsertObject(page, text)
    if not raw.FPDFPage_GenerateContent(page):
        raise SystemExit("A page cannot be written.")


def as_wide_text(words: str) -> object:
    """As PDFium takes text: UTF-16, little-endian, with a zero at the end."""
    encoded = f"{words}\0".encode("utf-16-le")
    return ctypes.cast(ctypes.create_string_buffer(encoded, len(encoded)), raw.FPDF_WIDESTRING)


if __name__ == "__main__":
    main(*sys.argv[1:])

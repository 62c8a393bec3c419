"""QR codes: they say the link, to whoever reads them."""

import struct
from xml.etree import ElementTree

import segno

from campaigns import qr_codes

ADDRESS = "https://waymark.example.gov/s/abcdefghijklmnopqrstuv/"
# A link of this length at the middle level of correction; four modules of quiet on each side.
MODULES = 33 + 2 * 4


def test_the_code_says_the_link_and_survives_a_fold() -> None:
    code = segno.make_qr(ADDRESS, error="m")
    assert code.symbol_size(border=4) == (MODULES, MODULES)
    assert code.error in ("M", "Q", "H")


def test_svg_is_a_picture_without_script_that_scales() -> None:
    root = ElementTree.fromstring(qr_codes.svg(ADDRESS))  # noqa: S314 (our own)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == f"0 0 {MODULES} {MODULES}"
    assert root.get("width") is None
    assert {child.tag.rpartition("}")[2] for child in root} == {"path"}


def test_png_is_large_enough_for_print() -> None:
    content = qr_codes.png(ADDRESS)
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (MODULES * 18, MODULES * 18)


def test_another_link_is_another_code() -> None:
    assert qr_codes.svg(ADDRESS) != qr_codes.svg(ADDRESS.replace("abc", "xyz"))

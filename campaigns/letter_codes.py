"""What a print shop that draws no QR codes needs: a zip of their pictures, one a letter, and the merge file that names
the picture of each. It is sent while it is packed: of it only the merge file is ever whole, in memory.
"""

import io
from collections.abc import Iterable, Iterator
from enum import Enum
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from campaigns import qr_codes
from campaigns.letters import HEADINGS, PICTURE, picture_name
from privacy.spreadsheets import BYTE_ORDER_MARK, lines

MERGE_FILE = "letters.csv"
# Drawing a code takes a hundredth of a second; beyond this the merge file says what each code says, and a printer's
# program draws it.
MOST = 20_000


class Pictures(Enum):
    """The kinds of pictures: PNG for word processors, SVG for what draws lines."""

    PNG = "png"
    SVG = "svg"


DRAWING = {Pictures.PNG: qr_codes.png, Pictures.SVG: qr_codes.svg}
# A PNG is packed already.
PACKING = {Pictures.PNG: ZIP_STORED, Pictures.SVG: ZIP_DEFLATED}


class Outlet(io.RawIOBase):
    """Where the zip is written: what was written since the last time is taken out, and not kept."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # what zipfile writes
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def packed(letters: Iterable[tuple[int, list[str]]], kind: Pictures) -> Iterator[bytes]:
    """The zip of these numbered rows (campaigns.letters.numbered_rows), piece by piece."""
    outlet, merge = Outlet(), [BYTE_ORDER_MARK, *lines([[*HEADINGS, PICTURE]])]
    with ZipFile(outlet, "w") as archive:
        for number, row in letters:
            name = picture_name(number, kind.value)
            merge += lines([[*row, name]])
            archive.writestr(name, DRAWING[kind](row[-1]), compress_type=PACKING[kind])
            yield outlet.taken()
        archive.writestr(MERGE_FILE, "".join(merge), compress_type=ZIP_DEFLATED)
    yield outlet.taken()

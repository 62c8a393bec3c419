"""What a file is, told by its content and never by its name."""

import re
import zipfile
from pathlib import Path

from campaigns.materials.drawing.limits import MOST_PARTS, MOST_UNPACKED
from campaigns.materials.drawing.problems import Unfit

HEAD = 1 << 10  # bytes that are looked at first

PDF = "application/pdf"
# The names by which Pillow knows the images that are taken.
IMAGES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
}
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
# By which ending LibreOffice knows them.
OFFICE = {
    f"{_OPEN_XML}.wordprocessingml.document": "docx",
    f"{_OPEN_XML}.spreadsheetml.sheet": "xlsx",
    f"{_OPEN_XML}.presentationml.presentation": "pptx",
    f"{_OPEN_DOCUMENT}.text": "odt",
    f"{_OPEN_DOCUMENT}.spreadsheet": "ods",
    f"{_OPEN_DOCUMENT}.presentation": "odp",
}
PACKAGE = "application/zip"  # perhaps an Office file: its parts tell

MAGIC: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    # A few bytes may stand before it (ISO 32000-1, annex H.3.4.1).
    (PDF, re.compile(rb".{0,1000}?%PDF-\d", re.DOTALL)),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("image/tiff", re.compile(rb"II\*\x00|MM\x00\*")),
    (PACKAGE, re.compile(rb"PK\x03\x04")),
)
CONTENT_TYPE = re.compile(rb"""ContentType\s*=\s*["']([^"']{1,200})["']""")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

TAKEN = "PDF, images (PNG, JPEG, WebP, GIF, TIFF) and Office files (docx, xlsx, pptx, odt, ods, odp)"
WRONG_TYPE = f"Its content is none of the kinds that are taken, whatever its name says: {TAKEN}."
EMPTY = "The file is empty: 0 bytes. Choose it again where you have it whole."
NOT_OPEN_XML = (
    "It is an Office file of the older kind, or one with a password. Save it as .docx, .xlsx or .pptx without a "
    "password, or as PDF, and upload that."
)
MACROS = "It is an Office file with macros, which are not taken. Save it as PDF, or without them, and upload that."
UNFOLDS = "Unpacked it would be far larger than a document is: it is not opened."
BROKEN_PACKAGE = "It is cut off or damaged: its parts cannot be read. Upload it again where you have it whole."


def type_of_head(head: bytes) -> str:
    """The media type of a file that begins so; PACKAGE where its parts must tell. Raises Unfit."""
    if not head:
        raise Unfit(EMPTY)
    if head.startswith(OLD_OFFICE):
        raise Unfit(NOT_OPEN_XML)
    found = next((name for name, magic in MAGIC if magic.match(head)), "")
    if not found:
        raise Unfit(WRONG_TYPE)
    return found


def type_of_package(path: Path) -> str:
    """The media type of an Office file, by what its parts say. Raises Unfit where it is none, or a bomb."""
    try:
        with zipfile.ZipFile(path) as package:
            _refuse_bombs(package)
            return _declared_type(package)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError):
        raise Unfit(BROKEN_PACKAGE) from None


def _refuse_bombs(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit(UNFOLDS)


def _declared_type(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    if "mimetype" in names:
        return _taken(_beginning(package, "mimetype", 200).decode("ascii", "replace").strip())
    if "[Content_Types].xml" not in names:
        raise Unfit(WRONG_TYPE)
    return _main_type(_beginning(package, "[Content_Types].xml", 1 << 20))


def _beginning(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    with package.open(name) as part:
        return part.read(most)


def _main_type(content_types: bytes) -> str:
    """The type of the package's main part. Found by its sign, not by an XML parser: nothing in it can do harm."""
    declared = [each.decode("ascii", "replace") for each in CONTENT_TYPE.findall(content_types)]
    if any("macroEnabled" in each or "vbaProject" in each for each in declared):
        raise Unfit(MACROS)
    mains = [each.removesuffix(".main+xml") for each in declared if each.endswith(".main+xml")]
    return _taken(next((each for each in mains if each in OFFICE), ""))


def _taken(media_type: str) -> str:
    if media_type not in OFFICE:
        raise Unfit(WRONG_TYPE)
    return media_type

"""What a file is, told by its first bytes and never by its name: the kinds that the store takes."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from records.enums import MediaKind

HEAD = 4 << 10  # bytes that are looked at

MAGIC: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("audio/mp4", re.compile(rb"....ftyp(?:M4A |M4B )", re.DOTALL)),
    ("video/mp4", re.compile(rb"....ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|f4v )", re.DOTALL)),
    ("video/webm", re.compile(rb"\x1aE\xdf\xa3.{4,60}webm", re.DOTALL)),
    ("audio/mpeg", re.compile(rb"ID3|\xff[\xfb\xf3\xf2\xfa]")),
    ("audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    ("audio/ogg", re.compile(rb"OggS")),
    ("application/pdf", re.compile(rb"%PDF-\d")),
)
TEXT = "text/plain"
CAPTIONS = "text/vtt"
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# What a browser may show in a page; anything else is only downloaded.
SHOWN = ("image/", "audio/", "video/")


def _any_of(*beginnings: str) -> Callable[[str], bool]:
    return lambda kind: kind.startswith(beginnings)


FITS: dict[str, Callable[[str], bool]] = {
    MediaKind.AUDIO: _any_of("audio/"),
    MediaKind.VIDEO: _any_of("video/"),
    MediaKind.SCREEN: _any_of("video/"),
    MediaKind.IMAGE: _any_of("image/"),
    MediaKind.SIGNATURE: _any_of("image/png", "image/jpeg", "application/pdf"),
    MediaKind.ARCHIVE: _any_of(""),
    MediaKind.CHAT: _any_of(""),
    MediaKind.RESEARCH: _any_of(""),
}


class WrongType(Exception):
    """The file is none of the types that are taken. The message says what it is, for the reader."""


def type_of(head: bytes, kind: str) -> str:
    """The type of a file of this kind that begins so. Raises WrongType."""
    found = next((name for name, magic in MAGIC if magic.match(head)), None) or _text(head)
    if found is None:
        raise WrongType(_("It is not one of the types that are kept here: audio, video, image, PDF or text."))
    if not FITS[kind](found):
        raise WrongType(f"It is {found}, which is no {MediaKind(kind).label.lower()}. Choose another kind.")
    return found


def is_shown(content_type: str) -> bool:
    """Whether a page may show or play it."""
    return content_type.startswith(SHOWN)


def _text(head: bytes) -> str | None:
    """Text is UTF-8 without control characters; the last character may be cut off."""
    if not head or NOT_TEXT.search(head):
        return None
    try:
        head.decode()
    except UnicodeDecodeError as problem:
        if problem.start < len(head) - 3:
            return None
    return CAPTIONS if head.startswith(b"WEBVTT") else TEXT

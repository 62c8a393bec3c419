"""Bodies that are on their way: a short one is waited for before a page is made, a long one comes while it is read."""

from io import BytesIO
from typing import Any

SHORT = 64 << 10  # bytes; forms are shorter, files mostly not


def has_come(environ: dict[str, Any]) -> bool:
    """Whether the request's whole body is here, which then takes the place of what was on its way.

    A short body is waited for. One that is long, or does not say how long it is, is left as it is.
    """
    coming = environ["wsgi.input"]
    if isinstance(coming, BytesIO):
        return True
    length = _length(environ)
    if length is None or length > SHORT:
        return False
    environ["wsgi.input"] = BytesIO(coming.read(length) if length else b"")
    return True


def _length(environ: dict[str, Any]) -> int | None:
    """How many bytes the body says that it has; None where it says nothing that can be read."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else None

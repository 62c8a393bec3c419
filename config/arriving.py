"""Bodies that are on their way: a short one is waited for before a page is made, a long one comes while it is read."""

from io import BytesIO
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

SHORT = 64 << 10  # bytes; forms are shorter, files mostly not


class Announced:
    """A body of which so many bytes were announced; whoever reads one of which fewer come gets an error.

    What the server hands over ends where the connection does: when a line breaks, a form would be taken without its
    last fields and a file without its last rows.
    """

    def __init__(self, body: Any, length: int) -> None:
        self._body, self._left = body, length

    def read(self, size: int | None = -1) -> bytes:
        """Raises BadRequest where less comes than was announced."""
        wanted = self._wanted(size)
        return self._counted(self._body.read(wanted), wanted)

    def readline(self, size: int | None = -1) -> bytes:
        """Raises BadRequest where the body ends within a line and before its end."""
        wanted = self._wanted(size)
        line: bytes = self._body.readline(wanted)
        return self._counted(line, len(line) if line.endswith(b"\n") else wanted)

    def _wanted(self, size: int | None) -> int:
        return self._left if size is None or size < 0 else min(size, self._left)

    def _counted(self, part: bytes, wanted: int) -> bytes:
        if len(part) < wanted:
            raise BadRequest(_("What was sent was cut off on the way. Send it again."))
        self._left -= len(part)
        return part


class Here(Announced):
    """A body that was waited for, so that reading it waits for nobody."""


def has_come(environ: dict[str, Any]) -> bool:
    """Whether the request's body is here, which then takes the place of what was on its way.

    A short body is waited for. One that is long, or does not say how long it is, is left on its way. Whoever reads what
    was announced and did not come gets BadRequest.
    """
    coming = environ["wsgi.input"]
    if isinstance(coming, Announced):
        return isinstance(coming, Here)
    length = _length(environ)
    if length is None:
        return False
    if length > SHORT:
        environ["wsgi.input"] = Announced(coming, length)
        return False
    environ["wsgi.input"] = Here(BytesIO(coming.read(length) if length else b""), length)
    return True


def _length(environ: dict[str, Any]) -> int | None:
    """How many bytes the body says that it has; None where it says nothing that can be read."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else None

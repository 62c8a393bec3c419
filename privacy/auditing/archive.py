"""A ZIP archive that is sent while it is written, so that memory does not grow with it, with the hash of each file."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any

from privacy.spreadsheets import BYTE_ORDER_MARK, lines

ROWS_AT_ONCE = 500


class Archive:
    """Files are written one after the other; what is written is handed on by the generators' chunks."""

    def __init__(self, at: datetime) -> None:
        self._at = at.timetuple()[:6]
        self._sink = _Sink()
        target: Any = self._sink  # it can only be written to, which is all that a new archive needs
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.hashes: dict[str, str] = {}

    def file(self, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        hashed = hashlib.sha256()
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as target:
            for part in parts:
                hashed.update(part)
                target.write(part)
                yield self._sink.taken()
        self.hashes[name] = hashed.hexdigest()
        yield self._sink.taken()

    def table(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
        """A CSV file, UTF-8 with the mark that spreadsheets read."""
        return self.file(name, _lines(heads, rows))

    def json(self, name: str, content: Any) -> Iterator[bytes]:
        return self.file(name, [json.dumps(content, indent=1, default=str, ensure_ascii=False).encode()])

    def end(self) -> Iterator[bytes]:
        """The list of all files with their hashes, and the archive's own end."""
        yield from self.json("manifest.json", {"sha256": dict(self.hashes)})
        self._zip.close()
        yield self._sink.taken()


class _Sink:
    """Where the archive writes: it cannot be wound back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found


def _lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK.encode()
    written = lines(chain([heads], map(_plain, rows)))
    while part := "".join(islice(written, ROWS_AT_ONCE)):
        yield part.encode()


def _plain(row: Sequence[Any]) -> list[Any]:
    """Lists in one cell, moments as ISO has them, nothing for what is not there."""
    return [_cell(value) for value in row]


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, datetime) else value

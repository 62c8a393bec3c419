"""The bytes of a file, plain or gzipped, as lines of text in bounded memory."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from django.utils.translation import gettext_noop

from records.intake.problems import Refused

BLOCK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
# A gzip file beyond both is no table of data: it was made to fill a disk.
MOST_UNPACKED_TIMES = 250
ALWAYS_UNPACKED_BYTES = 256 << 20
FOREIGN = {
    b"PK\x03\x04": gettext_noop("a ZIP archive or an Excel workbook"),
    b"%PDF": gettext_noop("a PDF"),
    b"\xd0\xcf\x11\xe0": gettext_noop("an old Excel or Word file"),
    b"BZh": gettext_noop("a bzip2 archive"),
    b"\xfd7zXZ": gettext_noop("an xz archive"),
    b"\x28\xb5\x2f\xfd": gettext_noop("a zstd archive"),
    b"\x1f\x8b": gettext_noop("a gzip file within a gzip file"),
    b"SQLite format 3": gettext_noop("an SQLite database"),
}
UTF_16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


class Source:
    """One file to be read, twice or more. Every failure to read it raises Refused with one line.

    `name` is what the line calls the file; `position` is how many of its `size` bytes were read last.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name or str(path)
        self._raw: BinaryIO | None = None
        self._mark = self._stat()

    @property
    def size(self) -> int:
        return self._mark[1]

    @property
    def position(self) -> int:
        return self.size if self._raw is None or self._raw.closed else self._raw.tell()

    def content_hash(self) -> str:
        """SHA-256 of the decompressed content. Reads it all, so that a broken file is refused before any row."""
        digest, empty = hashlib.sha256(), True
        with self._opened() as stream:
            for block in self._blocks(stream):
                if empty:
                    self._refuse_foreign(block)
                digest.update(block)
                empty = False
        if empty:
            raise Refused(f"{self.name} is empty")
        return digest.hexdigest()

    def head(self, size: int) -> bytes:
        """At most so many bytes of the decompressed content. Raises Refused for a file that is no text."""
        with self._opened() as stream:
            head = stream.read(size)
        if not head:
            raise Refused(f"{self.name} is empty")
        self._refuse_foreign(head)
        return head

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """The content as text whose line ends are kept. Bytes that are no text become lone surrogates (U+DC80...)."""
        name = codecs.lookup(encoding).name
        with self._opened() as stream, self._failures(encoding):
            yield io.TextIOWrapper(
                stream, "utf-8-sig" if name == "utf-8" else name, errors="surrogateescape", newline=""
            )

    def refuse_if_changed(self) -> None:
        """Somebody wrote to the file while it was read: what was taken from it is nobody's file."""
        if self._stat() != self._mark:
            raise Refused(f"{self.name} was changed while it was read: take the import back and import it again")

    def _stat(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except (OSError, ValueError) as problem:
            raise Refused(f"cannot read {self.name}: {_why(problem)}") from None
        if not self.path.is_file():
            raise Refused(f"cannot read {self.name}: it is not an ordinary file")
        return found.st_ino, found.st_size, found.st_mtime_ns

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        with self._failures(), self.path.open("rb") as raw:
            is_gzip = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            self._raw = raw
            if is_gzip:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield raw

    @contextmanager
    def _failures(self, encoding: str = "") -> Iterator[None]:
        try:
            yield
        except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
            raise Refused(f"{self.name} is a broken gzip file ({_why(problem)}): get a whole copy of it") from None
        except UnicodeError as problem:
            raise Refused(f"{self.name} is not text in {encoding} ({_why(problem)})") from None
        except OSError as problem:
            raise Refused(f"cannot read {self.name}: {_why(problem)}") from None

    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        most = max(ALWAYS_UNPACKED_BYTES, self._mark[1] * MOST_UNPACKED_TIMES)
        total = 0
        while block := stream.read(BLOCK):
            total += len(block)
            if total > most:
                raise Refused(f"{self.name} unpacks to more than {MOST_UNPACKED_TIMES} times its size: no table does")
            yield block

    def _refuse_foreign(self, head: bytes) -> None:
        for magic, name in FOREIGN.items():
            if head.startswith(magic):
                raise Refused(f"{self.name} is {name}, not CSV: save it as CSV (plain or .gz)")


def _why(problem: Exception) -> str:
    if isinstance(problem, UnicodeDecodeError):
        return f"{problem.reason} at byte {problem.start:,}"
    return getattr(problem, "strerror", None) or str(problem).partition("\n")[0]

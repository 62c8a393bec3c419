"""Files in encrypted chunks: AES-256-GCM (NIST SP 800-38D), 64 KiB each, under a key of the file's own.

Chunk by chunk a file of any size is written and read in constant memory, and read from any place. The associated data
of a chunk are the file's name, the chunk's number and whether it is the last: so chunks that were left out, added,
moved, or taken from another file are noticed. Nonces count: the key is of this file alone and seals each chunk once.
"""

import secrets
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 << 10
TAG = 16
SEALED_CHUNK = CHUNK + TAG
KEY_BYTES = 32
NONCE_BYTES = 12


class Damaged(Exception):
    """The file in the store is not what was written: cut off, changed, or another's."""

    def __init__(self) -> None:
        super().__init__("the file in the store is damaged: restore it from a backup")


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def sealed_size(size: int) -> int:
    """How many bytes a file of this size takes in the store. An empty file is one empty chunk."""
    return size + chunks_of(size) * TAG


def chunks_of(size: int) -> int:
    return max(1, -(-size // CHUNK))


class Sealer:
    """Seals a file as it comes in pieces of any length. `size` is how much came."""

    def __init__(self, key: bytes, name: UUID) -> None:
        self._cipher, self._name = AESGCM(key), name
        self._waiting, self._number = bytearray(), 0
        self.size = 0

    def add(self, piece: bytes) -> Iterator[bytes]:
        """The sealed chunks that are complete now; the last one waits until `end`."""
        self.size += len(piece)
        self._waiting += piece
        while len(self._waiting) > CHUNK:
            yield self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def end(self) -> bytes:
        """The last chunk."""
        return self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> bytes:
        sealed = self._cipher.encrypt(_nonce(self._number), chunk, _context(self._name, self._number, is_last))
        self._number += 1
        return sealed


def opened(
    file: BinaryIO, key: bytes, name: UUID, size: int, first: int = 0, last: int | None = None
) -> Iterator[bytes]:
    """The bytes from `first` to `last` (included; the end where None is given) of a file of `size` bytes.

    Raises Damaged where a chunk that is read is not what was written.
    """
    end = size - 1 if last is None else min(last, size - 1)
    cipher, final = AESGCM(key), chunks_of(size) - 1
    file.seek(first // CHUNK * SEALED_CHUNK)
    for number in range(first // CHUNK, max(end, 0) // CHUNK + 1):
        sealed = file.read(SEALED_CHUNK)
        try:
            chunk = cipher.decrypt(_nonce(number), sealed, _context(name, number, number == final))
        except (InvalidTag, ValueError):
            raise Damaged from None
        start = number * CHUNK
        if piece := chunk[max(first - start, 0) : end + 1 - start]:
            yield piece


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _context(name: UUID, number: int, is_last: bool) -> bytes:
    return b"waymark media" + name.bytes + number.to_bytes(8, "big") + bytes([is_last])

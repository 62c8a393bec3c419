"""Data keys wrapped by the key-encryption keys of the setting VAULT_KEYS: the first wraps, all of them unwrap."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from privacy.vault.ciphertext import decrypt, encrypt
from privacy.vault.errors import WrongKey

FINGERPRINT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key of `subject`, readable by the key-encryption key with the fingerprint `kek` alone."""

    subject: UUID
    wrapped: bytes
    kek: str


def fingerprint(kek: bytes) -> str:
    """The short public name of a key-encryption key, which gives nothing of it away."""
    return hashlib.sha256(b"waymark key-encryption key" + kek).hexdigest()[:FINGERPRINT_DIGITS]


def configured() -> Mapping[str, bytes]:
    """The key-encryption keys by fingerprint, the newest first."""
    return _by_fingerprint(tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=8)
def _by_fingerprint(keys: tuple[bytes, ...]) -> Mapping[str, bytes]:
    return {fingerprint(key): key for key in keys}


def newest() -> str:
    """The fingerprint of the key-encryption key that wraps."""
    return next(iter(configured()))


def wrap(subject: UUID, key: bytes) -> WrappedKey:
    kek = newest()
    return WrappedKey(subject, encrypt(configured()[kek], key, _context(subject)), kek)


def unwrap(key: WrappedKey) -> bytes:
    """Raises WrongKey where its key-encryption key is not configured, Tampered where it is another person's."""
    kek = configured().get(key.kek)
    if kek is None:
        raise WrongKey(key.kek)
    return decrypt(kek, key.wrapped, _context(key.subject))


def _context(subject: UUID) -> bytes:
    return b"data key" + subject.bytes

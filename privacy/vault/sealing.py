"""Values sealed under the data key of the person they are about, each bound to its place and row."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from uuid import UUID

from privacy.vault.ciphertext import decrypt, encrypt, joined
from privacy.vault.keys import existing_key, index_key, keys_of, refuse_nil

ITEMS_AT_ONCE = 20_000  # so many persons' keys are in memory at most


def seal(subject: UUID, place: str, row: UUID | str, plaintext: str) -> bytes:
    """The plaintext encrypted for `subject` (whose key is made on first use), readable at this place and row alone.

    `place` is where it is kept, as in `records.Customer.date_of_birth`; a UUID and its text are the same row.
    Raises KeyDestroyed, WrongKey, StoreUnavailable, and ValueError for text that is no Unicode (half a surrogate pair).
    """
    (sealed,) = seal_many(place, [(subject, row, plaintext)])
    return sealed


def seal_many(place: str, items: Sequence[tuple[UUID, UUID | str, str]]) -> list[bytes]:
    """`seal` for many (subject, row, plaintext) at one place, in their order; missing keys are made in one go."""
    sealed: list[bytes] = []
    before = _place(place)
    for start in range(0, len(items), ITEMS_AT_ONCE):
        part = items[start : start + ITEMS_AT_ONCE]
        subjects = {subject for subject, _, _ in part}
        refuse_nil(*subjects)
        keys = keys_of(subjects)
        sealed += [encrypt(keys[subject], _encoded(text), before + _row(row)) for subject, row, text in part]
    return sealed


def unseal(subject: UUID, place: str, row: UUID | str, sealed: bytes) -> str:
    """What was sealed for this person, place and row.

    Raises KeyLost, KeyDestroyed, WrongKey, StoreUnavailable, and Tampered for anything that `seal` did not give here.
    """
    refuse_nil(subject)
    return decrypt(existing_key(subject), sealed, _place(place) + _row(row)).decode()


def lookup_hash(kind: str, value: str) -> bytes:
    """The keyed hash (HMAC-SHA256, 32 bytes) by which a sealed value is found again; another for each `kind`.

    The caller normalises the value. Rotation does not change it. Raises WrongKey, Tampered, StoreUnavailable.
    """
    (found,) = lookup_hashes(kind, [value])
    return found


def lookup_hashes(kind: str, values: Iterable[str]) -> list[bytes]:
    """`lookup_hash` of many values, reading the key once."""
    key = index_key()
    kind_bytes = _encoded(kind)
    return [hmac.digest(key, joined(kind_bytes, _encoded(value)), hashlib.sha256) for value in values]


def _place(place: str) -> bytes:
    return joined(b"value", place.encode())


def _row(row: UUID | str) -> bytes:
    return joined(str(row).encode())


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass  # that error holds the text: it must not be chained to the one below
    raise ValueError("text with half a surrogate pair cannot be kept")

"""The data keys of persons: made on first use, read for one call at a time, destroyed for good."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from privacy.vault import opening
from privacy.vault.ciphertext import KEY_BYTES
from privacy.vault.errors import KeyDestroyed, KeyLost
from privacy.vault.store import Tombstone
from privacy.vault.wrapping import WrappedKey, unwrap, wrap

# The key of keyed hashes stands among the persons' keys, so that rotation and checks take it along. Nobody is nil.
INDEX_SUBJECT = UUID(int=0)
# Keys that are made while nothing is to be kept, by person; None where what is made is kept.
_trial: ContextVar[dict[UUID, bytes] | None] = ContextVar("vault_trial", default=None)


@contextmanager
def trial() -> Iterator[None]:
    """What is sealed within is thrown away: keys made for it are kept in memory alone, and forgotten at the end.

    Keys that are there are used. For a transaction that is rolled back whatever happens.
    """
    token = _trial.set({})
    try:
        yield
    finally:
        _trial.reset(token)


def existing_key(subject: UUID) -> bytes:
    """Raises KeyLost, KeyDestroyed, WrongKey, Tampered, StoreUnavailable."""
    entry = opening.current().find([subject]).get(subject)
    if entry is None and (made := (_trial.get() or {}).get(subject)):
        return made
    if entry is None:
        raise KeyLost
    return _opened(entry)


def keys_of(subjects: Collection[UUID]) -> dict[UUID, bytes]:
    """The keys of all these persons, made where missing, in one go.

    Raises KeyDestroyed, WrongKey, Tampered, StoreUnavailable.
    """
    store = opening.current()
    keys = {subject: _opened(entry) for subject, entry in store.find(subjects).items()}
    missing = set(subjects) - keys.keys()
    if missing and (on_trial := _trial.get()) is not None:
        keys |= {subject: on_trial.setdefault(subject, secrets.token_bytes(KEY_BYTES)) for subject in missing}
    elif missing:
        made = {subject: secrets.token_bytes(KEY_BYTES) for subject in missing}
        wrapped = {subject: wrap(subject, key) for subject, key in made.items()}
        store.add(wrapped.values())
        # Another process may have been first: the key that is in the store is the one that counts.
        for subject, entry in store.find(missing).items():
            keys[subject] = made[subject] if entry == wrapped[subject] else _opened(entry)
    return keys


def index_key() -> bytes:
    """The key of keyed hashes, made on first use. Raises WrongKey, Tampered, StoreUnavailable."""
    return keys_of([INDEX_SUBJECT])[INDEX_SUBJECT]


def destroy_key(subject: UUID) -> None:
    """Make the person's sealed values unreadable everywhere, old backups of the database included, at once.

    Doing it again changes nothing. Raises StoreUnavailable.
    """
    refuse_nil(subject)
    opening.current().destroy(subject)


def destroy_keys(subjects: Iterable[UUID]) -> int:
    """`destroy_key` for those of these persons who have a key; how many had. Raises StoreUnavailable."""
    wanted = set(subjects)
    refuse_nil(*wanted)
    found = opening.current().having(wanted)
    if found:
        opening.current().destroy(*found)
    return len(found)


def having_keys(subjects: Iterable[UUID]) -> set[UUID]:
    """Those of them who have a key that was not destroyed. Raises StoreUnavailable."""
    return opening.current().having(subjects)


def withdraw_keys(subjects: Iterable[UUID]) -> int:
    """Take the keys of those away of whom nothing is held any more; returns how many there were.

    Unlike a destroyed key, one that was withdrawn may be made again: what was brought in by mistake and taken back may
    come once more. Raises StoreUnavailable.
    """
    wanted = set(subjects)
    refuse_nil(*wanted)
    return opening.current().withdraw(wanted)


def has_key(subject: UUID) -> bool:
    """Whether the person has a key that was not destroyed. Raises StoreUnavailable."""
    return isinstance(opening.current().find([subject]).get(subject), WrappedKey)


def refuse_nil(*subjects: UUID) -> None:
    if INDEX_SUBJECT in subjects:
        raise ValueError("the nil UUID is no person")


def _opened(entry: WrappedKey | Tombstone) -> bytes:
    if isinstance(entry, Tombstone):
        raise KeyDestroyed(entry.destroyed_at)
    return unwrap(entry)

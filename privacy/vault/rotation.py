"""Rewrapping all keys under the newest key-encryption key. The sealed values themselves stay as they are."""

from collections.abc import Callable, Iterator

from privacy.vault import opening
from privacy.vault.errors import Tampered, WrongKey
from privacy.vault.store import Store
from privacy.vault.wrapping import WrappedKey, configured, newest, unwrap, wrap


def rotate(told: Callable[[int], None] = lambda _done: None) -> int:
    """Rewrap every key that an older key-encryption key wraps; returns how many. `told` hears the number as it grows.

    Works batch by batch, each a transaction: run again after a crash it does the rest, and processes that read, make
    or destroy keys meanwhile are not disturbed. Keys that cannot be unwrapped are left as they are and told at the
    end by WrongKey or Tampered. Raises StoreUnavailable.
    """
    store, done, is_damaged = opening.current(), 0, False
    for batch in _outdated(store):
        pairs = [(key, fresh) for key in batch if (fresh := _rewrapped(key))]
        is_damaged |= len(pairs) < len(batch)
        done += store.replace(pairs)
        told(done)
    for kek in store.counts().keys() - configured().keys():
        raise WrongKey(kek)
    if is_damaged:
        raise Tampered
    return done


def _outdated(store: Store) -> Iterator[list[WrappedKey]]:
    for kek in [kek for kek in configured() if kek != newest()]:
        yield from store.under(kek)


def _rewrapped(key: WrappedKey) -> WrappedKey | None:
    try:
        return wrap(key.subject, unwrap(key))
    except Tampered:
        return None

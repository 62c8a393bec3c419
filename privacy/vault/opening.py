"""The open store of this thread. Connections are kept; keys never are."""

import os
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from privacy.vault.postgresql_store import PostgresqlStore
from privacy.vault.sqlite_store import SqliteStore
from privacy.vault.store import Store

# By process too: a forked child must neither use nor close its parent's connections, so they stay here untouched.
_open: dict[tuple[int, int, str], Store] = {}


def current() -> Store:
    """The store at VAULT_URL, opened where this thread has not. Raises StoreUnavailable."""
    place = (os.getpid(), threading.get_ident(), settings.VAULT_URL)
    store = _open.get(place)
    if store is not None and store.is_current():
        return store
    if store is not None:
        store.close()
    _open[place] = _opened(settings.VAULT_URL)
    return _open[place]


def close_all() -> None:
    """Close what this process has open, when no other thread uses it."""
    for place in [place for place in _open if place[0] == os.getpid()]:
        _open.pop(place).close()


def _opened(url: str) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return SqliteStore(Path("/", unquote(parts.path).lstrip("/")))
    return PostgresqlStore(url)

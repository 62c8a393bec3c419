"""The store as a SQLite file of this user alone, for the processes of one machine."""

import contextlib
import os
import sqlite3
import stat
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from privacy.vault.errors import StoreUnavailable
from privacy.vault.store import SCHEMA, Store

PATIENCE = 30.0  # seconds to wait for another process that writes
OTHERS = 0o077


class SqliteStore(Store):
    """WAL lets processes read while one writes; each commit is on disk before it is answered."""

    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: Path) -> None:
        self._path = path
        with _told(path):
            if not path.exists():
                _make(path)
            _check_private(path)
            self._connection = _connect(path)
            self._file = _identity(path)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[tuple[Any, ...]], int]:
        with _told(self._path):
            cursor = self._connection.execute(statement.replace("%s", "?"), parameters)
            rows, count = cursor.fetchall(), cursor.rowcount
        return rows, count

    def forget_what_was_destroyed(self) -> None:
        with _told(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # the log held the keys too

    def is_current(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return _identity(self._path) == self._file
        return False

    def close(self) -> None:
        self._connection.close()


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=PATIENCE, check_same_thread=False, cached_statements=16
    )
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
    return connection


def _make(path: Path) -> None:
    """Make the whole store under another name first: of two processes at once the first wins, both use its file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_private(path.parent)
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with contextlib.closing(_connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(SCHEMA.format(number="integer PRIMARY KEY", bytes="blob", options=""))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _check_private(path: Path) -> None:
    for place, mode in ((path.parent, "700"), (path, "600")) if path.is_file() else ((path, "700"),):
        if stat.S_IMODE(place.stat().st_mode) & OTHERS:
            raise StoreUnavailable(f"{place} is open to other users: chmod {mode} {place}")


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        raise StoreUnavailable(f"the vault's store {path} does not answer: {problem}") from problem

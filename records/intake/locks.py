"""Locks that a session of the database holds. They end with its connection: a dead process holds none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from records.intake.problems import Refused


@contextmanager
def held(name: str, *, patience: float, otherwise: str) -> Iterator[None]:
    """Hold the lock of this name. Raises Refused(otherwise) where another session has it for `patience` seconds."""
    with connection.cursor() as cursor:
        # Else the server works on for a client that was killed, to the end of its statement.
        cursor.execute("SET client_connection_check_interval = '500ms'")
        deadline = time.monotonic() + patience
        while not _locked(cursor, name):
            if time.monotonic() > deadline:
                raise Refused(otherwise)
            time.sleep(0.1)
    try:
        yield
    finally:
        _unlock(name)


def is_held(name: str) -> bool:
    """Whether another session has the lock at this moment."""
    with connection.cursor() as cursor:
        if not _locked(cursor, name):
            return True
    _unlock(name)
    return False


def _locked(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
    return bool(cursor.fetchone()[0])


def _unlock(name: str) -> None:
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])

"""COPY into the database whose failures are the database's errors, like those of any other statement."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import TracebackType

from django.db import connection
from django.db.backends.utils import CursorWrapper


def copy_in(cursor: CursorWrapper, statement: str, content: bytes) -> None:
    """Run a COPY … FROM STDIN. Raises django.db.Error, of which Django's cursor leaves psycopg2's own bare."""
    with connection.wrap_database_errors, _without_prints():
        cursor.copy_expert(statement, BytesIO(content))


@contextmanager
def _without_prints() -> Iterator[None]:
    """A server that ends within COPY gives two errors; over the second psycopg2 (2.9) prints a SystemError with its
    traceback by way of sys.excepthook, and then raises as it should."""
    hook = sys.excepthook
    sys.excepthook = _all_but_system_errors
    try:
        yield
    finally:
        sys.excepthook = hook


def _all_but_system_errors(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, SystemError):
        sys.__excepthook__(kind, value, trace)

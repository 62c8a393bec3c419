"""The store in a PostgreSQL database of its own, for the processes of several machines."""

import contextlib
from collections.abc import Sequence
from typing import Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_INERROR, TRANSACTION_STATUS_INTRANS

from privacy.vault.errors import StoreUnavailable
from privacy.vault.store import SCHEMA, Store

CONNECT_TIMEOUT = 5  # seconds
CREATION_LOCK = 8_900_001  # any number that nothing else in that database locks
# What is left of a destroyed key goes within a minute or two, however large the table is.
NUMBER = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
EAGER_VACUUM = "WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)"


class PostgresqlStore(Store):
    """Each statement commits by itself, apart from the transactions of the main database."""

    begin = "BEGIN"

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[tuple[Any, ...]], int]:
        try:
            if not self._is_in_transaction() and self._connection is not None:
                # The server may have gone and come back; a statement by itself may be run twice.
                with contextlib.suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
                    return self._execute(statement, parameters)
                self.close()
            self._connection = self._connection or _connect(self._url)
            return self._execute(statement, parameters)
        except psycopg2.Error as problem:
            self.close()
            reason = (str(problem).strip() or type(problem).__name__).splitlines()[0]
            raise StoreUnavailable(f"the vault's store does not answer: {reason}") from problem

    def _is_in_transaction(self) -> bool:
        states = (TRANSACTION_STATUS_INTRANS, TRANSACTION_STATUS_INERROR)
        return self._connection is not None and self._connection.info.transaction_status in states

    def _execute(self, statement: str, parameters: Sequence[Any]) -> tuple[list[tuple[Any, ...]], int]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else [], cursor.rowcount

    def is_current(self) -> bool:
        return True

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg2.Error):
                self._connection.close()
            self._connection = None


def _connect(url: str) -> Any:
    connection = psycopg2.connect(url, connect_timeout=CONNECT_TIMEOUT, application_name="waymark vault")
    _make_tables(connection)
    connection.autocommit = True
    return connection


def _make_tables(connection: Any) -> None:
    """Make what is missing; of two processes at once the second waits for the first and finds it done."""
    with connection, connection.cursor() as cursor:
        if not _has_tables(cursor):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (CREATION_LOCK,))
        if not _has_tables(cursor):
            cursor.execute(SCHEMA.format(number=NUMBER, bytes="bytea", options=EAGER_VACUUM))


def _has_tables(cursor: Any) -> bool:
    # Read from the catalogue itself: to_regclass may still answer from before another process's commit.
    cursor.execute("SELECT FROM pg_class WHERE relname = 'vault_meta' AND pg_table_is_visible(oid)")
    return bool(cursor.rowcount)

"""Vaults of the tests: a store of each kind, empty, with a key-encryption key of its own."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

from config import embedded
from privacy.vault import opening

KINDS = ("sqlite", "postgresql")
OURS = "backend_type = 'client backend' AND usename = current_user"


def make_key(number: int) -> bytes:
    return bytes(range(number, number + 32))


@contextmanager
def vault_of(kind: str, folder: Path, patched: Any) -> Iterator[str]:
    """An empty store of this kind as the program's, and its address."""
    with store_of(kind, folder) as url:
        patched.VAULT_URL, patched.VAULT_KEYS = url, [make_key(1)]
        try:
            yield url
        finally:
            opening.close_all()


@contextmanager
def store_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/vault/keys.sqlite"
        return
    with database_beside() as url:
        yield url


@contextmanager
def database_beside() -> Iterator[str]:
    """The address of an empty database on the tests' own server, for as long as this lasts."""
    name = f"beside_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    try:
        yield server_url(name)
    finally:
        # Not WITH (FORCE): it refuses when an autovacuum worker is in there, whom the plain one sends away itself.
        _on_server(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS} AND datname = '{name}'")
        _on_server(f"DROP DATABASE {name}")


def server_url(database: str) -> str:
    """A database beside the main one on the tests' own server."""
    if embedded.uses_embedded_database():
        return embedded.database_url(database=database)
    head, question, query = embedded.database_url().partition("?")
    return f"{head.rpartition('/')[0]}/{database}{question}{query}"


def _on_server(statement: str) -> None:
    name = settings.DATABASES["default"]["NAME"].removeprefix("test_").partition("_gw")[0]
    with closing(psycopg2.connect(server_url(name))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)

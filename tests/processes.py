"""Processes of the program for tests: a real worker or command on the test's own database and Redis."""

import atexit
import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from config import embedded
from config.embedded.postgresql import program_folder

CHECKOUT = Path(__file__).parent.parent
_HELD = ExitStack()
atexit.register(_HELD.close)


def environment() -> dict[str, str]:
    """What a process needs to work on the test's database and Redis."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "VAULT_KEYS": ",".join(base64.b64encode(key).decode() for key in settings.VAULT_KEYS),
        "VAULT_URL": settings.VAULT_URL,
        "LEDGER_KEYS": ",".join(base64.b64encode(key).decode() for key in settings.LEDGER_KEYS),
        "TLS": "false",
        "ALLOW_PLAINTEXT_SERVERS": "true",
        "EMAIL_URL": "consolemail://",
        "PYTHONUNBUFFERED": "1",
    }


def database_url(name: str) -> str:
    """The address of another database of the server that the tests run on."""
    if embedded.uses_embedded_database():
        return embedded.database_url(database=name)
    head, question, query = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{query}"


def free_port(*, also: int = 0) -> int:
    """As `held_port`, for as long as this process lives."""
    return _HELD.enter_context(held_port(also=also))


@contextmanager
def held_port(*, also: int = 0) -> Iterator[int]:
    """A port of this machine on which nobody listens, and that nobody else is given meanwhile.

    `also`: how far above it another one is to be free as well. They are bound, without listening: else whatever
    connects in between may be given them, even who only asks whether a server listens there yet. A server that asks
    for SO_REUSEADDR, as all do, takes them all the same (Linux; elsewhere they are let go at once).
    """
    with ExitStack() as holding:
        while True:
            port = _hold(0, holding)
            try:
                if also:
                    _hold(port + also, holding)
                break
            except (OSError, OverflowError):  # taken, or past the last port: another one
                continue
        if sys.platform != "linux":
            holding.close()
        yield port


def _hold(port: int, holding: ExitStack) -> int:
    held = holding.enter_context(socket.socket())
    held.bind(("127.0.0.1", port))
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for who comes after: nobody held it before
    return int(held.getsockname()[1])


def dump(url: str, into: Path, *options: str) -> None:
    """A backup of the database, as SQL."""
    with into.open("wb") as file:
        subprocess.run([_program("pg_dump"), "--no-owner", "--dbname", url, *options], stdout=file, check=True)


def restore(dumped: Path, url: str) -> None:
    """Bring a backup into an empty database, whole or not at all."""
    how = ("--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction")
    command = [_program("psql"), *how, "--dbname", url, "--file", str(dumped)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]


def _program(name: str) -> str:
    return str(program_folder() / name)


@contextmanager
def running(*command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m COMMAND…` in a process group of its own, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=CHECKOUT,
        env={**environment(), **variables},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process)


def worker(**variables: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A Celery worker with one child."""
    command = ("celery", "-A", "config.celery", "worker", "--concurrency", "1", "--loglevel", "WARNING")
    return running(*command, **variables)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Return when the condition holds. Fails, saying what was waited for, when it does not in this time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def somebody_waits_for_a_row() -> bool:
    """Whether a session of the tests' database waits for a lock that another holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])

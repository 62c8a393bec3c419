"""What the two embedded servers have in common: a lock that says they live, starting, answering, stopping."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from config.embedded import locks
from config.embedded.places import ServerError, log_folder, var_folder

ATTEMPTS = 3  # to stop what is unreachable, to start, to see that it answers
PATIENCE = 90.0  # seconds: recovery after a crash in the middle of a large import takes a while
SOCKET_GRACE = 1.0  # seconds that processes left behind by a killed server get to end
STOP_GRACE = 20.0  # seconds for an orderly stop before the server is killed (it then recovers at its next start)


class Server(ABC):
    """One server below the var folder. All but `answers` is called under the start lock (config.embedded.users).

    The server's own processes inherit a lock. It is held exactly as long as one of them lives, so a stale pid
    file, or a pid that another program has got since, cannot be mistaken for a running server.
    """

    name: str
    stop_signal: signal.Signals

    @property
    def folder(self) -> Path:
        return var_folder() / self.name

    @property
    def log(self) -> Path:
        return log_folder() / f"{self.name}.log"

    @property
    def lock(self) -> Path:
        return var_folder() / "locks" / f"{self.name}.lock"

    @property
    @abstractmethod
    def socket(self) -> Path: ...

    @property
    @abstractmethod
    def pid_file(self) -> Path: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready to work right now."""

    @abstractmethod
    def launch(self, lock: int) -> None:
        """Start it in a session of its own with the lock's descriptor inherited. Raises ServerError."""

    def check_owner(self) -> None:
        """Raises ServerError where the data are another user's: root could not start on them, but would stop it."""
        owner = self.folder.stat().st_uid if self.folder.exists() else os.geteuid()
        if owner != os.geteuid():
            name = _name_of(owner)
            raise ServerError(f"{self.folder} belongs to {name}: run this as {name}, or set WAYMARK_VAR")

    def is_running(self) -> bool:
        """Whether any process of it lives, ready or not."""
        return not locks.is_free(self.lock)

    def ensure(self) -> None:
        """Start it unless it answers, and wait until it does. Raises ServerError."""
        for _ in range(ATTEMPTS):
            if self.answers():
                return
            if (lock := locks.try_exclusive(self.lock)) is not None:
                self._start(lock)
            elif not self.socket.exists() and not _within(SOCKET_GRACE, self._is_settled):
                self.stop()  # alive without its socket, which somebody removed: nobody can reach it
            _within(PATIENCE, self._is_settled)
        raise ServerError(f"{self.name} does not answer: see {self.log}")

    def _is_settled(self) -> bool:
        return self.answers() or not self.is_running()

    def _start(self, lock: int) -> None:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.pid_file.unlink(missing_ok=True)
            self.launch(lock)
        finally:
            os.close(lock)

    def stop(self) -> None:
        """Stop it if it runs: in order, by force after STOP_GRACE. Raises ServerError."""
        for request in (self.stop_signal, signal.SIGKILL):
            self._send(request)
            if _within(STOP_GRACE, lambda: not self.is_running()):
                return
        raise ServerError(f"{self.name} does not stop: see {self.log}")

    def _send(self, request: signal.Signals) -> None:
        if self.is_running():
            with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
                os.kill(int(self.pid_file.read_text().split("\n", 1)[0]), request)

    def run(self, *command: str | Path, keep: tuple[int, ...] = ()) -> None:
        """Run one of the server's programs to its end. Raises ServerError with the reason that it wrote."""
        with self.log.open("a+b") as log:
            began = log.tell()
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=keep,
                env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
                start_new_session=True,
                check=False,
            )
            log.seek(began)
            if done.returncode:
                raise ServerError(f"{self.name} does not start: {_reason(log.read())} (see {self.log})")


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait until the condition holds, for so long at most; returns whether it does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _reason(output: bytes) -> str:
    """The last line that names an error, or else the last line."""
    lines = output.decode(errors="replace").strip().splitlines() or ["it said nothing"]
    errors = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (errors or lines)[-1].strip()


def wheel_folder(package: str) -> Path:
    """The installed folder of a package, which is not imported. Raises ServerError where it is missing."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerError(f"the package {package} is not installed: run `make setup`")
    return Path(spec.origin).parent

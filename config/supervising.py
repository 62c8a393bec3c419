"""Child processes that are started again when they die, and none of which outlives its supervisor."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

FIRST_PAUSE = 0.5  # seconds before a dead child is started again; doubled each time it dies soon
LONGEST_PAUSE = 30.0
AT_ONCE = 15.0  # seconds: a child that ends within them after its start cannot live
TRIES = 6  # starts in a row of a child that ends at once
STEADY = 60.0  # seconds after which a child counts as running well, so its next death is a first one
LARGEST_LOG = 10_000_000  # bytes; a larger log is put aside when the child starts
PR_SET_PDEATHSIG = 1


class GivenUp(Exception):
    """Which child cannot live, and where to read why, in one line."""


class Child:
    """One program in a session of its own. It writes to `log`, or to the terminal where that is None."""

    def __init__(
        self, name: str, command: list[str], *, log: Path | None = None, patience: float = 5.0, gives_up: bool = True
    ) -> None:
        """`patience`: seconds that the program gets to end in order before it is killed.

        `gives_up`: whether a program that ends at once is left alone after TRIES starts.
        """
        self.name = name
        self.command = command
        self.log = log
        self.patience = patience
        self.gives_up = gives_up
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.0
        self._ended_at_once = 0  # times in a row
        self._next_start = 0.0

    def start(self) -> None:
        """Start it, dead or never started."""
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(_log_file(self.log)) if self.log else None
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )
        self._started = time.monotonic()
        self._next_start = 0.0

    def tend(self, tell: Callable[[str], None]) -> None:
        """Start it again if it died: after a pause, so that one that cannot live does not eat the machine.

        Raises GivenUp for one that ended at once TRIES times in a row.
        """
        if self.process is None or self.process.poll() is None:
            return
        if not self._next_start:
            self._rest(tell, self.process)
        elif time.monotonic() >= self._next_start:
            self.start()

    def _rest(self, tell: Callable[[str], None], dead: subprocess.Popen[bytes]) -> None:
        _kill_group(dead)  # what a killed parent left behind
        now = time.monotonic()
        self._ended_at_once = self._ended_at_once + 1 if now - self._started < AT_ONCE else 0
        where = f"see {self.log}" if self.log else "see above"
        if self.gives_up and self._ended_at_once >= TRIES:
            raise GivenUp(f"{self.name} ended with {dead.returncode} at once, {TRIES} times in a row: {where}")
        died_soon = now - self._started < STEADY
        self._pause = min(self._pause * 2 or FIRST_PAUSE, LONGEST_PAUSE) if died_soon else FIRST_PAUSE
        self._next_start = now + self._pause
        tell(f"{self.name} ended with {dead.returncode}; starting it again in {self._pause:g} s ({where})")

    def stop(self) -> None:
        """End it: in order within `patience`, then by force, its own children with it."""
        if self.process is None:
            return
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        _kill_group(self.process)
        self.process.wait()
        self.process = None


def _kill_group(leader: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)


def _die_with(supervisor: int) -> Callable[[], None] | None:
    """What a child does before its program starts: ask the kernel for SIGTERM when the supervisor dies (Linux)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:  # it died before the question
            os._exit(1)

    return ask


def _log_file(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")

"""Programs that look at files from outside: each in a group of its own, without our environment, ended in time."""

import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

LONGEST_LINE = 8 << 20  # bytes
LOOKS_EVERY = 1.0  # seconds
# Addresses inside documents lead nowhere: LibreOffice would fetch what they name.
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"), "http://127.0.0.1:9")


class TookTooLong(Exception):
    """Nothing came within the time."""


@contextmanager
def started(module: str, *arguments: str, home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m module …`, reachable by pipes; it and whatever it started are killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.BASE_DIR,
        env=_environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # parsers repeat there what stands in the file
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join(os.get_exec_path())
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", **NOWHERE}


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # what was not sent has nobody to read it
            if pipe:
                pipe.close()


def lines(process: "subprocess.Popen[bytes]", seconds: float, until: float = math.inf) -> Iterator[bytes]:
    """What the process writes, line by line. Raises TookTooLong where none comes for so many seconds, or by `until`, a
    moment of time.monotonic().
    """
    assert process.stdout is not None  # noqa: S101 (started gives it one)
    descriptor, begun = process.stdout.fileno(), b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        deadline = min(time.monotonic() + seconds, until)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TookTooLong
            piece = os.read(descriptor, 1 << 16)
            if not piece or len(begun) > LONGEST_LINE:
                return
            *whole, begun = (begun + piece).split(b"\n")
            for line in whole:
                yield line
                deadline = min(time.monotonic() + seconds, until)


def ends_within(process: "subprocess.Popen[bytes]", seconds: float, look: Callable[[], None] = lambda: None) -> int:
    """How the process ended. `look` is called while it works, every LOOKS_EVERY, and may end the wait by an exception.

    Raises TookTooLong.
    """
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, LOOKS_EVERY))
        look()
    raise TookTooLong

"""Bounds of a process, set by itself before it touches what came from outside; and a tether to who started it.

`python -m campaigns.materials.drawing.bounded BYTES SECONDS LARGEST PROGRAM …` runs a program that cannot set them.
"""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable


def bound(memory: int, seconds: int, largest_file: int) -> None:
    """From here on: so much address space, so many seconds of a processor, no larger file, no core dump."""
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def tether(heard: Callable[[], object] = lambda: None) -> None:
    """End this process and its group when standard input ends: whoever started it is gone, by kill -9 perhaps.

    Each byte that comes by it calls `heard`.
    """

    def listen() -> None:
        while os.read(0, 1):
            heard()
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=listen, daemon=True).start()


def main(memory: str, seconds: str, largest_file: str, *command: str) -> int:
    tether()
    bound(int(memory), int(seconds), int(largest_file))
    nothing = subprocess.DEVNULL
    return subprocess.run(command, stdin=nothing, stdout=nothing, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

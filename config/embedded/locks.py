"""File locks (flock). The kernel frees them when the last process that holds them ends, however it ends.

A forked child shares its parent's lock; a program started by exec has it only when it is given the descriptor.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def shared(path: Path) -> int:
    """Take a shared lock, waiting for it, and return the descriptor that holds it."""
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def try_exclusive(path: Path) -> int | None:
    """Take the exclusive lock and return the descriptor that holds it, or None where somebody holds the lock."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def is_free(path: Path) -> bool:
    handle = try_exclusive(path)
    if handle is not None:
        os.close(handle)
    return handle is not None


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the exclusive lock, waiting for it."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

"""How many bytes of bodies a process holds at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_BYTES = 32 << 20


class Spent(Exception):
    """The bodies that are held already leave no room for this one."""


class Budget:
    """Shared by the threads of a process. One body always has room, whatever its size."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._held, self._lock = most, 0, threading.Lock()

    @contextmanager
    def held(self, count: int) -> Iterator[None]:
        """So many bytes, for as long as this lasts. Raises Spent."""
        with self._lock:
            if self._held and self._held + count > self._most:
                raise Spent
            self._held += count
        try:
            yield
        finally:
            with self._lock:
                self._held -= count

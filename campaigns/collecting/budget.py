"""How many bytes of bodies a process holds at once."""

import threading

MOST_BYTES = 32 << 20


class Spent(Exception):
    """The bodies that are held already leave no room for this one."""


class Budget:
    """Shared by the threads of a process. One body always has room, whatever its size."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._held, self._lock = most, 0, threading.Lock()

    def take(self, count: int) -> None:
        """So many bytes, until they are given back. Raises Spent."""
        with self._lock:
            if self._held and self._held + count > self._most:
                raise Spent
            self._held += count

    def give_back(self, count: int) -> None:
        with self._lock:
            self._held -= count

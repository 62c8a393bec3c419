"""Where requests wait for the commit that they share with those who came meanwhile."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from campaigns.collecting.arrivals import Arrival

MOST_EVENTS = 40_000  # that wait, some 20 MB
MOST_TOGETHER = 20_000  # of one commit
GATHER = 0.002  # seconds in which more may come; of a commit many cost hardly more than few
LONGEST_GATHER = 0.010  # seconds, however many go on coming


class Full(Exception):
    """So much waits already that no more is taken."""


class Line:
    """Takes arrivals from many threads to `commit`, called in one thread of its own, with as many as wait.

    The thread is started by the first arrival, so that a process that is forked has its own.
    """

    def __init__(self, commit: Callable[[Sequence[Arrival]], None], most_events: int = MOST_EVENTS) -> None:
        self._commit, self._most_events = commit, most_events
        self._waiting: deque[Arrival] = deque()
        self._events = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, arrival: Arrival) -> None:
        """It is committed soon, and told then. Raises Full."""
        with self._changed:
            if self._events and self._events + arrival.count > self._most_events:
                raise Full
            self._events += arrival.count
            self._waiting.append(arrival)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="collector", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            self._commit(self._next())

    def _next(self) -> list[Arrival]:
        with self._changed:
            while not self._waiting:
                self._changed.wait()
        self._gather()
        with self._changed:
            taken = [self._waiting.popleft()]
            count = taken[0].count
            while self._waiting and count + self._waiting[0].count <= MOST_TOGETHER:
                taken.append(self._waiting.popleft())
                count += taken[-1].count
            self._events -= count
            return taken

    def _gather(self) -> None:
        """Wait while more come, but not for long: a request that comes alone waits for GATHER."""
        until, seen = time.monotonic() + LONGEST_GATHER, 0
        while seen < len(self._waiting) and time.monotonic() < until:
            seen = len(self._waiting)
            time.sleep(GATHER)


class AtOnce:
    """A line of one: what is put is committed by whoever puts it, within their transaction where there is one."""

    def __init__(self, commit: Callable[[Sequence[Arrival]], None]) -> None:
        self._commit = commit

    def put(self, arrival: Arrival) -> None:
        self._commit([arrival])

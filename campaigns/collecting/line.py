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
PATIENCE = 25.0  # seconds that a request waits for its commit
LOOK_EVERY = 1.0  # seconds between two looks for those that waited for longer


class Full(Exception):
    """So much waits already that no more is taken."""


class Line:
    """Takes arrivals from many threads to `commit`, called in one thread of its own, with as many as wait.

    Another thread looks whether any waits for longer than `patience` (seconds): a database may be away so that nothing
    ends the waiting for it. Both are started by the first arrival, so that a process that is forked has its own.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Arrival]], None],
        most_events: int = MOST_EVENTS,
        patience: float = PATIENCE,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._commit, self._most_events = commit, most_events
        self._patience, self._look_every = patience, look_every
        self._waiting: deque[Arrival] = deque()
        self._taken: Sequence[Arrival] = ()  # by the commit that runs
        self._events = 0
        self._changed = threading.Condition()
        self._threads: dict[str, threading.Thread] = {}

    def put(self, arrival: Arrival) -> None:
        """It is committed soon, and told then; or told that it was not in time. Raises Full."""
        with self._changed:
            if self._events and self._events + arrival.count > self._most_events:
                raise Full
            if is_first := not self._waiting:
                self._keep_alive("collector", self._run)
                self._keep_alive("collector's watch", self._watch)
            self._events += arrival.count
            self._waiting.append(arrival)
            if is_first:  # of the others whoever commits knows once it has done so
                self._changed.notify()

    def _keep_alive(self, name: str, run: Callable[[], None]) -> None:
        thread = self._threads.get(name)
        if thread is None or not thread.is_alive():
            self._threads[name] = threading.Thread(target=run, name=name, daemon=True)
            self._threads[name].start()

    def _run(self) -> None:
        while True:
            self._taken = self._next()
            self._commit(self._taken)
            self._taken = ()

    def _watch(self) -> None:
        while True:
            time.sleep(self._look_every)
            latest = time.monotonic() - self._patience
            with self._changed:
                self._keep_alive("collector", self._run)
                late = [one for one in (*self._taken, *self._waiting) if one.came_at < latest]
            for arrival in late:
                arrival.give_up()

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

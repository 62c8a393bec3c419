"""A few pages at a time, however many threads there are: memory and connections to the database stay bounded."""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakSet

from django.db import connections

MOST = 4  # pages that a process makes at once


class _Keeper:
    """A thread that keeps its connection to the database between pages; forgotten when the thread ends."""


class FewAtOnce:
    """Calls `app` for at most `most` requests at once; the others wait for a turn, which ends with the answer.

    As many threads keep their connection to the database; any other closes it after its page.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], most: int = MOST) -> None:
        self._app, self._most = app, most
        self._turns = threading.BoundedSemaphore(most)
        self._keepers: WeakSet[_Keeper] = WeakSet()
        self._of_thread = threading.local()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Answered":
        self._turns.acquire()
        try:
            return Answered(self._app(environ, start_response), self._end)
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        try:
            if not self._keeps():
                connections.close_all()
        finally:
            self._turns.release()

    def _keeps(self) -> bool:
        """Called in a turn's own thread, while at most `most` have one."""
        if not hasattr(self._of_thread, "keeper") and len(self._keepers) < self._most:
            self._of_thread.keeper = _Keeper()
            self._keepers.add(self._of_thread.keeper)
        return hasattr(self._of_thread, "keeper")


class Answered:
    """The parts of an answer; closing it, as a WSGI server must, ends the turn once."""

    def __init__(self, answer: Iterable[bytes], end: Callable[[], None]) -> None:
        self._answer, self._end = answer, end
        self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        try:
            if close := getattr(self._answer, "close", None):
                close()
        finally:
            self._end()

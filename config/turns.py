"""A few pages at a time, however many threads there are: memory and connections to the database stay bounded."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MOST = 4  # pages that a process makes at once

Connections = Sequence[BaseDatabaseWrapper]


class FewAtOnce:
    """Calls `app` for at most `most` requests at once; the others wait for a turn, which ends with the answer.

    A turn hands its connection to the database on to the next one, whichever thread has that: there are hundreds of
    threads, and opening a connection costs more than most pages. So there are never more than `most`.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], most: int = MOST) -> None:
        self._app, self._most = app, most
        self._turns = threading.BoundedSemaphore(most)
        self._kept: list[Connections] = []  # the last one in is the first one out, so that those not needed grow old

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Answered":
        self._turns.acquire()
        try:
            if self._kept:
                _take_over(self._kept.pop())
            return Answered(self._app(environ, start_response), self._end)
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        """Called in the turn's own thread."""
        try:
            self._kept.append(_hand_over())
        finally:
            self._turns.release()


def _take_over(kept: Connections) -> None:
    for connection in kept:
        connections[connection.alias] = connection


def _hand_over() -> Connections:
    """What this thread has open; it has nothing of it from here on."""
    opened = connections.all(initialized_only=True)
    for connection in opened:
        del connections[connection.alias]
        if not connection.allow_thread_sharing:
            connection.inc_thread_sharing()
    return opened


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

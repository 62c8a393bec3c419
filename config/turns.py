"""A few pages at a time, however many threads there are: memory and connections to the database stay bounded."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MOST = 4  # pages that a process makes at once
MOST_STREAMED = 16  # answers that a process sends part by part at once: half the threads it is started with

Connections = Sequence[BaseDatabaseWrapper]


class FewAtOnce:
    """Calls `app` for at most `most` requests at once; the others wait for a turn, which ends with the answer.

    An answer that is sent part by part ends its turn as soon as it begins: how long it takes is up to whoever reads it,
    and a few who read slowly would else keep everybody out. Of more than `most_streamed` at once the others are sent
    within their turn.

    A turn hands its connection to the database on to the next one, whichever thread has that: there are hundreds of
    threads, and opening a connection costs more than most pages. What is sent part by part keeps its own until its end,
    so that there are never more than `most` and `most_streamed` together.
    """

    def __init__(
        self, app: Callable[..., Iterable[bytes]], most: int = MOST, most_streamed: int = MOST_STREAMED
    ) -> None:
        self._app, self._most = app, most
        self._turns = threading.BoundedSemaphore(most)
        self._streams = threading.BoundedSemaphore(most_streamed)
        self._kept: list[Connections] = []  # the last one in is the first one out, so that those not needed grow old

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Answered":
        self._turns.acquire()
        try:
            if self._kept:
                _take_over(self._kept.pop())
            answer = self._app(environ, start_response)
            if not (getattr(answer, "streaming", False) and self._streams.acquire(blocking=False)):
                return Answered(answer, partial(self._end, self._turns))
        except BaseException:
            self._end(self._turns)
            raise
        self._turns.release()
        return Answered(answer, partial(self._end, self._streams))

    def _end(self, of: threading.BoundedSemaphore) -> None:
        """Called in the thread that made the answer."""
        try:
            self._keep(_hand_over())
        finally:
            of.release()

    def _keep(self, opened: Connections) -> None:
        if len(self._kept) < self._most:
            self._kept.append(opened)
        else:
            for connection in opened:
                connection.close()


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

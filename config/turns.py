"""A few pages at a time, however many threads there are: memory and connections to the database stay bounded."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from config.arriving import has_come

MOST = 4  # pages that a process makes at once
MOST_SLOW = 16  # requests and answers that come and go part by part at once

Connections = Sequence[BaseDatabaseWrapper]


class FewAtOnce:
    """Calls `app` for at most `most` requests at once; the others wait for a turn, which ends with the answer.

    How long it takes to send a request or to read its answer is up to whoever does, and a few who are slow would keep
    everybody out. So a turn begins when the request has come, an answer that is sent part by part ends it as soon as it
    begins, and a long request, which comes while it is read, needs none. Of more than `most_slow` such at once the
    others are within a turn.

    A turn hands its connection to the database on to the next one, whichever thread has that: there are more threads
    than turns, and opening a connection costs more than most pages. What is slow keeps its own until its end, so that
    there are never more than `most` and `most_slow` together.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], most: int = MOST, most_slow: int = MOST_SLOW) -> None:
        self._app, self._most = app, most
        self._turns = threading.BoundedSemaphore(most)
        self._slow = threading.BoundedSemaphore(most_slow)
        self._kept: list[Connections] = []  # the last one in is the first one out, so that those not needed grow old

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> "Answered":
        place = self._begin(environ)
        try:
            self._take_over_one()
            answer = self._app(environ, start_response)
            if place is self._turns and getattr(answer, "streaming", False) and self._slow.acquire(blocking=False):
                self._turns.release()
                place = self._slow
            return Answered(answer, partial(self._end, place))
        except BaseException:
            self._end(place)
            raise

    def _begin(self, environ: dict[str, Any]) -> threading.BoundedSemaphore:
        """Wait for a turn, or take a place among the slow. What is to be released at the end."""
        if not has_come(environ) and self._slow.acquire(blocking=False):
            return self._slow
        self._turns.acquire()
        return self._turns

    def _take_over_one(self) -> None:
        with suppress(IndexError):  # what is slow may take the last one meanwhile
            _take_over(self._kept.pop())

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

"""Granian's threads read what comes; others answer it: events are answered by the thread that commits them, pages by
threads of their own.

Granian calls a WSGI application in one of its threads and answers with what the call returns. So each event that waited
for a commit held a thread, and a hundred threads that are put to sleep and woken again cost more of the processor than
all that they did; and pages that waited for their turn held the threads that events needed. But what granian's own
caller of applications is handed can be answered at any time, by any thread. Bodies are read in granian's threads alone
and before the call returns, for it takes away then what was not read, and lets no thread run until nobody reads it.
"""

import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import structlog

from campaigns.collecting.arrivals import Answer
from campaigns.collecting.callable import Collector
from config.arriving import has_come
from config.straight import goes_straight
from config.turns import MOST, MOST_SLOW

Environ = dict[str, Any]
Call = Callable[[Any, Environ], None]  # with granian's protocol, which takes the answer, and what came

log = structlog.get_logger(__name__)


def take_over(collector: Collector) -> None:
    """Where granian serves this process: from here on it lets `collector` answer events when it can."""
    server: Any = sys.modules.get("granian.server.mp")
    if server is None:
        return
    caller_of = server._wsgi_call_wrap

    def caller(application: Callable[..., Any], *options: Any) -> Call:
        return Answering(collector, caller_of(application, *options))

    server._wsgi_call_wrap = caller


class Answering:
    """Called in a thread of granian's with each request. `page` answers before it returns."""

    def __init__(self, collector: Collector, page: Call) -> None:
        self._collector, self._page, self._pages = collector, page, Elsewhere(page)

    def __call__(self, protocol: Any, environ: Environ) -> None:
        if goes_straight(environ):
            self._take(protocol, environ)
        elif has_come(environ):
            self._pages(protocol, environ)
        else:
            self._page(protocol, environ)

    def _take(self, protocol: Any, environ: Environ) -> None:
        def give(answer: Answer) -> None:
            protocol.response_bytes(answer.status, self._collector.headers(answer), answer.content)

        self._collector.take(environ, give)


class Elsewhere:
    """Calls `page` in one of at most `most` threads, in the order in which requests came.

    The threads are started as they are needed, so that a process that is forked has its own, and end with the process.
    """

    def __init__(self, page: Call, most: int = MOST + MOST_SLOW) -> None:
        self._page, self._most = page, most
        self._waiting = SimpleQueue[tuple[Any, Environ]]()
        self._idle = threading.Semaphore(0)  # one for each thread that waits for a request
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    def __call__(self, protocol: Any, environ: Environ) -> None:
        if not self._idle.acquire(blocking=False):
            self._start_one()
        self._waiting.put((protocol, environ))

    def _start_one(self) -> None:
        with self._starting:
            if len(self._threads) < self._most:
                thread = threading.Thread(target=self._run, name=f"page {len(self._threads) + 1}", daemon=True)
                thread.start()
                self._threads.append(thread)

    def _run(self) -> None:
        while True:
            self._answer(*self._waiting.get())
            self._idle.release()

    def _answer(self, protocol: Any, environ: Environ) -> None:
        """Whatever is raised is answered here, unless an answer has begun. It ends no thread, for none is replaced."""
        try:
            self._page(protocol, environ)
        except BaseException:
            log.exception("page_not_answered")
            protocol.response_bytes(500, [("Content-Type", "text/plain")], b"Internal server error")

"""How granian's threads are used: none of them waits.

Granian calls a WSGI application in one of its threads and answers with what the call returns. So each request that
waits for a commit held a thread, and a hundred threads that are put to sleep and woken again cost more of the processor
than all that they did. But what granian's own caller of applications is handed can be answered at any time, by any
thread: here a thread reads an event and goes on to the next, and the thread that committed it answers. Pages have few
threads of their own: memory and connections to the database stay bounded, and no event waits for a page.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from campaigns.collecting.arrivals import Answer
from campaigns.collecting.callable import Collector
from config.straight import goes_straight

log = structlog.get_logger(__name__)

PAGES = 4  # that a process makes at once
BODIES = 8  # large ones, that it reads at once: they come in many pieces
LARGE = 64 << 10  # bytes

Environ = dict[str, Any]
Call = Callable[[Any, Environ], None]  # with granian's protocol, which takes the answer, and what came


def take_over(collector: Collector) -> None:
    """Where granian serves this process: from here on events are answered by `collector`, and pages as said above."""
    server: Any = sys.modules.get("granian.server.mp")
    if server is None:
        return
    caller_of = server._wsgi_call_wrap

    def caller(application: Callable[..., Any], *options: Any) -> Call:
        return Answering(collector, caller_of(application, *options))

    server._wsgi_call_wrap = caller


class Answering:
    """Called in a thread of granian's with each request. `page` makes a whole answer, in the thread that calls it."""

    def __init__(self, collector: Collector, page: Call) -> None:
        self._collector, self._page = collector, page
        self._pages = ThreadPoolExecutor(PAGES, "page")
        self._bodies = ThreadPoolExecutor(BODIES, "body")

    def __call__(self, protocol: Any, environ: Environ) -> None:
        if not goes_straight(environ):
            self._pages.submit(_answered, self._page, protocol, environ)
        elif _is_large(environ):
            self._bodies.submit(_answered, self._event, protocol, environ)
        else:
            self._event(protocol, environ)

    def _event(self, protocol: Any, environ: Environ) -> None:
        def give(answer: Answer) -> None:
            protocol.response_bytes(answer.status, self._collector.headers(answer), answer.content)

        self._collector.take(environ, give)


def _is_large(environ: Environ) -> bool:
    """Also where it does not say how large it is."""
    length = environ.get("CONTENT_LENGTH", "")
    return not length.isdecimal() or int(length) > LARGE


def _answered(call: Call, protocol: Any, environ: Environ) -> None:
    """Granian says of its own threads what went wrong in them, and answers; in others nobody does."""
    try:
        call(protocol, environ)
    except BaseException:
        log.exception("request_not_answered")
        protocol.response_bytes(500, [], b"")

"""Events are answered by the thread that commits them; the thread that read them is free meanwhile.

Granian calls a WSGI application in one of its threads and answers with what the call returns. So each event that waited
for a commit held a thread, and a hundred threads that are put to sleep and woken again cost more of the processor than
all that they did. But what granian's own caller of applications is handed can be answered at any time, by any thread.
It is read in granian's threads alone: in others a body that does not come held the whole process up.
"""

import sys
from collections.abc import Callable
from typing import Any

from campaigns.collecting.arrivals import Answer
from campaigns.collecting.callable import Collector
from config.straight import goes_straight

Environ = dict[str, Any]
Call = Callable[[Any, Environ], None]  # with granian's protocol, which takes the answer, and what came


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
        self._collector, self._page = collector, page

    def __call__(self, protocol: Any, environ: Environ) -> None:
        if not goes_straight(environ):
            self._page(protocol, environ)
            return

        def give(answer: Answer) -> None:
            protocol.response_bytes(answer.status, self._collector.headers(answer), answer.content)

        self._collector.take(environ, give)

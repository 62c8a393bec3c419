"""Granian's threads wait for no commit: events are answered by who commits them, pages as ever."""

import io
import sys
import threading
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from campaigns.collecting.arrivals import Arrival
from campaigns.collecting.callable import Collector
from config import answering
from config.answering import Answering, Elsewhere
from config.arriving import SHORT

HEADERS = [("X-Kept", "no")]


class Protocol:
    """As granian's, of which an answer is taken once."""

    def __init__(self) -> None:
        self.answers = SimpleQueue[tuple[int, list[tuple[str, str]], bytes]]()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.put((status, headers, body))


class Coming:
    """A body that is still on its way."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int) -> bytes:
        return self.content[:size]


class Kept:
    """A line whose commit is the test's."""

    def __init__(self) -> None:
        self.arrivals = SimpleQueue[Arrival]()

    def put(self, arrival: Arrival) -> None:
        self.arrivals.put(arrival)


def posted(content: bytes, **environ: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/c", "CONTENT_LENGTH": str(len(content)),
        "HTTP_AUTHORIZATION": "Bearer wm_x_y", "wsgi.input": io.BytesIO(content), **environ,
    }  # fmt: skip


def no_page(_protocol: Any, _environ: Any) -> None:
    raise AssertionError


def answering_by(line: Kept, page: Any = no_page) -> Answering:
    return Answering(Collector(line, HEADERS), page)  # type: ignore[arg-type]


def test_event_is_answered_when_it_is_committed_and_by_who_did() -> None:
    line, protocol = Kept(), Protocol()

    answering_by(line)(protocol, posted(b"{}"))

    assert protocol.answers.empty()
    arrival = line.arrivals.get_nowait()  # the thread that called has put it, and is free
    arrival.begin()
    arrival.take(0)
    arrival.tell()
    body = b'{"accepted":0,"duplicate":0,"rejected":[{"index":0,"field":"id","reason":'
    status, headers, content = protocol.answers.get_nowait()
    assert (status, content[: len(body)]) == (400, body)
    assert headers == [*HEADERS, ("Content-Type", "application/json"), ("Content-Length", str(len(content)))]


def test_what_is_refused_is_answered_at_once() -> None:
    protocol = Protocol()

    answering_by(Kept())(protocol, posted(b"", REQUEST_METHOD="PUT"))

    status, headers, _content = protocol.answers.get(timeout=10)
    assert (status, dict(headers)["Allow"]) == (405, "POST")


def test_a_page_is_answered_by_a_thread_of_its_own_and_with_its_body() -> None:
    came = SimpleQueue[tuple[str, bytes]]()

    def page(_protocol: Any, environ: Any) -> None:
        came.put((threading.current_thread().name, environ["wsgi.input"].read()))

    answering = answering_by(Kept(), page)
    for _ in range(2):
        answering(Protocol(), {**posted(b"form"), "PATH_INFO": "/page", "wsgi.input": Coming(b"form")})
        assert came.get(timeout=10)[1] == b"form"


def test_a_file_is_read_by_the_thread_that_was_called() -> None:
    """Granian takes away what was not read when the call returns."""
    threads = []
    file = {**posted(b""), "PATH_INFO": "/page", "CONTENT_LENGTH": str(SHORT + 1)}

    answering_by(Kept(), lambda _protocol, _environ: threads.append(threading.current_thread()))(
        Protocol(), {**file, "wsgi.input": Coming(b"file")}
    )

    assert threads == [threading.current_thread()]


def test_pages_are_answered_by_few_threads_in_the_order_in_which_they_came() -> None:
    names, let_go = SimpleQueue[tuple[str, int]](), threading.Semaphore(0)

    def page(_protocol: Any, environ: Any) -> None:
        names.put((threading.current_thread().name, environ["number"]))
        let_go.acquire(timeout=10)

    pages = Elsewhere(page, most=2)
    for number in range(5):
        pages(None, {"number": number})
    begun = [names.get(timeout=10) for _ in range(2)]
    assert {name for name, _number in begun} == {"page 1", "page 2"}
    assert {number for _name, number in begun} == {0, 1}
    assert names.empty()
    for number in range(2, 5):
        let_go.release()
        assert names.get(timeout=10)[1] == number
    let_go.release(2)


@pytest.mark.parametrize("problem", [RuntimeError, SystemExit])
def test_a_page_that_fails_ends_no_thread(problem: type[BaseException]) -> None:
    came = SimpleQueue[str]()

    def fail(_protocol: Any, _environ: Any) -> None:
        came.put(threading.current_thread().name)
        raise problem

    pages, protocol = Elsewhere(fail, most=1), Protocol()
    with capture_logs() as logs:
        for _ in range(2):
            pages(protocol, {})
            assert came.get(timeout=10) == "page 1"
            assert protocol.answers.get(timeout=10)[0] == 500
    assert [line["event"] for line in logs] == ["page_not_answered"] * 2


def test_only_granian_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def caller_of(application: Any, *_options: Any) -> Any:
        return lambda protocol, environ: application(environ, protocol.response_bytes)

    collector = Collector(Kept())  # type: ignore[arg-type]
    monkeypatch.delitem(sys.modules, "granian.server.mp", raising=False)
    answering.take_over(collector)
    server = SimpleNamespace(_wsgi_call_wrap=caller_of)
    monkeypatch.setitem(sys.modules, "granian.server.mp", server)
    answering.take_over(collector)

    def application(environ: Any, answer: Any) -> None:
        answer(200, [], environ["PATH_INFO"].encode())

    protocol = Protocol()
    server._wsgi_call_wrap(application, {}, None)(protocol, {"PATH_INFO": "/page", "wsgi.input": io.BytesIO()})
    assert protocol.answers.get(timeout=10) == (200, [], b"/page")


def test_granian_has_what_is_taken_over() -> None:
    """Another release of granian may name it otherwise."""
    from granian.server import mp

    server: Any = mp
    assert callable(server._wsgi_call_wrap)

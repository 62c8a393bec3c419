"""Granian's threads wait for nobody: events are answered by who commits, pages are made by few threads of their own."""

import io
import sys
import threading
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from structlog.testing import capture_logs

from campaigns.collecting.arrivals import Arrival
from campaigns.collecting.callable import Collector
from config import answering
from config.answering import PAGES, Answering

HEADERS = [("X-Kept", "no")]


class Protocol:
    """As granian's, of which an answer is taken once."""

    def __init__(self) -> None:
        self.answers = SimpleQueue[tuple[int, list[tuple[str, str]], bytes]]()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.put((status, headers, body))


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


class Slow(io.BytesIO):
    """A body that does not come until it is let go."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.go = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        assert self.go.wait(10)
        return super().read(size)


@pytest.mark.parametrize("said", [{}, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}])
def test_large_body_that_comes_slowly_holds_no_other_event_up(said: dict[str, str]) -> None:
    line, slow = Kept(), Slow(b"[" + b"{}," * 30_000 + b"{}]")
    calls = answering_by(line)

    large = {**posted(slow.getvalue(), **said), "wsgi.input": slow}
    large["HTTP_AUTHORIZATION"] = "Bearer wm_x_y"
    calls(Protocol(), large)
    calls(Protocol(), posted(b"{}"))

    assert line.arrivals.get_nowait().count == 1
    slow.go.set()


def test_pages_are_made_a_few_at_a_time_and_hold_no_event_up() -> None:
    together, go = threading.Barrier(PAGES + 1), threading.Event()
    ended = SimpleQueue[str]()

    def page(_protocol: Any, environ: Any) -> None:
        together.wait(10)
        assert go.wait(10)
        ended.put(environ["PATH_INFO"])

    line = Kept()
    calls = answering_by(line, page)
    for number in range(2 * PAGES):
        calls(Protocol(), {"PATH_INFO": f"/{number}"})
    together.wait(10)
    calls(Protocol(), posted(b"{}"))

    assert line.arrivals.get_nowait().count == 1
    assert together.n_waiting == 0  # the second four have not begun
    go.set()
    together.wait(10)
    assert sorted(ended.get(timeout=10) for _ in range(2 * PAGES)) == [f"/{number}" for number in range(2 * PAGES)]


@pytest.mark.django_db
def test_pages_have_a_connection_each_of_their_threads() -> None:
    backends = SimpleQueue[int]()

    def page(_protocol: Any, _environ: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.put(cursor.fetchone()[0])

    calls = answering_by(Kept(), page)
    for _ in range(5 * PAGES):
        calls(Protocol(), {"PATH_INFO": "/"})

    assert 1 <= len({backends.get(timeout=10) for _ in range(5 * PAGES)}) <= PAGES
    together = threading.Barrier(PAGES)
    for _ in range(PAGES):
        calls._pages.submit(lambda: (together.wait(10), connections.close_all()))
    calls._pages.shutdown()


def test_page_that_fails_is_logged_and_answered() -> None:
    protocol = Protocol()
    with capture_logs() as logs:
        answering_by(Kept())(protocol, {"PATH_INFO": "/"})
        answer = protocol.answers.get(timeout=10)

    assert answer == (500, [], b"")
    assert [entry["event"] for entry in logs] == ["request_not_answered"]


def test_only_granian_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def caller_of(application: Any, *_options: Any) -> Any:
        return lambda protocol, environ: application(environ, protocol.response_bytes)

    collector = Collector(Kept())  # type: ignore[arg-type]
    monkeypatch.delitem(sys.modules, "granian.server.mp", raising=False)
    answering.take_over(collector)
    server = SimpleNamespace(_wsgi_call_wrap=caller_of)
    monkeypatch.setitem(sys.modules, "granian.server.mp", server)  # type: ignore[arg-type]
    answering.take_over(collector)

    def application(environ: Any, answer: Any) -> None:
        answer(200, [], environ["PATH_INFO"].encode())

    protocol = Protocol()
    server._wsgi_call_wrap(application, {}, None)(protocol, {"PATH_INFO": "/page"})
    assert protocol.answers.get(timeout=10) == (200, [], b"/page")


def test_granian_has_what_is_taken_over() -> None:
    """Another release of granian may name it otherwise."""
    from granian.server import mp

    assert callable(mp._wsgi_call_wrap)

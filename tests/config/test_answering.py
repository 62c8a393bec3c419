"""Granian's threads wait for no commit: events are answered by who commits them, pages as ever."""

import io
import sys
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from campaigns.collecting.arrivals import Arrival
from campaigns.collecting.callable import Collector
from config import answering
from config.answering import Answering

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
    server._wsgi_call_wrap(application, {}, None)(protocol, {"PATH_INFO": "/page"})
    assert protocol.answers.get(timeout=10) == (200, [], b"/page")


def test_granian_has_what_is_taken_over() -> None:
    """Another release of granian may name it otherwise."""
    from granian.server import mp

    server: Any = mp
    assert callable(server._wsgi_call_wrap)

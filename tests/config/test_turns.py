"""Few pages at a time: a turn ends with its answer, and hands its connection to the next."""

import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.db import connection, connections
from django.http import StreamingHttpResponse

from config.arriving import SHORT, has_come
from config.turns import FewAtOnce


def ignore(*_args: Any) -> None:
    """A start_response."""


def asked(**environ: Any) -> dict[str, Any]:
    """A request without a body."""
    return {"wsgi.input": Coming(b""), **environ}


class Coming:
    """A body that comes when it is read."""

    def __init__(self, content: bytes, then: Callable[[], None] = lambda: None) -> None:
        self.content, self.then = content, then

    def read(self, size: int) -> bytes:
        self.then()
        return self.content[:size]


def test_next_waits_until_an_answer_is_closed() -> None:
    app = FewAtOnce(lambda environ, start: [b"page"], most=1)
    first = app(asked(), ignore)
    came = threading.Event()

    def second() -> None:
        app(asked(), ignore).close()
        came.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert list(first) == [b"page"]
    assert not came.is_set()
    first.close()
    first.close()  # twice ends it once
    assert came.wait(10)
    thread.join(10)
    with pytest.raises(ValueError, match="released too many times"):
        app._turns.release()


def test_page_that_fails_ends_its_turn() -> None:
    def fail(environ: Any, start: Any) -> Any:
        raise RuntimeError

    app = FewAtOnce(fail, most=1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            app(asked(), ignore)


def test_answer_of_the_page_is_closed_too() -> None:
    class Page(list[bytes]):
        closed = 0

        def close(self) -> None:
            Page.closed += 1

    FewAtOnce(lambda environ, start: Page())(asked(), ignore).close()
    assert Page.closed == 1


class Streamed(list[bytes]):
    """As Django's streaming responses say it."""

    streaming = True


def test_an_answer_that_is_read_slowly_keeps_nobody_out() -> None:
    app = FewAtOnce(lambda environ, start: Streamed([b"part"]), most=1, most_slow=2)
    slow = [app(asked(), ignore), app(asked(), ignore)]
    third = app(asked(), ignore)  # of more than two at once each is sent within its turn
    assert not app._turns.acquire(blocking=False)
    third.close()
    assert app._turns.acquire(blocking=False)
    app._turns.release()
    assert not app._slow.acquire(blocking=False)
    for answer in slow:
        assert list(answer) == [b"part"]
        answer.close()
    with pytest.raises(ValueError, match="released too many times"):
        app._slow.release()
    with pytest.raises(ValueError, match="released too many times"):
        app._turns.release()


def test_a_turn_begins_when_a_form_has_come() -> None:
    read = []

    def page(environ: dict[str, Any], _start: Any) -> list[bytes]:
        read.append(environ["wsgi.input"].read())
        return []

    app = FewAtOnce(page, most=1)
    free = []

    def look() -> None:
        free.append(app._turns.acquire(blocking=False))
        app._turns.release()

    form = {"CONTENT_LENGTH": "4", "wsgi.input": Coming(b"form", look)}
    app(form, ignore).close()
    assert free == [True]  # whoever sends slowly keeps nobody out meanwhile
    assert read == [b"form"]


@pytest.mark.parametrize(
    "how_long", [{"CONTENT_LENGTH": str(SHORT + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "x"}]
)
def test_a_file_needs_no_turn_while_few_are_sent(how_long: dict[str, str]) -> None:
    coming = Coming(b"file")

    def page(environ: dict[str, Any], _start: Any) -> list[bytes]:
        assert environ["wsgi.input"].read(4) == b"file"  # by the page, part by part
        return []

    app = FewAtOnce(page, most=1, most_slow=1)
    file = {"wsgi.input": coming, **how_long}
    first = app(file, ignore)
    second = app(file, ignore)  # of more than one at once each is within a turn
    assert not app._turns.acquire(blocking=False)
    second.close()
    assert app._turns.acquire(blocking=False)
    app._turns.release()
    first.close()
    with pytest.raises(ValueError, match="released too many times"):
        app._slow.release()


def test_a_file_whose_answer_is_sent_part_by_part_has_one_place() -> None:
    app = FewAtOnce(lambda environ, start: Streamed([b"part"]), most=1, most_slow=2)
    answer = app({"CONTENT_LENGTH": str(SHORT + 1), "wsgi.input": Coming(b"")}, ignore)
    assert app._slow.acquire(blocking=False)
    assert not app._slow.acquire(blocking=False)
    answer.close()
    app._slow.release()
    with pytest.raises(ValueError, match="released too many times"):
        app._slow.release()


def test_a_body_that_is_here_is_taken_as_it_is() -> None:
    environ = {"CONTENT_LENGTH": "4", "wsgi.input": Coming(b"form")}
    assert has_come(environ)
    here = environ["wsgi.input"]
    assert has_come(environ)
    assert environ["wsgi.input"] is here


def test_a_file_that_is_on_its_way_is_so_for_whoever_asks_again() -> None:
    environ = {"CONTENT_LENGTH": str(SHORT + 1), "wsgi.input": Coming(b"file")}
    assert [has_come(environ), has_come(environ)] == [False, False]


@pytest.mark.parametrize("announced", [5, SHORT + 1])
@pytest.mark.parametrize("size", [-1, None, 5])
def test_nothing_of_a_body_that_was_cut_off_is_taken_for_its_end(announced: int, size: int | None) -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(announced), "wsgi.input": BytesIO(b"form")}
    has_come(environ)
    with pytest.raises(BadRequest, match="cut off"):
        environ["wsgi.input"].read(size)


@pytest.mark.parametrize("announced", [7, SHORT + 1])
def test_a_line_that_was_cut_off_is_none(announced: int) -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(announced), "wsgi.input": BytesIO(b"one\ntw")}
    has_come(environ)
    assert environ["wsgi.input"].readline() == b"one\n"
    with pytest.raises(BadRequest, match="cut off"):
        environ["wsgi.input"].readline()


def test_a_body_is_read_to_its_end_and_no_further() -> None:
    environ: dict[str, Any] = {"CONTENT_LENGTH": "7", "wsgi.input": BytesIO(b"one\ntwo")}
    has_come(environ)
    body = environ["wsgi.input"]
    parts = [body.readline(2), body.readline(), body.read(1), body.readline(), body.read(), body.read(9)]
    assert parts == [b"on", b"e\n", b"t", b"wo", b"", b""]
    assert body.readline() == b""


@pytest.mark.django_db
def test_an_answer_that_is_sent_part_by_part_has_its_connection_until_its_end() -> None:
    backends = []

    def ask() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found: int = cursor.fetchone()[0]
        return found

    def parts() -> Iterator[bytes]:
        backends.append(ask())
        yield b"part"

    def page(environ: Any, _start: Any) -> Any:
        backends.append(ask())
        return StreamingHttpResponse(parts()) if "PATH_INFO" in environ else [b"page"]

    app = FewAtOnce(page, most=1)

    def work() -> None:
        slow = app(asked(PATH_INFO="/slow"), ignore)
        other = threading.Thread(target=lambda: app(asked(), ignore).close())
        other.start()
        other.join(10)
        assert list(slow) == [b"part"]
        slow.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    slow, page_meanwhile, part = backends
    assert slow == part != page_meanwhile
    assert len(app._kept) == 1
    for opened in app._kept:
        for one in opened:
            one.close()


@pytest.mark.django_db
def test_every_turn_has_the_connection_of_one_before() -> None:
    """Whichever thread it is: the few that were opened serve all, and a thread that has no turn keeps none."""
    backends, kept = set[int](), set[bool]()
    together = threading.Barrier(8)

    def page(_environ: Any, _start: Any) -> list[bytes]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.add(cursor.fetchone()[0])
        return []

    app = FewAtOnce(page, most=2)

    def work() -> None:
        together.wait(10)
        for _ in range(5):
            app(asked(), ignore).close()
            kept.add(bool(connections.all(initialized_only=True)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(backends) <= 2
    assert kept == {False}
    for opened in app._kept:
        for one in opened:
            one.close()


@pytest.mark.django_db
def test_connection_that_a_failing_page_opened_serves_the_next() -> None:
    backends = []

    def fail(_environ: Any, _start: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.append(cursor.fetchone()[0])
        raise RuntimeError

    app = FewAtOnce(fail, most=1)

    def work() -> None:
        with pytest.raises(RuntimeError):
            app(asked(), ignore)

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(10)
    assert len(backends) == 2
    assert len(set(backends)) == 1
    for opened in app._kept:
        for one in opened:
            one.close()

"""Few pages at a time: a turn ends with its answer, and hands its connection to the next."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from config.turns import FewAtOnce


def ignore(*_args: Any) -> None:
    """A start_response."""


def test_next_waits_until_an_answer_is_closed() -> None:
    app = FewAtOnce(lambda environ, start: [b"page"], most=1)
    first = app({}, ignore)
    came = threading.Event()

    def second() -> None:
        app({}, ignore).close()
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
            app({}, ignore)


def test_answer_of_the_page_is_closed_too() -> None:
    class Page(list[bytes]):
        closed = 0

        def close(self) -> None:
            Page.closed += 1

    FewAtOnce(lambda environ, start: Page())({}, ignore).close()
    assert Page.closed == 1


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
            app({}, ignore).close()
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
            app({}, ignore)

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(10)
    assert len(backends) == 2
    assert len(set(backends)) == 1
    for opened in app._kept:
        for one in opened:
            one.close()

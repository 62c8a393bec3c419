"""Few pages at a time: a turn ends with its answer, and no thread beyond the few keeps a connection."""

import threading
from typing import Any

import pytest

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


def test_threads_beyond_the_few_close_their_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr("config.turns.connections.close_all", lambda: closed.append(threading.current_thread().name))
    app, ends = FewAtOnce(lambda environ, start: [], most=2), threading.Event()

    def work() -> None:
        app({}, ignore).close()
        app({}, ignore).close()
        assert ends.wait(10)

    threads = [threading.Thread(target=work, name=str(number)) for number in range(4)]
    for thread in threads:
        thread.start()
    ends.set()
    for thread in threads:
        thread.join(10)
    assert len(closed) <= 4  # two keep theirs; each other closes it after each page
    assert len(set(closed)) <= 2

"""The line of the collector: what shares a commit, what is held back, what a failure does to whom."""

import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from structlog.testing import capture_logs

from campaigns import collector
from campaigns.collecting import committing
from campaigns.collecting.arrivals import BUSY, Answer, Arrival
from campaigns.collecting.budget import Budget, Spent
from campaigns.collecting.callable import Collector
from campaigns.collecting.committing import commit
from campaigns.collecting.line import Full, Line
from campaigns.collecting.programs import OfProgram
from campaigns.collector import stage
from campaigns.models import Event, EventBatch
from tests.campaigns.test_collecting_programs import make_key, view_of
from tests.campaigns.viewing import make_shared


class Held:
    """A commit that waits until it is let go; what came meanwhile shares the next."""

    def __init__(self) -> None:
        self.go, self.begun = threading.Event(), threading.Event()
        self.groups: list[int] = []

    def __call__(self, arrivals: Sequence[Arrival]) -> None:
        self.begun.set()
        assert self.go.wait(10)
        self.groups.append(len(arrivals))
        for arrival in arrivals:
            arrival.take(0)
            arrival.tell()


def test_what_comes_while_another_is_committed_shares_the_next_commit() -> None:
    held, answers = Held(), SimpleQueue[Answer]()
    line, arrivals = Line(held), [Arrival(1, then=answers.put) for _ in range(10)]

    line.put(arrivals[0])
    assert held.begun.wait(10)
    for arrival in arrivals[1:]:
        line.put(arrival)
    held.go.set()

    assert [answers.get(timeout=10).status for _ in arrivals] == [200] * 10
    assert held.groups == [1, 9]


def test_line_takes_no_more_than_it_may_hold() -> None:
    held = Held()
    line = Line(held, most_events=100)
    line.put(Arrival(1))
    assert held.begun.wait(10)

    line.put(Arrival(100))  # whatever its size, one may wait
    with pytest.raises(Full):
        line.put(Arrival(1))

    held.go.set()


def test_full_line_is_told_with_when_to_come_again() -> None:
    class FullLine:
        def put(self, arrival: Arrival) -> None:
            raise Full

    answer = Collector(FullLine()).answer(posted(b"{}"))  # type: ignore[arg-type]

    assert (answer.status, answer.retry_after, answer.body["accepted"]) == (503, 1, 0)


def test_those_who_wait_too_long_are_told_once_whether_they_are_being_committed_or_not() -> None:
    held, answers = Held(), SimpleQueue[tuple[str, Answer]]()
    line = Line(held, patience=0.01, look_every=0.01)
    line.put(Arrival(1, then=lambda answer: answers.put(("being committed", answer))))
    assert held.begun.wait(10)
    line.put(Arrival(1, then=lambda answer: answers.put(("waiting", answer))))

    told = [answers.get(timeout=10) for _ in range(2)]

    assert [who for who, _ in told] == ["being committed", "waiting"]
    assert [(answer.status, answer.retry_after, answer.body["reason"]) for _, answer in told] == [(503, 1, BUSY)] * 2
    last = SimpleQueue[Answer]()
    line._patience = 60
    line.put(Arrival(1, then=last.put))
    held.go.set()
    assert last.get(timeout=10).status == 200
    assert answers.empty()


def test_request_that_cannot_be_told_keeps_no_other_from_it() -> None:
    told: list[Answer] = []

    def fail(_answer: Answer) -> None:
        raise RuntimeError

    with capture_logs() as logs:
        for arrival in (Arrival(1, then=fail), Arrival(1, then=told.append)):
            arrival.take(0)
            arrival.tell()

    assert [entry["event"] for entry in logs] == ["answer_not_given"]
    assert [answer.status for answer in told] == [200]


def test_bodies_share_a_budget_that_comes_back() -> None:
    budget = Budget(most=10)
    budget.take(20)  # one always has room
    with pytest.raises(Spent):
        budget.take(1)
    budget.give_back(20)
    budget.take(5)
    budget.take(5)
    with pytest.raises(Spent):
        budget.take(1)
    budget.give_back(5)
    budget.take(5)


def test_body_holds_its_memory_until_it_is_answered() -> None:
    put: list[Arrival] = []

    class Kept:
        def put(self, arrival: Arrival) -> None:
            put.append(arrival)

    told: list[Answer] = []
    collector = Collector(Kept())  # type: ignore[arg-type]
    collector._budget = Budget(most=2)
    for _ in range(2):
        collector.take(posted(b"{}"), told.append)
    assert [answer.status for answer in told] == [503]

    put[0].refuse(500, "")
    put[0].tell()
    collector.take(posted(b"{}"), told.append)
    collector.take(posted(b"["), told.append)

    assert [answer.status for answer in told] == [503, 500, 503]
    assert len(put) == 2


@pytest.mark.parametrize("content", [b"[", b'{"id":'])
def test_body_that_is_refused_gives_its_memory_back(content: bytes) -> None:
    collector = Collector(Line(commit))
    assert collector.answer(posted(content)).status == 400
    assert collector._budget._held == 0


def posted(content: bytes, **environ: Any) -> dict[str, Any]:
    import io

    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/c", "CONTENT_LENGTH": str(len(content)),
        "HTTP_AUTHORIZATION": "Bearer wm_x_y", "wsgi.input": io.BytesIO(content), **environ,
    }  # fmt: skip


def test_body_that_is_cut_off_is_refused() -> None:
    answer = Collector(Line(commit)).answer(posted(b'{"id":', CONTENT_LENGTH="100"))
    assert (answer.status, answer.body["reason"]) == (400, "The body ended too early.")


def of_program(key: str, *events: dict[str, Any]) -> OfProgram:
    from msgspec import convert

    from campaigns.collecting.bodies import Sent

    sent = [(index, convert(one, Sent, strict=False)) for index, one in enumerate(events)]
    return OfProgram(len(events), key=key, sent=sent)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db
def test_requests_together_are_one_batch_and_each_is_told_its_own() -> None:
    share, key, batches = make_shared(), make_key().text, EventBatch.objects.count()
    same = view_of(share)
    arrivals = [of_program(key, same, view_of(share)), of_program(key, same), of_program("wm_x_y", view_of(share))]

    commit(arrivals)

    told = [(arrival.answer.status, arrival.answer.body["accepted"], arrival.answer.body["duplicate"])
            for arrival in arrivals if arrival.answer]  # fmt: skip
    assert told == [(200, 2, 0), (200, 0, 1), (401, 0, 0)]
    assert EventBatch.objects.count() == batches + 1
    assert Event.objects.exclude(kind="shared").count() == 2


@pytest.mark.django_db
def test_request_that_fails_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    share, key, broken = make_shared(), make_key().text, str(uuid4())
    bad = view_of(share, id=broken)

    def failing(cursor: Any, happenings: Any) -> None:
        if any(str(one.id) == broken for one in happenings):
            raise ValueError("of Quillfeather")
        stage(cursor, happenings)

    monkeypatch.setattr(committing, "stage", failing)
    arrivals = [of_program(key, view_of(share)), of_program(key, bad), of_program(key, view_of(share))]
    with capture_logs() as logs:
        commit(arrivals)

    assert [arrival.answer.status for arrival in arrivals if arrival.answer] == [200, 500, 200]
    assert "Quillfeather" not in str(arrivals[1].answer)
    assert [entry["event"] for entry in logs] == ["events_not_stored"]
    assert Event.objects.exclude(kind="shared").count() == 2


@pytest.mark.django_db
def test_what_fails_while_events_are_handed_over_is_an_error_of_djangos(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a full disk: of the driver's own kind it would be taken for a fault of the events, and each be tried alone."""
    monkeypatch.setattr(collector, "COPY", "COPY nowhere FROM STDIN")
    with pytest.raises(DatabaseError, match="nowhere"), transaction.atomic(), connection.cursor() as cursor:
        collector.stage(cursor, [])


@pytest.mark.django_db
def test_database_that_is_away_is_told_to_all_and_nothing_is_said_to_be_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_cursor: Any, _before: str) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(committing, "open_staging", away)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    share, key = make_shared(), make_key().text
    arrivals = [of_program(key, view_of(share)), of_program(key, view_of(share))]

    commit(arrivals)

    assert [(one.answer.status, one.answer.retry_after) for one in arrivals if one.answer] == [(503, 5)] * 2
    assert Event.objects.exclude(kind="shared").count() == 0

"""The collector under kill -9 and a database that is held: what was answered as stored is stored, once.

Senders do what a sender does: an event that was not answered is sent again, with the same id.
"""

import json
import os
import random
import re
import select
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from analytics.folding import fold_all
from analytics.rebuild import rebuild
from campaigns.models import Event
from tests.analytics.test_folding import state
from tests.campaigns.test_collecting_programs import make_key, view_of
from tests.campaigns.viewing import make_shared
from tests.processes import free_port, running, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(10**6))
SENDERS, EVENTS, WORKERS = 6, 60, 2
# A web process that dies so soon after it was started is not started again (granian's own bound is 3.5 s).
APART = 6


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


class Web:
    """Granian with two web processes, of which one can be killed; it is started again by itself."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number

    def post(self, key: str, body: Any) -> tuple[int, dict[str, Any]]:
        return answer_of(self.ask(key, body))

    def ask(self, key: str, body: Any) -> HTTPConnection:
        """A request that is sent, whose answer is not waited for."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        asked.request("POST", "/c", json.dumps(body), headers)
        return asked

    def taken(self) -> int:
        """How many connections a web process has, of which it read all that came (Linux).

        One that waits to be taken has no inode yet. It would be cut off where the process is told to stop.
        """
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        here = f"0100007F:{self.port:04X}"
        return sum(
            local == here and state == "01" and queues.endswith(":00000000") and inode != "0"
            for _, local, _, state, queues, _, _, _, _, inode, *_ in lines
        )

    def get(self, path: str) -> int:
        asked = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request("GET", path)
            return asked.getresponse().status
        finally:
            asked.close()

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def workers(self) -> list[int]:
        """The web processes, which are the children of the one that was started (Linux)."""
        stats = [told_by(stat) for stat in Path("/proc").glob("[0-9]*/stat")]
        found = (re.match(r"(\d+) \(.*\) \S (\d+)", stat) for stat in stats)
        mine = [int(match[1]) for match in found if match and int(match[2]) == self.number]
        return [number for number in mine if "resource_tracker" not in told_by(Path(f"/proc/{number}/cmdline"))]

    def serving(self) -> list[int]:
        """The web processes that take requests, which have granian's own threads (Linux). The others still start."""
        names = {number: Path("/proc").glob(f"{number}/task/*/comm") for number in self.workers()}
        return [number for number, files in names.items() if any("tokio" in told_by(file) for file in files)]


def told_by(file: Path) -> str:
    """What the kernel tells of a process; nothing of one that has ended meanwhile."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def answer_of(asked: HTTPConnection) -> tuple[int, dict[str, Any]]:
    try:
        answer = asked.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        asked.close()


@contextmanager
def web(threads: int = 2) -> Iterator[Web]:
    port = free_port()
    command = ("granian", "--interface", "wsgi", "--port", str(port), "--workers", str(WORKERS))
    options = (
        "--blocking-threads",
        str(threads),
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "critical",
        "config.wsgi:application",
    )
    with running(*command, *options) as process:
        served = Web(port, process.pid)
        # The port is open before: and a process that still starts does not hear that it is to stop.
        wait_for(lambda: len(served.serving()) == WORKERS, "web takes requests")
        yield served


def send_until_answered(served: Web, key: str, event: dict[str, Any], answers: Counter[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            status, told = served.post(key, event)
        except (OSError, HTTPException, ValueError):
            answers["cut off"] += 1
            continue
        if status == 200:
            answers["accepted" if told["accepted"] else "duplicate"] += 1
            return
        answers[str(status)] += 1
    raise AssertionError("an event was not taken within two minutes")


def kill_now_and_then(served: Web, draw: random.Random, answers: Counter[str], senders: list[threading.Thread]) -> int:
    """Kill one of the web processes after some more answers, three times at most. Returns how many were killed."""
    kills, killed_at = 0, 0.0

    def is_over() -> bool:
        return not any(thread.is_alive() for thread in senders)

    while kills < 3 and not is_over():
        enough, earliest = answers.total() + draw.randrange(5, 40), killed_at + APART

        def may_go_on(enough: int = enough, earliest: float = earliest) -> bool:
            return is_over() or (answers.total() >= enough and time.monotonic() >= earliest)

        wait_for(may_go_on, "some more were answered")
        if victims := served.workers():
            os.kill(draw.choice(victims), signal.SIGKILL)
            kills, killed_at = kills + 1, time.monotonic()
    return kills


def test_events_sent_while_web_is_killed_are_stored_once_each() -> None:
    """The FAULT_SEED that a failure shows draws the same kills again."""
    sys.stderr.write(f"FAULT_SEED={SEED}\n")
    draw = random.Random(SEED)  # noqa: S311  # which process is killed when
    share, key = make_shared(), make_key().text
    events = [[view_of(share) for _ in range(EVENTS)] for _ in range(SENDERS)]
    answers: Counter[str] = Counter()
    with web() as served:

        def sender(mine: list[dict[str, Any]]) -> None:
            for event in mine:
                send_until_answered(served, key, event, answers)

        threads = [threading.Thread(target=sender, args=(mine,)) for mine in events]
        for thread in threads:
            thread.start()
        kills = kill_now_and_then(served, draw, answers, threads)
        for thread in threads:
            thread.join(150)

    assert kills > 0
    assert answers["accepted"] + answers["duplicate"] == SENDERS * EVENTS
    stored = Event.objects.exclude(kind="shared").values_list("id", flat=True)
    assert sorted(map(str, stored)) == sorted(event["id"] for mine in events for event in mine)
    fold_all()
    folded = state()
    rebuild()
    assert state() == folded


@contextmanager
def held_log(served: Web, key: str, share: Any) -> Iterator[list[HTTPConnection]]:
    """The log is held, and eight requests wait for it, which are given. At the end it is let go."""
    holder = connection.copy()
    try:
        with holder.cursor() as lock:
            lock.execute("BEGIN; LOCK TABLE campaigns_event IN ACCESS EXCLUSIVE MODE")
            asked = [served.ask(key, view_of(share)) for _ in range(8)]
            wait_for(lambda: served.taken() == len(asked) and waits_for_the_log(), "the collector waits for the log")
            yield asked
            lock.execute("COMMIT")
    finally:
        holder.close()


def test_requests_that_wait_for_a_held_table_are_stored_when_it_is_let_go() -> None:
    share, key = make_shared(), make_key().text
    with web() as served:
        assert served.post(key, view_of(share))[0] == 200
        with held_log(served, key, share) as asked:
            assert select.select([each.sock for each in asked], [], [], 0)[0] == []
        answers = [answer_of(each) for each in asked]

    assert [(status, told["accepted"]) for status, told in answers] == [(200, 1)] * 8
    assert Event.objects.exclude(kind="shared").count() == 9


def test_web_that_is_stopped_answers_those_who_wait_once_they_are_stored() -> None:
    share, key = make_shared(), make_key().text
    with web() as served:
        with held_log(served, key, share) as asked:
            os.kill(served.number, signal.SIGTERM)
            wait_for(lambda: not served.listens(), "web takes no more")
        answers = [answer_of(each) for each in asked]

    assert [(status, told["accepted"]) for status, told in answers] == [(200, 1)] * 8
    assert Event.objects.exclude(kind="shared").count() == 8


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(["POST /c HTTP/1.1", "Authorization: Bearer {key}", "Content-Length: 1000"], id="events"),
        pytest.param(["POST /sign-in/ HTTP/1.1", "Content-Length: 1000"], id="form"),
        pytest.param(["POST /sign-in/ HTTP/1.1", "Content-Length: 1000000"], id="file"),
    ],
)
def test_bodies_that_do_not_come_hold_no_other_up(what: list[str], settings: Any) -> None:
    share, key = make_shared(), make_key().text
    lines = [
        *(line.format(key=key) for line in what),
        "Host: localhost",
        f"Cookie: {settings.CSRF_COOKIE_NAME}={'x' * 32}",
    ]
    lines += ["Content-Type: application/x-www-form-urlencoded", "", "login=ada"]
    with web(threads=16) as served, ExitStack() as opened:
        for _ in range(12):
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            slow.sendall("\r\n".join(lines).encode())
        assert [served.post(key, view_of(share))[0] for _ in range(20)] == [200] * 20
        assert [served.get("/healthz") for _ in range(20)] == [200] * 20

    assert Event.objects.exclude(kind="shared").count() == 20


def waits_for_the_log() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'campaigns_event'::regclass)"
        )
        return bool(cursor.fetchone()[0])

"""Programs that send events as they should: what is not answered is sent again, with the same ids, until it is."""

import json
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import UUID

from tests.faults.harness.installation import Installation

PATIENCE = 240.0  # seconds that an event is sent again for
AGAIN = 0.05


class Load:
    """So many senders, each with a draw of its own, until `stop`. `acknowledged`: ids that were answered for."""

    def __init__(self, installation: Installation, seed: int, senders: int = 4) -> None:
        self.installation, self.answers = installation, Counter[str]()
        self.acknowledged: set[str] = set()
        self.failures: list[str] = []
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(random.Random(f"{seed}:{number}"),))  # noqa: S311
            for number in range(senders)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nothing new is sent; what was begun is sent until it is answered."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE + 60)
            if thread.is_alive():
                self.failures.append("a sender is still waiting")

    def _send(self, draw: random.Random) -> None:
        before = list[dict[str, Any]]()
        while not self._is_over.is_set() and not self.failures:
            events = [event_of(self.installation, draw) for _ in range(draw.choice((1, 1, 1, 5, 20, 60)))]
            again = [draw.choice(before)] if before and draw.random() < 0.2 else []
            self._deliver([*events, *again])
            before = events

    def _deliver(self, events: list[dict[str, Any]]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, told = post(self.installation, events)
            except (OSError, HTTPException, ValueError):
                self._count("cut off")
            else:
                self._count(str(status))
                if status == 200:
                    self._acknowledge(events, told)
                    return
            time.sleep(AGAIN)
        self.failures.append(f"an event was not taken within {PATIENCE:g} s: {dict(self.answers)}")

    def _count(self, answer: str) -> None:
        with self._lock:
            self.answers[answer] += 1

    def _acknowledge(self, events: list[dict[str, Any]], told: dict[str, Any]) -> None:
        if told["rejected"] or told["accepted"] + told["duplicate"] != len(events):
            self.failures.append(f"{len(events)} were sent, and the answer was {told}")
        with self._lock:
            self.acknowledged.update(event["id"] for event in events)


def event_of(installation: Installation, draw: random.Random) -> dict[str, Any]:
    """A page that somebody read in the second after it was shared."""
    at = datetime.fromisoformat(installation.shared_at) + timedelta(microseconds=draw.randrange(10**6))
    return {
        "id": str(UUID(int=draw.getrandbits(128), version=4)), "kind": draw.choice(("visit", "view", "page")),
        "occurred_at": at.isoformat(), "share": draw.choice(installation.shares), "page": draw.randint(1, 3),
        "visit": str(UUID(int=draw.getrandbits(32))), "version": 1, "dwell_seconds": draw.randrange(40) / 4,
    }  # fmt: skip


def post(installation: Installation, body: Any) -> tuple[int, dict[str, Any]]:
    asked = HTTPConnection("127.0.0.1", installation.port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {installation.key}", "Content-Type": "application/json"}
        asked.request("POST", "/c", json.dumps(body), headers)
        answer = asked.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        asked.close()

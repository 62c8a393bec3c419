"""How many register for an event within a minute, of whom exactly as many as there are places get one, in their order?

    python -m benchmarks.registrations     10,000 people for 50 places; QUICK=1: a tenth of the people and of the minute

Uses embedded servers of its own in a temporary folder. First the public page as a callable, in two processes that make
four pages at once each, as an installation has it (config.turns); the clock begins when they are up, and a tenth of the
people send the form twice at the same time. Then over HTTP as `make run` serves it: by wrk over 256 connections for a
minute, while a worker that yields writes the letters, and how long it writes when the minute is over. Prints a table
and, as the last line, JSON. Needs wrk (Debian and Ubuntu: apt install wrk).
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.collector import CONNECTIONS, server
from benchmarks.forms import begin_together, send, set_up
from benchmarks.intake import CHECKOUT, SCALE, manage, own_servers

PEOPLE, PLACES = int(10_000 * SCALE), 50
AGAIN = PEOPLE // 10
PROCESSES, THREADS = 2, 4
SECONDS = max(6, int(60 * SCALE))
# Each from an address of their own, as a proxy would tell it.
SCRIPT = """
local count = 0
request = function()
    count = count + 1
    local from = string.format("10.%d.%d.%d", math.floor(count / 65536), math.floor(count / 256) % 256, count % 256)
    local form = "name=Person+" .. count .. "&email=s" .. count .. "%40example.com"
    return wrk.format("POST", "/event/storm/", {
        ["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = from, ["Host"] = "localhost"
    }, form)
end
response = function(status) if status ~= 302 then print("answered otherwise: " .. status) end end
"""


def main() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed (Debian and Ubuntu: apt install wrk)")
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1/32"
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        found = {**measure(), **over_http(Path(folder))}
    for what, value in found.items():
        print(f"{what:<40}{value:>12,.2f}")
    print(json.dumps({"people": PEOPLE, "places": PLACES, **found}))


def measure() -> dict[str, float]:
    set_up()
    event = make_event("forum")
    numbers = [*range(PEOPLE), *range(AGAIN)]
    random.Random(7).shuffle(numbers)  # noqa: S311  # an order of arrival, not a secret
    spawn = get_context("spawn")
    ready = spawn.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, spawn, begin_together, (ready,)) as pool:
        parts = pool.map(register_all, [numbers[part::PROCESSES] for part in range(PROCESSES)])
        ready.wait()
        begun = time.perf_counter()
        worked = sum(parts)
        took = time.perf_counter() - begun
    refuse_wrong_places(event, PEOPLE)
    return {
        "seconds for all": took,
        "forms a minute": len(numbers) / took * 60,
        "web, processor ms a form": worked / len(numbers) * 1000,
    }


def make_event(slug: str) -> int:
    from django.db import connections
    from django.utils import timezone

    from records.models import Gathering

    now = timezone.now()
    event = Gathering.objects.create(
        slug=slug, name=slug, starts_at=now + timedelta(days=30), published_at=now, is_open=True, capacity=PLACES
    )
    connections.close_all()
    return event.pk


def register_all(numbers: list[int]) -> float:
    """The seconds of a processor that this process took."""
    begun = time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(partial(send, "/event/forum/"), numbers))
    return time.process_time() - begun


def over_http(folder: Path) -> dict[str, float]:
    event = make_event("storm")
    (folder / "storm.lua").write_text(SCRIPT)
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "--timeout", "60s", "-s", "storm.lua"]
    with server("config.wsgi:application", folder, threads=16) as address, yielding_worker():
        done = subprocess.run([*command, address], check=True, capture_output=True, text=True, cwd=folder)
        came = int(re.search(r"(\d+) requests in", done.stdout)[1])  # type: ignore[index]
        if "answered otherwise" in done.stdout or "Socket errors" in done.stdout:
            raise SystemExit(done.stdout[-2000:])
        begun = time.perf_counter()
        waited = letters_that_wait()
        while letters_that_wait():
            time.sleep(0.1)
        wrote = time.perf_counter() - begun
    refuse_wrong_places(event)
    return {
        "over HTTP, forms a minute": came / SECONDS * 60,
        "letters that waited at its end": waited,
        "seconds until they were written": wrote,
    }


@contextmanager
def yielding_worker() -> Iterator[None]:
    """As `make run` starts it; letters go to its standard output, which is thrown away."""
    from config.running import YIELDING

    command = [*YIELDING, sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "worker"]
    command += ["--concurrency", "2", "--loglevel", "ERROR"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def letters_that_wait() -> int:
    from records.models import Registration

    return Registration.objects.filter(letter_due_at__isnull=False).count()


def refuse_wrong_places(event: int, people: int | None = None) -> None:
    """Everybody is registered once; those with a place are those who came first, and as many as there are places."""
    from records.models import Registration

    rows: list[Any] = list(
        Registration.objects.filter(gathering=event)
        .order_by("registered_at")
        .values_list("customer__email", "is_waiting", "cancelled_at")
    )
    people = len(rows) if people is None else people
    emails = {email for email, _, _ in rows}
    waits = [is_waiting for _, is_waiting, _ in rows]
    if len(rows) != people or len(emails) != people or any(off for _, _, off in rows):
        raise SystemExit(f"{len(rows)} registrations of {len(emails)} people, of {people}")
    if waits != [False] * PLACES + [True] * (people - PLACES):
        raise SystemExit(f"{waits.count(False)} have one of {PLACES} places, or not in their order")


if __name__ == "__main__":
    main()

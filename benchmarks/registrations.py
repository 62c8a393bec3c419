"""How many register for an event within a minute, of whom exactly as many as there are places get one, in their order?

    python -m benchmarks.registrations     10,000 people for 50 places; QUICK=1: a tenth of the people

Uses embedded servers of its own in a temporary folder, and the public page in two processes that make four pages at
once each, as an installation has it (config.turns); the clock begins when they are up. A tenth of the people send the
form twice at the same time. Prints a table and, as the last line, JSON.
"""

import json
import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.forms import begin_together, send, set_up
from benchmarks.intake import SCALE, manage, own_servers

PEOPLE, PLACES = int(10_000 * SCALE), 50
AGAIN = PEOPLE // 10
PROCESSES, THREADS = 2, 4


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        found = measure()
    for what, value in found.items():
        print(f"{what:<40}{value:>12,.2f}")
    print(json.dumps({"people": PEOPLE, "places": PLACES, **found}))


def measure() -> dict[str, float]:
    set_up()
    from django.db import connections
    from django.utils import timezone

    from records.models import Gathering

    now = timezone.now()
    event = Gathering.objects.create(
        slug="forum", name="Forum", starts_at=now + timedelta(days=30), published_at=now, is_open=True, capacity=PLACES
    )
    connections.close_all()
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
    refuse_wrong_places(event.pk)
    return {
        "seconds for all": took,
        "forms a minute": len(numbers) / took * 60,
        "web, processor ms a form": worked / len(numbers) * 1000,
    }


def register_all(numbers: list[int]) -> float:
    """The seconds of a processor that this process took."""
    begun = time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(partial(send, "/event/forum/"), numbers))
    return time.process_time() - begun


def refuse_wrong_places(event: int) -> None:
    """Everybody is registered once; those with a place are those who came first, and as many as there are places."""
    from records.models import Registration

    rows = list(
        Registration.objects.filter(gathering=event)
        .order_by("registered_at")
        .values_list("customer__email", "is_waiting", "cancelled_at")
    )
    people = {email for email, _, _ in rows}
    waits = [is_waiting for _, is_waiting, _ in rows]
    if len(rows) != PEOPLE or len(people) != PEOPLE or any(off for _, _, off in rows):
        raise SystemExit(f"{len(rows)} registrations of {len(people)} people, of {PEOPLE}")
    if waits != [False] * PLACES + [True] * (PEOPLE - PLACES):
        raise SystemExit(f"{waits.count(False)} have one of {PLACES} places, or not in their order")


if __name__ == "__main__":
    main()

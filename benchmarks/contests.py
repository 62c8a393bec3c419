"""How many enter a contest within a minute, each once although a tenth sends the form twice at the same time; and how
long does the drawing take, and its repetition?

    python -m benchmarks.contests          10,000 people; QUICK=1: a tenth of them

Uses embedded servers of its own in a temporary folder, and the public page in one process with four threads: an
installation has a process a core. Prints a table and, as the last line, JSON.
"""

import json
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.forms import send, set_up
from benchmarks.intake import SCALE, manage, own_servers

PEOPLE = int(10_000 * SCALE)
AGAIN = PEOPLE // 10
THREADS = 4


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder, own_servers(Path(folder)):
        manage("migrate", "--verbosity", "0")
        found = measure()
    for what, value in found.items():
        print(f"{what:<40}{value:>12,.2f}")
    print(json.dumps({"people": PEOPLE, **found}))


def measure() -> dict[str, float]:
    set_up()
    from privacy.agency import agency_today
    from privacy.models import User
    from records import contests
    from records.contests import PROMOTING
    from records.models import Contest, Submission, Survey

    today = agency_today()
    survey = Survey.objects.create(
        slug="globe", name="Globe", kind="contest", is_open=True, opens_on=today, closes_on=today + timedelta(days=1)
    )
    contest = Contest.objects.create(survey=survey, rules="Be kind.", prizes="A globe", winners=10, alternates=10)
    user = User.objects.create_user("mary@example.com", None, name="Mary")
    contests.publish(contest, user, PROMOTING)
    numbers = [*range(PEOPLE), *range(AGAIN)]
    random.Random(7).shuffle(numbers)  # noqa: S311  # an order of arrival, not a secret
    took = timed(lambda: enter_all(numbers))
    entries, people = Submission.objects.count(), Submission.objects.values("customer").distinct().count()
    if (entries, people) != (PEOPLE, PEOPLE):
        raise SystemExit(f"{entries} entries of {people} customers, of {PEOPLE} people")
    Survey.objects.update(opens_on=today - timedelta(days=2), closes_on=today - timedelta(days=1))
    drawing = timed(lambda: contests.draw(Contest.objects.get(), user, PROMOTING))
    return {
        "seconds for all": took,
        "forms a minute": len(numbers) / took * 60,
        "seconds to draw": drawing,
        "seconds to repeat": timed(lambda: contests.repeat(Contest.objects.get())),
    }


def enter_all(numbers: list[int]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(partial(send, "/contest/globe/"), numbers))


def timed(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

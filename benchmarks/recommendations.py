"""How long does the nightly training take on a million things read, and naming five materials for 100,000 customers?

    python -m benchmarks.recommendations      QUICK=1: a tenth of the customers and of what they read

Made-up tastes from a seed: each customer has one of 50 interests and reads mostly what goes with it, what is popular
more often. Trained is as the program does every night: every model on what is held back, then the best on everything,
kept as weights of those that five read both. Prints a table and, as the last line, JSON. No database; memory is the
most that the process held.
"""

import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import django
import numpy as np

SHARE = 0.1 if os.environ.get("QUICK") else 1.0
CUSTOMERS, READ = int(100_000 * SHARE), int(1_000_000 * SHARE)
MATERIALS, INTERESTS, OF_INTEREST = 2_000, 50, 0.7
NAMED = 5
Found = TypeVar("Found")
Pair = tuple[str, str]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    measures = dict(measured())
    for name, value in measures.items():
        print(f"{name:<44} {value:>12,.3f}" if isinstance(value, float) else f"{name:<44} {value:>12}")
    print(json.dumps(measures))


def measured() -> Iterator[tuple[str, float | int | str]]:
    from analytics.insight.recommending.interactions import interactions
    from analytics.insight.recommending.measuring import batches, best
    from analytics.insight.recommending.models import Weights
    from analytics.insight.recommending.training import POPULARITY, fits, kept_weights, try_all

    pairs = drawn()
    yield "interactions", len(pairs)
    tried, seconds = timed(lambda: try_all(pairs))
    yield "choosing among all models, seconds", seconds
    chosen = max(tried, key=lambda one: one.rank)
    yield "chosen", chosen.name
    yield "recall of five", chosen.recall
    yield "recall of five, popularity", next(one.recall for one in tried if one.name == POPULARITY)
    learnt = interactions(pairs)
    weights, seconds = timed(lambda: kept_weights(learnt.matrix, fits()[chosen.name]))
    yield "learning the chosen one from everything, seconds", seconds
    yield "memory after training, MB", megabytes()
    model = Weights(weights)
    parts = batches(np.arange(len(learnt.users)))

    def name_all() -> int:
        return sum(len(best(model.scores(learnt.matrix[part]), learnt.matrix[part], NAMED)) for part in parts)

    people, seconds = timed(name_all)
    yield "customers scored", people
    yield "scoring them, seconds", seconds
    yield "memory in all, MB", megabytes()


def drawn() -> list[Pair]:
    """So many different pairs of customer and material."""
    chance = np.random.default_rng(20260301)
    interest = chance.integers(0, INTERESTS, CUSTOMERS)
    popular = 1.0 / np.arange(1, MATERIALS + 1) ** 0.8
    popular /= popular.sum()
    found: set[tuple[int, int]] = set()
    while len(found) < READ:
        customers = chance.integers(0, CUSTOMERS, READ // 4)
        materials = chance.choice(MATERIALS, READ // 4, p=popular)
        keeps = chance.random(READ // 4) < OF_INTEREST
        # The nearest material of their interest: materials are of interests in turn.
        own = materials - materials % INTERESTS + interest[customers]
        found.update(zip(customers.tolist(), np.where(keeps, own, materials).tolist(), strict=True))
    kept = chance.permutation(len(found))[:READ]
    pairs = sorted(found)
    return [(str(pairs[place][0]), str(pairs[place][1])) for place in kept.tolist()]


def timed(act: Callable[[], Found]) -> tuple[Found, float]:
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

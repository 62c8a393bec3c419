"""The models beside each other on what was held back, and the one that a split within the training chose beforehand."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.insight.recommending.interactions import Pair, held_back, interactions, matrix_of
from analytics.insight.recommending.measuring import Measured, measure
from analytics.insight.recommending.models import WithFallback, candidates, popularity
from records.intake.problems import Refused

AT = (5, 10, 20, 50, 100)
BY = 20  # the number of things named at which the choice is made


@dataclass(frozen=True)
class Candidate:
    """`chosen_by` is its recall at BY on what was held back of the training alone; None for who was not asked."""

    name: str
    measured: Measured
    chosen_by: float
    seconds: float


@dataclass(frozen=True)
class Chosen:
    """`best` was chosen before the test was looked at."""

    users: int
    items: int
    pairs: int
    test_pairs: int
    best: str
    candidates: tuple[Candidate, ...]

    def of(self, name: str) -> Measured:
        return next(one.measured for one in self.candidates if one.name == name)


def choose(train: Sequence[Pair], test: Sequence[Pair], at: Sequence[int] = AT) -> Chosen:
    """Raises Refused where nothing can be learnt or held against it."""
    if not train:
        raise Refused("there is no pair to learn from")
    known = set(train)
    wanted = [pair for pair in test if pair not in known]
    if not wanted:
        raise Refused("there is no pair to hold the models against: all of the test is in the training, too")
    inner, back = held_back(train)
    asked = measures(inner, back, (BY,))
    found = measures(train, wanted, at)
    rows = tuple(
        Candidate(name, measured, asked[name][0].recall.get(BY, 0.0), seconds)
        for name, (measured, seconds) in found.items()
    )
    learnt = interactions(train)
    return Chosen(
        users=len(learnt.users), items=len(learnt.items), pairs=int(learnt.matrix.nnz), test_pairs=len(set(wanted)),
        best=max(rows, key=lambda row: row.chosen_by).name, candidates=rows,
    )  # fmt: skip


def measures(train: Sequence[Pair], back: Sequence[Pair], at: Sequence[int]) -> dict[str, tuple[Measured, float]]:
    """Each model by name, with the seconds it took to learn. A user of the test whom the training does not know has an
    empty row; a thing that nobody took in the training can be named by no model and counts as missed."""
    learnt = interactions(train, items={item for _, item in back})
    users = sorted(set(learnt.users) | {user for user, _ in back})
    taken, wanted = (matrix_of(pairs, users, learnt.items) for pairs in (train, back))
    found, fallback = {}, popularity(learnt.matrix)
    for name, fit in candidates().items():
        began = time.perf_counter()
        model = WithFallback(fit(learnt.matrix), fallback)
        took = time.perf_counter() - began
        found[name] = measure(model, taken, wanted, at), took
    return found

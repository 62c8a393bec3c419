"""Tests without any difference, over and over: how often a verdict is a false alarm, and how often an interval holds.

Outcomes are drawn from what was seen, arms by chance, so that the rates are those of these data.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analytics.insight.experiments.judging import Plan, Verdict, judge, verdict_of
from analytics.insight.experiments.moments import Moments, Outcome
from analytics.insight.values import Floats, is_binary
from analytics.reports.intervals import LEVEL

ARMS = ("control", "one", "two")


@dataclass(frozen=True)
class Simulated:
    """Shares of the runs. `false_alarm`: some arm was called clear in some measure at the end; `peeked`: some interval
    that is meant for one look left zero out on some day; `always`: one that is meant for every look did; `running`:
    some arm was called clear in some measure on some day; `blocked`: the division was doubted; `coverage`: of the
    intervals, those that held a difference that was planted."""

    runs: int
    people: int
    looks: int
    false_alarm: float
    peeked: float
    always: float
    running: float
    blocked: float
    coverage: float
    always_coverage: float


@dataclass
class _Tally:
    runs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    intervals: int = 0

    def share(self, name: str) -> float:
        return self.counts[name] / self.runs


def simulate(
    values: dict[str, Floats], *, people: int, looks: int, runs: int, seed: int, planted: float = 0.0
) -> Simulated:
    """`values` are outcomes by measure, of everybody; `people` come in all, in `looks` equal parts of three arms.

    `planted` is by how much of its value the arm `one` is better in truth: 0 for tests without any difference, of
    which alone alarms are false.
    """
    chance = np.random.default_rng(seed)
    tally = _Tally()
    for _ in range(runs):
        tally.runs += 1
        _run(values, people, looks, chance, tally, planted)
    return Simulated(
        runs=runs, people=people, looks=looks, false_alarm=tally.share("false_alarm"), peeked=tally.share("peeked"),
        always=tally.share("always"), running=tally.share("running"), blocked=tally.share("blocked"),
        coverage=tally.counts["held"] / tally.intervals,
        always_coverage=tally.counts["always held"] / tally.intervals,
    )  # fmt: skip


def _run(
    values: dict[str, Floats], people: int, looks: int, chance: np.random.Generator, tally: _Tally, planted: float
) -> None:
    peeked = always = running = False
    plan = Plan(control=ARMS[0], shares={}, planned_people=people, is_over=False)
    for counts, outcomes in growing(values, people, looks, chance, planted):
        judged = judge(counts, outcomes, plan)
        first = judged.comparisons[0]  # each interval has its own level, so that one of each run is watched
        peeked |= first.lift.is_clear
        always |= first.always_p < 1 - LEVEL
        running |= any(one.verdict is Verdict.CLEAR for one in judged.comparisons)
    clear = any(verdict_of(one, judged.blocked, is_over=True) is Verdict.CLEAR for one in judged.comparisons)
    tally.counts.update({
        "peeked": peeked, "always": always, "running": running, "false_alarm": clear,
        "blocked": bool(judged.balance.blocked),
    })  # fmt: skip
    for one in judged.comparisons:
        truth = float(values[one.outcome].mean()) * planted if one.arm == ARMS[1] else 0.0
        tally.intervals += 1
        tally.counts["held"] += holds(truth, one.lift.ci_low, one.lift.ci_high)
        tally.counts["always held"] += holds(truth, one.always_low, one.always_high)


def holds(truth: float, low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low <= truth <= high


def growing(
    values: dict[str, Floats], people: int, looks: int, chance: np.random.Generator, planted: float = 0.0
) -> Iterator[tuple[dict[str, int], list[Outcome]]]:
    """People and outcomes as they stand at each look."""
    sizes = np.diff(np.linspace(0, people, looks + 1).astype(int))
    arms = [chance.multinomial(size, [1 / len(ARMS)] * len(ARMS)) for size in sizes]
    counts = np.cumsum(arms, axis=0)
    better = (1.0, 1.0 + planted, 1.0)
    sums = {
        name: np.cumsum(
            [[drawn(column, size, chance, by) for size, by in zip(look, better, strict=True)] for look in arms], axis=0
        )
        for name, column in values.items()
    }
    for look in range(looks):
        yield dict(zip(ARMS, counts[look].tolist(), strict=True)), [
            Outcome(name, is_binary(column), {
                arm: Moments(int(counts[look][place]), *(float(one) for one in sums[name][look][place]))
                for place, arm in enumerate(ARMS)
            })
            for name, column in values.items()
        ]  # fmt: skip


def drawn(column: Floats, size: int, chance: np.random.Generator, times: float) -> tuple[float, float]:
    """The sum and sum of squares of so many people whose rate or amounts are so many times those of the column."""
    if is_binary(column):
        successes = float(chance.binomial(size, column.mean() * times))
        return successes, successes
    taken = chance.choice(column, size) * times
    return float(taken.sum()), float(taken @ taken)

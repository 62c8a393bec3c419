"""Tests without a difference on a data set's outcomes: false alarms within their level, intervals that hold."""

from collections.abc import Iterator, Mapping

from analytics.insight.experiments.balance import LEVEL as BALANCE_LEVEL
from analytics.insight.experiments.simulating import Simulated, simulate
from analytics.insight.proofs.base import Figure, Rule, at_least, at_most
from analytics.insight.values import Floats
from analytics.reports.intervals import LEVEL

RUNS, LOOKS = 2000, 14
CHANCE = 3.0  # standard errors of a share in so many runs that may lie between it and its level


def simulated(values: Mapping[str, Floats], people: int, runs: int = RUNS) -> dict[str, Simulated]:
    sizes = {"people": people, "runs": runs, "seed": 1}
    return {
        "no difference": simulate(dict(values), looks=LOOKS, **sizes),
        "a difference of a tenth": simulate(dict(values), looks=1, planted=0.1, **sizes),
    }


def figures(found: Mapping[str, Simulated]) -> Iterator[Figure]:
    none, some = found["no difference"], found["a difference of a tenth"]
    alarm = 1 - LEVEL
    yield at_most("false alarms of verdicts at the end", none.false_alarm, alarm, chance(alarm, none.runs))
    yield at_most(f"false alarms when looked at {none.looks} times", none.always, alarm, chance(alarm, none.runs))
    yield at_most("false alarms of verdicts on any day", none.running, alarm, chance(alarm, none.runs))
    yield Figure("the same of intervals meant for one look", none.peeked, alarm, 0, Rule.SHOWN)
    yield at_most("sound divisions doubted", none.blocked, BALANCE_LEVEL, chance(BALANCE_LEVEL, none.runs))
    yield at_least(
        "intervals that hold a difference of a tenth", some.coverage, LEVEL, chance(LEVEL, some.runs) + 0.005
    )


def chance(share: float, runs: int) -> float:
    deviation: float = CHANCE * (share * (1 - share) / runs) ** 0.5
    return deviation

"""Whether people were divided among the arms as meant. Where they were not, no verdict on the arms means anything.

A. Fabijan and others, "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from scipy.special import chdtrc

from analytics.insight.experiments.moments import Outcome
from analytics.insight.experiments.p_values import p_of_means

LEVEL = 0.01  # one sound test in a hundred is stopped by mistake; a mistaken verdict costs more than a second look
LEAST_EXPECTED = 5.0  # people in an arm, below which the chi-square test does not hold


@dataclass(frozen=True)
class Balance:
    """People by arm beside what was meant. `blocked` says in words why there can be no verdict; empty where none."""

    observed: Mapping[str, int]
    expected: Mapping[str, float]
    p: float | None
    blocked: str
    cautions: tuple[str, ...] = ()


def balance(people: Mapping[str, int], shares: Mapping[str, float], level: float = LEVEL) -> Balance:
    """`shares` are the weights that the arms were meant to have; equal where empty. Pearson's chi-square test."""
    total = sum(people.values())
    weights = shares or dict.fromkeys(people, 1.0)
    expected = {arm: total * weights[arm] / sum(weights.values()) for arm in people}
    if min(expected.values()) < LEAST_EXPECTED or len(people) < 2:
        caution = "Too few people to tell whether they were divided as meant."
        return Balance(people, expected, None, "", (caution,))
    statistic = sum((people[arm] - expected[arm]) ** 2 / expected[arm] for arm in people)
    p = float(chdtrc(len(people) - 1, statistic))
    return Balance(people, expected, p, mismatch(people, expected, p, meant=bool(shares)) if p < level else "")


def mismatch(people: Mapping[str, int], expected: Mapping[str, float], p: float, *, meant: bool) -> str:
    worst = max(people, key=lambda arm: (people[arm] - expected[arm]) ** 2 / expected[arm])
    odds = "fewer than one in a million" if p < 1e-6 else f"about {max(1, round(p * 1e6)):,} in a million"
    equal = "" if meant else " If the arms were meant to differ in size, state their shares and judge again."
    return (
        f"The people were not divided as meant: {worst} has {people[worst]:,} where {round(expected[worst]):,} were "
        f"expected, and chance alone does so in {odds} tests. Whoever is missing or too many may be what differs, "
        f"not the variant. Look for what drops or repeats people in one arm.{equal}"
    )


def uneven_before(outcome: Outcome, covariate: str, level: float = LEVEL) -> str:
    """Why there can be no verdict because the arms differed before the test began; empty where they did not.

    Each pair of arms by Welch's test, corrected for their number (C. E. Bonferroni).
    """
    pairs = list(combinations(outcome.arms, 2))
    for first, second in pairs:
        one, other = outcome.arms[first].covariate_sample, outcome.arms[second].covariate_sample
        p = p_of_means(one, other)
        if p is not None and p * len(pairs) < level:
            return (
                f"{first} and {second} differed before the test began: the mean of {covariate} is {one.mean:,.4g} and "
                f"{other.mean:,.4g}, and chance alone does so in about {max(1, round(p * len(pairs) * 1e6)):,} in a "
                "million tests. The arms are not alike, so what differs now need not come from the variant."
            )
    return ""

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
LARGEST_SHARE = 20  # beside 1: beyond it nearly any division fits some whole numbers
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
    p = chance_of(people, expected)
    return Balance(people, expected, p, mismatch(people, expected, p, meant=bool(shares)) if p < level else "")


def chance_of(people: Mapping[str, int], expected: Mapping[str, float]) -> float:
    """How often chance divides people at least so unevenly: Pearson's chi-square test."""
    statistic = sum((people[arm] - expected[arm]) ** 2 / expected[arm] for arm in people)
    return float(chdtrc(len(people) - 1, statistic))


def mismatch(people: Mapping[str, int], expected: Mapping[str, float], p: float, *, meant: bool) -> str:
    worst = max(people, key=lambda arm: (people[arm] - expected[arm]) ** 2 / expected[arm])
    odds = "fewer than one in a million" if p < 1e-6 else f"about {max(1, round(p * 1e6)):,} in a million"
    equal = "" if meant else unstated(people)
    return (
        f"The people were not divided as meant: {worst} has {people[worst]:,} where {round(expected[worst]):,} were "
        f"expected, and chance alone does so in {odds} tests. Whoever is missing or too many may be what differs, "
        f"not the variant. Look for what drops or repeats people in one arm.{equal}"
    )


def unstated(people: Mapping[str, int]) -> str:
    """What to do where nobody said which shares were meant: those of whole numbers that the people fit are named, never
    taken for meant, because a broken division may fit some, too."""
    fits = fitting(people)
    if not fits:
        return " If the arms were meant to differ in size, state their shares and judge again."
    shares = " to ".join(f"{share} ({arm})" for arm, share in fits.items())
    return (
        f" No shares were stated, so equal ones were expected; the people would fit {shares}. If that was meant, "
        "state it and judge again."
    )


def fitting(people: Mapping[str, int]) -> dict[str, int]:
    """The shares in whole numbers, the smallest arm's being 1, that chance could have made these people of; empty where
    there are none of LARGEST_SHARE or less."""
    smallest = min(people.values())
    shares = {arm: round(count / smallest) for arm, count in people.items()} if smallest else {}
    if not shares or max(shares.values()) > LARGEST_SHARE or len(set(shares.values())) == 1:
        return {}
    expected = {arm: sum(people.values()) * share / sum(shares.values()) for arm, share in shares.items()}
    return shares if chance_of(people, expected) >= LEVEL else {}


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

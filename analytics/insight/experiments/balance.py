"""Whether people were divided among the arms as meant. Where they were not, no verdict on the arms means anything.

A. Fabijan and others, "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext
from scipy.special import chdtrc

from analytics.insight.experiments.moments import Outcome
from analytics.insight.experiments.p_values import p_of_means
from records import figures

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
        caution = gettext("Too few people to tell whether they were divided as intended.")
        return Balance(people, expected, None, "", (caution,))
    p = chance_of(people, expected)
    return Balance(people, expected, p, mismatch(people, expected, p, meant=bool(shares)) if p < level else "")


def chance_of(people: Mapping[str, int], expected: Mapping[str, float]) -> float:
    """How often chance divides people at least so unevenly: Pearson's chi-square test."""
    statistic = sum((people[arm] - expected[arm]) ** 2 / expected[arm] for arm in people)
    return float(chdtrc(len(people) - 1, statistic))


def mismatch(people: Mapping[str, int], expected: Mapping[str, float], p: float, *, meant: bool) -> str:
    worst = max(people, key=lambda arm: (people[arm] - expected[arm]) ** 2 / expected[arm])
    said = gettext(
        "The people were not divided as intended: %(arm)s has %(count)s where %(expected)s were expected, "
        "and chance alone does so in %(odds)s tests. The difference may come from the people missing or "
        "added, not from the variant. Look for what drops or repeats people in one arm."
    ) % {
        "arm": worst,
        "count": figures.count(people[worst]),
        "expected": figures.count(round(expected[worst])),
        "odds": odds_words(p),
    }
    return said if meant else f"{said} {unstated(people)}"


def odds_words(p: float) -> str:
    return gettext("fewer than one in a million") if p < 1e-6 else about_words(p)


def about_words(p: float) -> str:
    return gettext("about %(count)s in a million") % {"count": figures.count(max(1, round(p * 1e6)))}


def unstated(people: Mapping[str, int]) -> str:
    """What to do where nobody said which shares were meant: those of whole numbers that the people fit are named, never
    taken for meant, because a broken division may fit some, too."""
    fits = fitting(people)
    if not fits:
        return gettext("If the arms were intended to differ in size, state their shares and judge again.")
    shares = gettext(" to ").join(f"{share} ({arm})" for arm, share in fits.items())
    return gettext(
        "No shares were stated, so equal ones were expected; the people would fit %(shares)s. If that was "
        "intended, state it and judge again."
    ) % {"shares": shares}


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
            said = gettext(
                "%(first)s and %(second)s differed before the test began: the mean of %(covariate)s is %(one)s and "
                "%(other)s, and chance alone does so in %(odds)s tests. The arms are not alike, so what differs now "
                "need not come from the variant."
            )
            means = {"one": f"{one.mean:,.4g}", "other": f"{other.mean:,.4g}"}
            named = {"first": first, "second": second, "covariate": gettext(covariate)}
            return said % {**named, **means, "odds": about_words(p * len(pairs))}
    return ""

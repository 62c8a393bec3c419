"""Less noise by what was known of each person before the test began (CUPED).

A. Deng, Y. Xu, R. Kohavi, T. Walker, WSDM 2013: of the outcome is taken what a covariate from before tells of it. The
difference stays the same on average, and its interval narrows by the share that the covariate explains.
"""

import math
from dataclasses import dataclass

from analytics.insight.experiments.moments import Moments, Outcome
from analytics.insight.experiments.p_values import two_sided
from analytics.reports.intervals import Z

LEAST_PEOPLE = 30  # in an arm; with fewer the slope itself is too unsure


@dataclass(frozen=True)
class Adjusted:
    """The difference of two arms with the covariate allowed for. `removed` is the share of the variance that went."""

    difference: float
    variance: float
    low: float
    high: float
    p: float
    removed: float


def slope(outcome: Outcome) -> float:
    """Of the outcome on the covariate within the arms; zero where the covariate does not vary."""
    spread = sum(arm.covariate_sample.variance * (arm.count - 1) for arm in outcome.arms.values() if arm.count > 1)
    shared = sum(arm.covariance * (arm.count - 1) for arm in outcome.arms.values() if arm.count > 1)
    return shared / spread if spread > 0 else 0.0


def adjusted(outcome: Outcome, arm: str, control: str) -> Adjusted | None:
    """None where there are too few people, or nothing varies."""
    first, second, theta = outcome.arms[arm], outcome.arms[control], slope(outcome)
    if min(first.count, second.count) < LEAST_PEOPLE:
        return None
    variance = sum(left(one, theta) / one.count for one in (first, second))
    plain = sum(one.sample.variance / one.count for one in (first, second))
    if variance <= 0:
        return None
    shift = theta * (first.covariate_sample.mean - second.covariate_sample.mean)
    difference, half = first.mean - second.mean - shift, Z * math.sqrt(variance)
    return Adjusted(
        difference, variance, difference - half, difference + half,
        two_sided(abs(difference) / math.sqrt(variance)), 1 - variance / plain,
    )  # fmt: skip


def left(arm: Moments, theta: float) -> float:
    """The variance that remains of an arm's outcome."""
    return max(0.0, arm.sample.variance - 2 * theta * arm.covariance + theta**2 * arm.covariate_sample.variance)

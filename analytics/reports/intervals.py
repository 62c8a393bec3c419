"""95% confidence intervals of a variant's difference from the control."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from scipy.special import stdtrit

LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


@dataclass(frozen=True)
class Lift:
    """A variant less the control. `relative` is the share of the control's value (None where that is zero);

    `ci_low` and `ci_high` bound the absolute difference at 95% (None where there are too few people to say).
    """

    absolute: float
    relative: float | None
    ci_low: float | None
    ci_high: float | None

    @property
    def low(self) -> float | None:
        """The lower bound that is shown."""
        return self.ci_low

    @property
    def high(self) -> float | None:
        return self.ci_high

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.ci_low is not None and self.ci_high is not None and (self.ci_low > 0 or self.ci_high < 0)


@dataclass(frozen=True)
class Sample:
    """What is needed of a group's amounts: how many people, their sum and sum of squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """Of the sample (n - 1); zero for fewer than two people."""
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.count) / (self.count - 1))


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval of a rate (E. B. Wilson, JASA 22, 1927)."""
    rate, z2 = successes / trials, Z * Z
    middle = rate + z2 / (2 * trials)
    half = Z * math.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials * trials))
    return (middle - half) / (1 + z2 / trials), (middle + half) / (1 + z2 / trials)


def lift_of_rates(successes: int, trials: int, control_successes: int, control_trials: int) -> Lift:
    """Difference of two rates with Newcombe's hybrid score interval.

    R. G. Newcombe, Statistics in Medicine 17 (1998), method 10. It holds its level for small groups and rates near
    zero, where the textbook interval does not.
    """
    if not trials or not control_trials:
        return Lift(0.0, None, None, None)
    rate, control = successes / trials, control_successes / control_trials
    low, high = wilson(successes, trials)
    control_low, control_high = wilson(control_successes, control_trials)
    difference = rate - control
    return Lift(
        absolute=difference,
        relative=difference / control if control else None,
        ci_low=difference - math.hypot(rate - low, control_high - control),
        ci_high=difference + math.hypot(high - rate, control - control_low),
    )


def lift_of_means(sample: Sample, control: Sample) -> Lift:
    """Difference of two means with Welch's interval (B. L. Welch, Biometrika 34, 1947)."""
    difference = sample.mean - control.mean
    relative = difference / control.mean if control.mean else None
    if sample.count < 2 or control.count < 2:
        return Lift(difference, relative, None, None)
    first, second = sample.variance / sample.count, control.variance / control.count
    if first + second == 0:
        return Lift(difference, relative, difference, difference)
    freedom = (first + second) ** 2 / (first**2 / (sample.count - 1) + second**2 / (control.count - 1))
    half = float(stdtrit(freedom, 0.5 + LEVEL / 2)) * math.sqrt(first + second)
    return Lift(difference, relative, difference - half, difference + half)

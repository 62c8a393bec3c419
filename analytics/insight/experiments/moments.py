"""The sums of an arm that all statistics of a test are made of, so that rollups and files are judged alike."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.insight.values import Floats
from analytics.reports.intervals import Sample


@dataclass(frozen=True)
class Moments:
    """People of an arm, the sum and squares of their outcome, and of a covariate known before the test began."""

    count: int
    total: float
    squares: float
    covariate: float = 0.0
    covariate_squares: float = 0.0
    products: float = 0.0

    @property
    def sample(self) -> Sample:
        return Sample(self.count, self.total, self.squares)

    @property
    def covariate_sample(self) -> Sample:
        return Sample(self.count, self.covariate, self.covariate_squares)

    @property
    def mean(self) -> float:
        return self.sample.mean

    @property
    def covariance(self) -> float:
        """Of the sample (n - 1); zero for fewer than two people."""
        if self.count < 2:
            return 0.0
        return (self.products - self.total * self.covariate / self.count) / (self.count - 1)


@dataclass(frozen=True)
class Outcome:
    """One measure of a test, by arm. `is_rate` where it is yes or no for each person.

    `skewness` is of all people together, for amounts. `largest` and `smallest` bound what was seen.
    """

    name: str
    is_rate: bool
    arms: Mapping[str, Moments]
    skewness: float = 0.0
    is_adjusted: bool = False  # whether a covariate is to be allowed for

    @property
    def whole_variance(self) -> float:
        """Of a yes or no, if all arms had the same rate; zero for amounts."""
        count, total = sum(arm.count for arm in self.arms.values()), sum(arm.total for arm in self.arms.values())
        return total / count * (1 - total / count) if self.is_rate and count else 0.0

    @property
    def pooled_variance(self) -> float:
        """Within the arms (n - 1 each); zero where nobody differs."""
        freedom = sum(max(0, arm.count - 1) for arm in self.arms.values())
        within = sum(arm.sample.variance * max(0, arm.count - 1) for arm in self.arms.values())
        return within / freedom if freedom else 0.0


def moments_of(values: Floats, covariate: Floats | None = None) -> Moments:
    """Of people whose outcome is known. A person without a covariate must have been given the mean of all."""
    total, squares = float(values.sum()), float(values @ values)
    if covariate is None:
        return Moments(len(values), total, squares)
    return Moments(
        len(values), total, squares,
        float(covariate.sum()), float(covariate @ covariate), float(values @ covariate),
    )  # fmt: skip


def skewness(values: Floats) -> float:
    """Zero where nobody differs."""
    middle = values - values.mean() if len(values) else values
    spread = math.sqrt(float(np.mean(middle**2))) if len(values) else 0.0
    return float(np.mean(middle**3)) / spread**3 if spread else 0.0

"""A number with how sure it is: a rate, a mean, a count of events, or one that is simply so; and which is the best.

Each bounds itself at 95%, and says whether it lies above another, and how likely so large a difference is by chance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from scipy.special import bdtr, bdtrc, gammaincinv, stdtrit

from analytics.insight.experiments.p_values import p_of_means, p_of_rates
from analytics.reports.intervals import LEVEL, Sample, Z, lift_of_means, lift_of_rates, wilson

TAIL = (1 - LEVEL) / 2
Interval = tuple[float, float]
Pair = tuple[int, int]  # two places in a row, the first one first


@dataclass(frozen=True)
class Rate:
    """So many of so many people. Wilson's interval; compared by Newcombe's (analytics.reports.intervals)."""

    successes: int
    trials: int

    @property
    def value(self) -> float | None:
        return self.successes / self.trials if self.trials else None

    @property
    def interval(self) -> Interval | None:
        return wilson(self.successes, self.trials) if self.trials else None

    def p_against(self, other: "Rate") -> float | None:
        return p_of_rates(self.successes, self.trials, other.successes, other.trials)

    def is_clearly_above(self, other: "Rate") -> bool:
        lift = lift_of_rates(self.successes, self.trials, other.successes, other.trials)
        return lift.is_clear and lift.absolute > 0

    @property
    def people(self) -> tuple[int, int]:
        """The groups that it tells of."""
        return self.successes, self.trials


@dataclass(frozen=True)
class Mean:
    """The mean of people's amounts. Student's interval; compared by Welch's."""

    sample: Sample

    @property
    def value(self) -> float | None:
        return self.sample.mean if self.sample.count else None

    @property
    def interval(self) -> Interval | None:
        if self.sample.count < 2:
            return None
        half = float(stdtrit(self.sample.count - 1, 1 - TAIL)) * math.sqrt(self.sample.variance / self.sample.count)
        return self.sample.mean - half, self.sample.mean + half

    def p_against(self, other: "Mean") -> float | None:
        return p_of_means(self.sample, other.sample)

    def is_clearly_above(self, other: "Mean") -> bool:
        lift = lift_of_means(self.sample, other.sample)
        return lift.is_clear and lift.absolute > 0

    @property
    def people(self) -> tuple[int, ...]:
        return (self.sample.count,)


@dataclass(frozen=True)
class PerDay:
    """Events in so many days, as events a day. Garwood's exact interval of a Poisson count (Biometrika 28, 1936); two
    are compared by the share that one has of both (Przyborowski and Wilenski, Biometrika 31, 1940)."""

    events: int
    days: int

    @property
    def value(self) -> float | None:
        return self.events / self.days

    @property
    def interval(self) -> Interval | None:
        low = float(gammaincinv(self.events, TAIL)) if self.events else 0.0
        return low / self.days, float(gammaincinv(self.events + 1, 1 - TAIL)) / self.days

    def p_against(self, other: "PerDay") -> float | None:
        """The exact binomial test of the share that one has of both, twice its smaller tail."""
        both, share = self.events + other.events, self.days / (self.days + other.days)
        below = float(bdtr(self.events, both, share))
        above = float(bdtrc(self.events - 1, both, share)) if self.events else 1.0
        return min(1.0, 2 * min(below, above))

    def is_clearly_above(self, other: "PerDay") -> bool:
        both = self.events + other.events
        return bool(both) and wilson(self.events, both)[0] > self.days / (self.days + other.days)

    @property
    def people(self) -> tuple[int, ...]:
        return (self.events,)


@dataclass(frozen=True)
class Plain:
    """A number that is simply so, such as a cost: none is clearly above another."""

    number: float | int | Decimal
    groups: tuple[int, ...] = ()

    @property
    def value(self) -> float | None:
        return float(self.number)

    @property
    def interval(self) -> Interval | None:
        return None

    def p_against(self, other: "Plain") -> float | None:
        return None

    def is_clearly_above(self, other: "Plain") -> bool:
        return False

    @property
    def people(self) -> tuple[int, ...]:
        return self.groups


@dataclass(frozen=True)
class Estimate:
    """A number that was estimated, with its interval. Two are compared as normal ones, whose standard error is the
    interval's half by 1.96: one that holds at every look is wider, and calls less clear."""

    number: float
    low: float
    high: float
    groups: tuple[int, ...] = ()

    @property
    def value(self) -> float | None:
        return self.number

    @property
    def interval(self) -> Interval | None:
        return self.low, self.high

    @property
    def error(self) -> float:
        return (self.high - self.low) / (2 * Z)

    def p_against(self, other: "Estimate") -> float | None:
        error = math.hypot(self.error, other.error)
        return math.erfc(abs(self.number - other.number) / error / math.sqrt(2)) if error else None

    def is_clearly_above(self, other: "Estimate") -> bool:
        return self.number - other.number > Z * math.hypot(self.error, other.error) > 0

    @property
    def people(self) -> tuple[int, ...]:
        return self.groups


Amount = Rate | Mean | PerDay | Plain | Estimate


@dataclass(frozen=True)
class Best:
    """Which amounts are the highest (or lowest) that are known, by place: several where they are equal.

    `unclear` are the places of those that it is not clearly above; `is_measured` whether that can be told at all;
    `others` how many known ones are not the best.
    """

    places: tuple[int, ...]
    unclear: tuple[int, ...]
    is_measured: bool
    others: int = 0


def p_of_pairs(amounts: Sequence[Amount | None]) -> dict[Pair, float]:
    """Of each two that can be tested, how likely so large a difference is by chance."""
    pairs = {(one, other): (amounts[one], amounts[other]) for one, other in combinations(range(len(amounts)), 2)}
    tested = {pair: one.p_against(other) for pair, (one, other) in pairs.items() if one and other}  # type: ignore[arg-type]
    return {pair: p for pair, p in tested.items() if p is not None}


def best_of(amounts: Sequence[Amount | None], corrected: Mapping[Pair, float], *, lowest: bool = False) -> Best | None:
    """None where fewer than two are known. Clearly above is what is so by its interval and by its corrected p."""
    known = {place: one.value for place, one in enumerate(amounts) if one is not None and one.value is not None}
    if len(known) < 2:
        return None
    extreme = min(known.values()) if lowest else max(known.values())
    places = tuple(place for place, value in known.items() if value == extreme)
    first, others = amounts[places[0]], [place for place in known if place not in places]
    assert first is not None  # noqa: S101 (it is known)

    def is_clear(place: int) -> bool:
        p = corrected.get((min(places[0], place), max(places[0], place)), 1.0)
        return p < 1 - LEVEL and first.is_clearly_above(amounts[place])  # type: ignore[arg-type]

    unclear = tuple(place for place in others if not is_clear(place))
    return Best(places, unclear, first.interval is not None and not lowest, len(others))

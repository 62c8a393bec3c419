"""Intervals that hold however often one looks, and whenever one stops.

The mixture of R. Johari, P. Koomen, L. Pekelis, D. Walsh ("Always valid inference", Operations Research 70, 2022) after
H. Robbins (1970): for a difference d with variance v, the likelihood of an effect drawn from N(0, t) over that of none,

    sqrt(v / (v + t)) * exp(t d^2 / (2 v (v + t))),

exceeds 1/a at any time with a chance of at most a where there is no effect. As time runs backwards a Brownian motion is
one, too, so that it holds both where people arrive and where the same people's outcomes do: in either it is a function
of d and v alone.
"""

import math

from analytics.reports.intervals import LEVEL

# t over the variance at the planned end that makes the interval narrowest there (I. Waudby-Smith and others, 2021).
SPREAD = -2 * math.log(1 - LEVEL) + math.log(-2 * math.log(1 - LEVEL) + 1)


def always_half(variance: float, planned: float, level: float = LEVEL) -> float:
    """Half the width of the interval at `level`. `planned` is the variance that the whole test is meant to end with:
    whatever it is, the interval holds; the nearer, the narrower. It must not come from the arms' difference."""
    mixed = SPREAD * planned
    if variance <= 0 or mixed <= 0:
        return 0.0
    reach = math.log(math.sqrt((variance + mixed) / variance) / (1 - level))
    return math.sqrt(2 * variance * (variance + mixed) / mixed * reach)


def always_p(difference: float, variance: float, planned: float) -> float:
    """The p-value that holds at every look (1 where nothing varies)."""
    mixed = SPREAD * planned
    if variance <= 0 or mixed <= 0:
        return 1.0
    exponent = mixed * difference**2 / (2 * variance * (variance + mixed))
    return min(1.0, math.sqrt((variance + mixed) / variance) * math.exp(-min(exponent, 700.0)))

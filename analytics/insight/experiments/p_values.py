"""How likely a difference at least as large is where there is none: p-values, two-sided."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, stdtr

from analytics.reports.intervals import Sample

TIES = 1e-7  # what differs by less is as likely
FEW = 5.0  # expected successes or failures, below which the exact test is taken


def p_of_rates(successes: int, trials: int, control_successes: int, control_trials: int) -> float | None:
    """The score test with the pooled rate; Fisher's exact one where few are expected. None without people."""
    if not trials or not control_trials:
        return None
    both, of = successes + control_successes, trials + control_trials
    pooled = both / of
    if pooled in (0.0, 1.0):
        return 1.0
    if min(trials, control_trials) * min(pooled, 1 - pooled) < FEW:
        return exact_p(successes, trials, both, of)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / control_trials))
    return two_sided(abs(successes / trials - control_successes / control_trials) / spread)


def exact_p(successes: int, trials: int, both: int, of: int) -> float:
    """Fisher's exact test: the chance of all divisions of the successes that are no likelier than what was seen.

    Of the hypergeometric distribution itself, because pages ask for it and scipy.stats is heavy to load.
    """
    possible = np.arange(max(0, both - (of - trials)), min(both, trials) + 1)
    chances = np.exp(
        log_choices(trials, possible) + log_choices(of - trials, both - possible) - log_choices(of, np.array(both))
    )
    seen = chances[successes - possible[0]]
    return min(1.0, float(chances[chances <= seen * (1 + TIES)].sum()))


def log_choices(among: int, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = gammaln(among + 1) - gammaln(chosen + 1) - gammaln(among - chosen + 1)
    return found


def p_of_means(sample: Sample, control: Sample) -> float | None:
    """Welch's test. None with fewer than two people in an arm, or where nobody in either differs from another."""
    if sample.count < 2 or control.count < 2:
        return None
    first, second = sample.variance / sample.count, control.variance / control.count
    if first + second == 0:
        return None
    freedom = (first + second) ** 2 / (first**2 / (sample.count - 1) + second**2 / (control.count - 1))
    return 2 * float(stdtr(freedom, -abs(sample.mean - control.mean) / math.sqrt(first + second)))


def two_sided(score: float) -> float:
    return 2 * float(ndtr(-score))


def holm(p_values: list[float | None]) -> list[float | None]:
    """Each corrected for their number (S. Holm, Scandinavian Journal of Statistics 6, 1979): the chance of any false
    alarm among them stays within the level. What has none is not counted."""
    ranked = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(ranked):
        highest = max(highest, min(1.0, p * (len(ranked) - rank)))
        corrected[place] = highest
    return corrected

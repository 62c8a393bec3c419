"""Intervals that hold at every look."""

import math

import numpy as np
import pytest

from analytics.insight.experiments.sequential import SPREAD, always_half, always_p


def test_interval_and_p_value_say_the_same() -> None:
    half = always_half(0.04, 0.02)

    assert always_p(half, 0.04, 0.02) == pytest.approx(0.05)
    assert always_p(half * 1.01, 0.04, 0.02) < 0.05 < always_p(half * 0.99, 0.04, 0.02)


def test_p_value_is_the_likelihood_ratio_of_the_mixture() -> None:
    """By integration: the ratio of the density of d under an effect from N(0, t) to that under none."""
    variance, planned, difference = 0.5, 0.1, 2.9
    mixed = SPREAD * planned
    effects = np.linspace(-20, 20, 400_001)
    prior = np.exp(-(effects**2) / (2 * mixed)) / math.sqrt(2 * math.pi * mixed)
    ratio = np.exp((difference * effects - effects**2 / 2) / variance)

    assert always_p(difference, variance, planned) == pytest.approx(
        1 / float(np.trapezoid(prior * ratio, effects)), rel=1e-6
    )


def test_interval_is_wider_than_that_of_one_look_and_narrowest_relative_to_it_at_the_planned_end() -> None:
    widths = {variance: always_half(variance, 0.01) / math.sqrt(variance) for variance in (1.0, 0.1, 0.01, 0.001)}

    assert min(widths, key=widths.__getitem__) == 0.01
    assert 1.96 < widths[0.01] < 3.2


@pytest.mark.parametrize(("variance", "planned"), [(0.0, 1.0), (1.0, 0.0)])
def test_where_nothing_varies_nothing_is_claimed(variance: float, planned: float) -> None:
    assert always_p(1.0, variance, planned) == 1.0
    assert always_half(variance, planned) == 0.0


@pytest.mark.parametrize("arriving", [True, False])
def test_false_alarms_stay_within_the_level_whether_people_arrive_or_their_outcomes_do(arriving: bool) -> None:
    """Each of 4,000 tests is looked at 60 times; without any difference at most one in twenty is ever called one."""
    chance, looks, runs = np.random.default_rng(11), 60, 4000
    walk = np.cumsum(chance.normal(size=(runs, looks)), axis=1)
    when = np.arange(1, looks + 1)
    # Sums of people who arrive are divided by how many there are; outcomes of the same people only add up.
    difference, variance = (walk / when, 1.0 / when) if arriving else (walk, when.astype(float))
    planned = float(variance[-1])
    alarmed = np.zeros(runs, dtype=bool)
    for look in range(looks):
        half = always_half(float(variance[look]), planned)
        alarmed |= np.abs(difference[:, look]) > half
    naive = (np.abs(difference) > 1.96 * np.sqrt(variance)).any(axis=1)

    assert alarmed.mean() <= 0.05
    assert naive.mean() > 0.25

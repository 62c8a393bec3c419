"""Tests without a difference: alarms and coverage. Many runs of them are `manage.py evaluate all`."""

import numpy as np

from analytics.insight.experiments.simulating import drawn, holds, simulate

RATE = np.array([1.0] * 100 + [0.0] * 900)
SPEND = np.concatenate([np.zeros(900), np.random.default_rng(5).lognormal(3, 0.7, 100)])


def test_false_alarms_are_within_their_level_and_peeking_at_one_look_intervals_is_not() -> None:
    found = simulate({"visit": RATE, "spend": SPEND}, people=6000, looks=8, runs=200, seed=4)

    within = 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5
    assert found.false_alarm <= within
    assert found.always <= within
    assert found.running <= within
    assert found.blocked <= 0.01 + 3 * (0.01 * 0.99 / 200) ** 0.5
    assert found.peeked > 0.12


def test_planted_difference_lies_in_nineteen_of_twenty_intervals() -> None:
    found = simulate({"visit": RATE}, people=6000, looks=1, runs=400, seed=4, planted=0.2)

    assert abs(found.coverage - 0.95) < 3 * (0.05 * 0.95 / 800) ** 0.5
    assert found.always_coverage >= found.coverage
    assert found.false_alarm > 0.1  # alarms that are true


def test_what_is_drawn_has_the_rate_and_mean_of_what_was_seen() -> None:
    chance = np.random.default_rng(1)

    assert abs(drawn(RATE, 100_000, chance, 1.0)[0] / 100_000 - 0.1) < 0.003
    total, squares = drawn(SPEND, 100_000, chance, 2.0)
    assert abs(total / 100_000 / (2 * SPEND.mean()) - 1) < 0.05
    assert squares > total


def test_interval_that_is_not_known_holds_nothing() -> None:
    assert holds(0.0, -1.0, 1.0)
    assert not holds(2.0, -1.0, 1.0)
    assert not holds(0.0, None, None)

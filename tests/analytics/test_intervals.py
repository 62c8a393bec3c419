"""Intervals against published values and an independent library."""

import random

import pytest
from scipy import stats

from analytics.reports.intervals import Lift, Sample, lift_of_means, lift_of_rates


@pytest.mark.parametrize(
    ("successes", "trials", "control_successes", "control_trials", "low", "high"),
    [
        # Newcombe 1998, table II, contrasts (a), (b) and (c), method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
    ],
)
def test_lift_of_rates_is_newcombes_published_interval(
    successes: int, trials: int, control_successes: int, control_trials: int, low: float, high: float
) -> None:
    lift = lift_of_rates(successes, trials, control_successes, control_trials)

    assert lift.absolute == pytest.approx(successes / trials - control_successes / control_trials)
    assert [lift.ci_low, lift.ci_high] == pytest.approx([low, high], abs=6e-5)


def test_lift_of_rates_is_relative_to_the_control() -> None:
    assert lift_of_rates(30, 100, 20, 100).relative == pytest.approx(0.5)


def test_lift_over_a_control_of_zero_has_no_relative_value() -> None:
    assert lift_of_rates(5, 100, 0, 100).relative is None


def test_lift_without_recipients_says_nothing() -> None:
    assert lift_of_rates(0, 0, 5, 100) == Lift(0.0, None, None, None)


def sample_of(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


def test_lift_of_means_is_welchs_interval() -> None:
    chance = random.Random(5)  # noqa: S311 (repeatable, nothing secret)
    treated = [chance.lognormvariate(2, 1) for _ in range(40)]
    control = [chance.lognormvariate(1.8, 0.7) for _ in range(25)]

    lift = lift_of_means(sample_of(treated), sample_of(control))

    oracle = stats.ttest_ind(treated, control, equal_var=False).confidence_interval(0.95)
    assert lift.ci_low == pytest.approx(oracle.low, rel=1e-9)
    assert lift.ci_high == pytest.approx(oracle.high, rel=1e-9)


def test_lift_of_means_of_one_person_has_no_interval() -> None:
    lift = lift_of_means(Sample(1, 5.0, 25.0), Sample(10, 20.0, 60.0))

    assert (lift.absolute, lift.ci_low, lift.ci_high) == (3.0, None, None)


def test_equal_amounts_have_an_interval_of_no_width() -> None:
    assert lift_of_means(Sample(3, 6.0, 12.0), Sample(3, 3.0, 3.0)) == Lift(1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "clear"), [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (None, None, False)]
)
def test_difference_is_clear_when_its_interval_leaves_zero_out(
    low: float | None, high: float | None, clear: bool
) -> None:
    assert Lift(0.0, None, low, high).is_clear is clear

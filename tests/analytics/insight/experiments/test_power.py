"""How many more people it takes."""

import pytest

from analytics.insight.experiments.power import power, rounded


def test_people_needed_are_those_of_an_independent_library() -> None:
    from statsmodels.stats.power import NormalIndPower

    variance, worth = 0.05 * 0.95, 0.005
    found = power(variance, 1000, 1000, 0.05, worth)

    each = NormalIndPower().solve_power(worth / variance**0.5, alpha=0.05, power=0.8, ratio=1)
    assert found.more == pytest.approx(2 * each - 2000, rel=1e-3)


def test_difference_that_would_be_seen_needs_nobody_more() -> None:
    found = power(0.05, 4000, 2000, 0.05, None)
    assert found.seen is not None

    assert power(0.05, 4000, 2000, 0.05, found.seen).more == 0
    assert power(0.05, 4000, 2000, 0.05, found.seen / 2).more == pytest.approx(3 * 6000, abs=1)


def test_a_tenth_of_the_control_is_looked_for_where_nobody_says() -> None:
    assert power(0.05, 100, 100, 0.2, None).worth == pytest.approx(0.02)


@pytest.mark.parametrize(("variance", "people", "control"), [(0.0, 10, 0.5), (0.1, 0, 0.5), (0.1, 10, 0.0)])
def test_where_no_number_would_tell_none_is_named(variance: float, people: int, control: float) -> None:
    assert power(variance, people, 10, control, None).more is None


@pytest.mark.parametrize(("number", "told"), [(0, 0), (7, 7), (99, 99), (101, 110), (3942, 4000), (39021, 40000)])
def test_numbers_are_told_to_two_figures(number: int, told: int) -> None:
    assert rounded(number) == told

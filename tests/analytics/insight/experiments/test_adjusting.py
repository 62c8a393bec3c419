"""A covariate allowed for, against a regression of an independent library."""

import numpy as np
import pytest

from analytics.insight.experiments.adjusting import adjusted, slope
from analytics.insight.experiments.moments import Outcome, moments_of
from analytics.insight.values import Floats


def outcome(arms: dict[str, tuple[Floats, Floats]]) -> Outcome:
    return Outcome("y", is_rate=False, arms={name: moments_of(y, x) for name, (y, x) in arms.items()})


def drawn(people: int, lift: float, seed: int) -> tuple[Floats, Floats]:
    chance = np.random.default_rng(seed)
    before = chance.gamma(2, 10, people)
    return before * 0.8 + chance.normal(lift, 5, people), before


def test_difference_is_that_of_a_regression_with_the_covariate() -> None:
    import statsmodels.api as sm

    first, second = drawn(3000, 1.0, 1), drawn(2500, 0.0, 2)
    found = adjusted(outcome({"a": first, "b": second}), "a", "b")

    y, x = np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
    treated = np.repeat([1.0, 0.0], [3000, 2500])
    oracle = sm.OLS(y, np.column_stack([np.ones_like(y), treated, x])).fit()
    assert found is not None
    assert found.difference == pytest.approx(oracle.params[1], rel=1e-9)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(oracle.bse[1], rel=0.01)
    assert found.p == pytest.approx(oracle.pvalues[1], rel=0.2)


def test_removed_is_the_share_that_the_covariate_explains() -> None:
    first, second = drawn(4000, 0.0, 3), drawn(4000, 0.0, 4)
    found = adjusted(outcome({"a": first, "b": second}), "a", "b")

    explained = np.corrcoef(np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]]))[0, 1] ** 2
    assert found is not None
    assert found.removed == pytest.approx(explained, abs=0.01)


def test_covariate_that_says_nothing_changes_nothing() -> None:
    y = np.array([1.0, 2.0, 3.0, 4.0] * 20)
    x = np.array([5.0, 5.0, 5.0, 5.0] * 20)
    found = adjusted(outcome({"a": (y + 1, x), "b": (y, x)}), "a", "b")

    assert slope(outcome({"a": (y, x), "b": (y, x)})) == 0.0
    assert found is not None
    assert (found.difference, found.removed) == (1.0, 0.0)


def test_few_people_and_equal_ones_have_none() -> None:
    y = np.arange(20.0)
    same = np.ones(50)

    assert adjusted(outcome({"a": (y, y), "b": (y, y)}), "a", "b") is None
    assert adjusted(outcome({"a": (same, same), "b": (same, same)}), "a", "b") is None

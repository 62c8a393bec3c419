"""Amounts with their intervals, against scipy's own distributions and tests; and which is the best."""

import math
from collections.abc import Sequence

import pytest
from scipy import stats

from analytics.reports.amounts import Amount, Best, Mean, PerDay, Plain, Rate, best_of, p_of_pairs
from analytics.reports.intervals import Sample


def best(amounts: Sequence[Amount | None], *, lowest: bool = False) -> Best | None:
    """By themselves, uncorrected."""
    return best_of(amounts, p_of_pairs(amounts), lowest=lowest)


def test_a_rate_has_wilsons_interval() -> None:
    low, high = Rate(20, 100).interval or (0, 0)
    expected = stats.binomtest(20, 100).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high))
    assert (Rate(0, 0).value, Rate(0, 0).interval) == (None, None)


def test_a_mean_has_students_interval() -> None:
    amounts = [1.0, 2.0, 4.0, 9.0]
    mean = Mean(Sample(4, sum(amounts), sum(one * one for one in amounts)))
    low, high = stats.t.interval(0.95, 3, loc=4.0, scale=stats.sem(amounts))
    assert mean.value == 4.0
    assert mean.interval == pytest.approx((low, high))
    assert Mean(Sample(1, 5.0, 25.0)).interval is None
    assert Mean(Sample(0, 0, 0)).value is None


@pytest.mark.parametrize("events", [0, 1, 7, 250])
def test_events_a_day_have_garwoods_interval(events: int) -> None:
    low, high = PerDay(events, 10).interval or (0, 0)
    exact_low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    exact_high = stats.chi2.ppf(0.975, 2 * (events + 1)) / 2
    assert (low, high) == pytest.approx((exact_low / 10, exact_high / 10))
    assert PerDay(events, 10).value == events / 10


def test_what_is_clearly_above_another() -> None:
    assert Rate(40, 100).is_clearly_above(Rate(20, 100))
    assert not Rate(20, 100).is_clearly_above(Rate(40, 100))
    assert not Rate(22, 100).is_clearly_above(Rate(20, 100))
    assert PerDay(100, 10).is_clearly_above(PerDay(60, 10))
    assert not PerDay(100, 10).is_clearly_above(PerDay(90, 10))
    # Fewer events, in far fewer days.
    assert PerDay(50, 5).is_clearly_above(PerDay(60, 30))
    assert not PerDay(0, 5).is_clearly_above(PerDay(0, 5))
    many = Mean(Sample(100, 500.0, 2600.0))
    assert many.is_clearly_above(Mean(Sample(100, 400.0, 1700.0)))
    assert not Plain(2).is_clearly_above(Plain(1))


def test_two_counts_are_compared_as_the_exact_binomial_test_would_almost() -> None:
    """The share of one in both: near the border of 5% the exact test and Wilson's interval agree on these."""
    for one, other in ((100, 60), (100, 90), (30, 15), (12, 9)):
        exact = stats.binomtest(one, one + other, 0.5, alternative="two-sided").pvalue
        assert PerDay(one, 7).is_clearly_above(PerDay(other, 7)) == (exact < 0.05), (one, other, exact)


def test_the_best_is_the_highest_with_whom_it_is_not_clearly_above() -> None:
    assert best([Rate(40, 100), Rate(10, 100), Rate(38, 100)]) == Best((0,), (2,), True, 2)
    assert best([Rate(10, 100), None, Rate(40, 100)]) == Best((2,), (), True, 1)


def test_of_one_known_nothing_is_the_best() -> None:
    assert best([Rate(40, 100), None]) is None
    assert best([None, Rate(0, 0)]) is None
    assert best([]) is None


def test_ties_share_the_first_place() -> None:
    assert best([Rate(4, 10), Rate(40, 100), Rate(1, 100)]) == Best((0, 1), (), True, 1)


def test_of_costs_the_lowest_is_the_best_and_none_clearly() -> None:
    assert best([Plain(3), Plain(2), Plain(2.5)], lowest=True) == Best((1,), (0, 2), False, 2)


def test_every_amount_says_of_how_many_people_it_tells() -> None:
    assert (Rate(3, 50).people, Mean(Sample(4, 1, 1)).people, PerDay(2, 9).people) == ((3, 50), (4,), (2,))
    assert (Plain(9).people, Plain(9, (1, 2)).people) == ((), (1, 2))
    assert math.isclose(Plain(9).value or 0, 9.0)


def test_pairs_are_tested_as_scipy_does() -> None:
    found = p_of_pairs([PerDay(30, 10), PerDay(15, 10), None, PerDay(0, 10)])
    assert found == pytest.approx(
        {
            (0, 1): stats.binomtest(30, 45, 0.5).pvalue,
            (0, 3): stats.binomtest(30, 30, 0.5).pvalue,
            (1, 3): stats.binomtest(15, 15, 0.5).pvalue,
        }
    )
    assert p_of_pairs([Plain(1), Plain(2)]) == {}
    assert p_of_pairs([Rate(40, 100), Rate(20, 100)])[0, 1] == pytest.approx(
        stats.chi2_contingency([[40, 60], [20, 80]], correction=False).pvalue
    )

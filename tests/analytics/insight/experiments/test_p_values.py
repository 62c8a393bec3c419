"""p-values against two independent libraries."""

import numpy as np
import pytest
from scipy import stats

from analytics.insight.experiments.p_values import exact_p, holm, p_of_means, p_of_rates
from analytics.reports.intervals import Sample


def sample(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (120, 4000, 90, 4100), (1, 500, 14, 520)])
def test_rates_are_tested_by_the_pooled_score(counts: tuple[int, int, int, int]) -> None:
    from statsmodels.stats.proportion import proportions_ztest

    one, of, other, of_other = counts
    oracle = proportions_ztest([one, other], [of, of_other])[1]

    assert p_of_rates(*counts) == pytest.approx(oracle, rel=1e-9)


@pytest.mark.parametrize(
    "counts",
    [
        (3, 10, 0, 10),
        (0, 3, 3, 3),
        (5, 5, 0, 4),
        (2, 900, 7, 1100),
        (4, 1_000_000, 0, 1_000_000),
        (12, 100, 40_000, 10**6),
    ],
)
def test_few_are_tested_exactly(counts: tuple[int, int, int, int]) -> None:
    one, of, other, of_other = counts
    table = np.array([[one, of - one], [other, of_other - other]])
    assert exact_p(one, of, one + other, of + of_other) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6)


def test_pages_need_no_library_that_is_heavy_to_load() -> None:
    assert p_of_rates(3, 10, 0, 10) == exact_p(3, 10, 3, 20)


@pytest.mark.parametrize("counts", [(0, 10, 0, 12), (10, 10, 12, 12)])
def test_where_all_or_nobody_did_it_nothing_differs(counts: tuple[int, int, int, int]) -> None:
    assert p_of_rates(*counts) == 1.0


def test_rates_without_people_have_none() -> None:
    assert p_of_rates(0, 0, 5, 10) is None


def test_means_are_tested_as_welch_does() -> None:
    chance = np.random.default_rng(3)
    one, other = chance.lognormal(1, 1, 40).tolist(), chance.lognormal(1.3, 0.5, 25).tolist()

    assert p_of_means(sample(one), sample(other)) == pytest.approx(
        stats.ttest_ind(one, other, equal_var=False).pvalue, rel=1e-9
    )


@pytest.mark.parametrize(("one", "other"), [([1.0], [1.0, 2.0]), ([2.0, 2.0], [2.0, 2.0, 2.0])])
def test_means_that_cannot_be_tested_have_none(one: list[float], other: list[float]) -> None:
    assert p_of_means(sample(one), sample(other)) is None


def test_holm_is_the_librarys() -> None:
    from statsmodels.stats.multitest import multipletests

    p_values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]

    assert holm([*p_values]) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


def test_holm_counts_only_what_was_tested() -> None:
    assert holm([0.02, None, 0.03]) == [0.04, None, 0.04]
    assert holm([]) == []

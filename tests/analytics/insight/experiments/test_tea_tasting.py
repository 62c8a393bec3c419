"""The statistics of tests of variants held against tea-tasting, which was written by others."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
import tea_tasting as tt

from analytics.insight.experiments.adjusting import adjusted
from analytics.insight.experiments.balance import balance
from analytics.insight.experiments.judging import Comparison, Plan, judge
from analytics.insight.experiments.moments import Outcome, moments_of

SEEDS = [1, 2, 3]


def drawn(seed: int, people: int = 4_000) -> pa.Table:
    """Amounts of which a part was foretold by those of before, in two arms; and whether there was any."""
    chance = np.random.default_rng(seed)
    arm, before = chance.integers(0, 2, people), chance.gamma(2.0, 10.0, people)
    amount = np.maximum(0.0, before * 0.6 + chance.normal(arm * 0.8 - 6, 6.0, people))
    return pa.table({"variant": arm, "amount": amount, "before": before, "did": (amount > 4).astype(float)})


def outcome(table: pa.Table, name: str, *, is_rate: bool = False, is_adjusted: bool = False) -> Outcome:
    arm, values, before = (table[column].to_numpy() for column in ("variant", name, "before"))
    arms = {
        label: moments_of(values[arm == place], before[arm == place] if is_adjusted else None)
        for place, label in enumerate(("control", "letter"))
    }
    return Outcome(name, is_rate, arms, is_adjusted=is_adjusted)


def compared(one: Outcome) -> Comparison:
    people = {arm: moments.count for arm, moments in one.arms.items()}
    return judge(people, [one], Plan("control", {})).comparisons[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_means_are_compared_as_tea_tasting_does(seed: int) -> None:
    table = drawn(seed)
    oracle = tt.Experiment(amount=tt.Mean("amount")).analyze(table)["amount"]
    ours = compared(outcome(table, "amount"))
    assert (ours.lift.absolute, ours.lift.ci_low, ours.lift.ci_high, ours.p) == pytest.approx(
        (oracle.effect_size, oracle.effect_size_ci_lower, oracle.effect_size_ci_upper, oracle.pvalue)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_before_is_allowed_for_as_tea_tasting_does(seed: int) -> None:
    """It takes the slope over everybody, this program within the arms: of a true difference they part by little."""
    table = drawn(seed)
    oracle = tt.Experiment(amount=tt.Mean("amount", "before")).analyze(table)["amount"]
    ours = adjusted(outcome(table, "amount", is_adjusted=True), "letter", "control")
    assert ours is not None
    assert ours.difference == pytest.approx(oracle.effect_size, rel=2e-3)
    assert ours.high - ours.low == pytest.approx(oracle.effect_size_ci_upper - oracle.effect_size_ci_lower, rel=2e-3)
    plain = tt.Experiment(amount=tt.Mean("amount")).analyze(table)["amount"]
    width = (oracle.effect_size_ci_upper - oracle.effect_size_ci_lower) / (
        plain.effect_size_ci_upper - plain.effect_size_ci_lower
    )
    assert (1 - ours.removed) ** 0.5 == pytest.approx(width, rel=2e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_rates_are_tested_as_tea_tasting_does(seed: int) -> None:
    table = drawn(seed)
    proportion = tt.Proportion("did", method="norm", correction=False, equal_var=True)
    oracle = tt.Experiment(did=proportion).analyze(table)["did"]
    ours = compared(outcome(table, "did", is_rate=True))
    assert (ours.lift.absolute, ours.p) == pytest.approx((oracle.effect_size, oracle.pvalue), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ratio", [1, 2])
def test_divisions_are_doubted_as_tea_tasting_does(seed: int, ratio: int) -> None:
    table = drawn(seed)
    oracle = tt.Experiment(division=tt.SampleRatio(ratio, method="norm", correction=False)).analyze(table)["division"]
    people = Counter(table["variant"].to_pylist())
    found = balance({"control": people[0], "letter": people[1]}, {"control": 1, "letter": ratio})
    assert found.p == pytest.approx(oracle.pvalue, rel=1e-6, abs=1e-12)


def test_several_comparisons_are_corrected_as_tea_tasting_does() -> None:
    tables = {str(seed): tt.Experiment(amount=tt.Mean("amount")).analyze(drawn(seed, 900)) for seed in SEEDS}
    oracle = tt.adjust_fwer(tables, method="bonferroni", arbitrary_dependence=True)
    outcomes = [outcome(drawn(seed, 900), "amount") for seed in SEEDS]
    people = {arm: moments.count for arm, moments in outcomes[0].arms.items()}
    judged = judge(people, outcomes, Plan("control", {}))
    theirs = [oracle[str(seed)]["amount"]["pvalue_adj"] for seed in SEEDS]
    assert [one.corrected for one in judged.comparisons] == pytest.approx(theirs)

"""Whole tests judged from their sums."""

import numpy as np
import pytest

from analytics.insight.experiments.judging import Plan, Verdict, judge
from analytics.insight.experiments.moments import Moments, Outcome, moments_of, skewness
from analytics.insight.experiments.wording import sentences
from analytics.insight.values import Floats

PLAN = Plan(control="none", shares={})


def rate(name: str, arms: dict[str, tuple[int, int]]) -> Outcome:
    """By arm: how many did it, of how many."""
    return Outcome(name, True, {arm: Moments(of, did, did) for arm, (did, of) in arms.items()})


def amounts(arms: dict[str, Floats], skew: float = 0.0) -> Outcome:
    return Outcome("spend", False, {arm: moments_of(values) for arm, values in arms.items()}, skew)


def people(outcome: Outcome) -> dict[str, int]:
    return {arm: one.count for arm, one in outcome.arms.items()}


def words(*outcomes: Outcome, plan: Plan = PLAN) -> list[str]:
    return list(sentences(judge(people(outcomes[0]), outcomes, plan)))


def test_clear_difference_is_said_with_its_interval() -> None:
    said = (
        "visit, letter: 16.00% against 10.00% in none: +6.00 points, 95% interval 3.06 to 8.95; "
        "a clear difference (p below 0.001)."
    )
    assert words(rate("visit", {"none": (100, 1000), "letter": (160, 1000)})) == [said]


def test_unclear_difference_says_what_it_would_take() -> None:
    said = (
        "visit, letter: 5.80% against 5.00% in none: +0.80 points, 95% interval \N{MINUS SIGN}1.20 to "
        "2.81; no clear difference (p = 0.429). It needs about 63,000 more recipients to see a lift of 0.50 points "
        "four times in five."
    )
    assert words(rate("visit", {"none": (50, 1000), "letter": (58, 1000)}), plan=Plan("none", {}, worth=0.005)) == [
        said
    ]


def test_enough_people_and_no_difference_say_what_would_have_been_seen() -> None:
    found = words(rate("visit", {"none": (50_000, 100_000), "letter": (50_100, 100_000)}))

    assert found[0].endswith("With the people there are, a lift of 0.63 points would be seen four times in five.")


def test_several_comparisons_are_corrected_for_their_number() -> None:
    """One difference alone is clear, among five it is not."""
    alone = rate("visit", {"none": (100, 1000), "a": (130, 1000)})
    among = rate("visit", {"none": (100, 1000), "a": (130, 1000), **dict.fromkeys("bcde", (101, 1000))})

    assert judge(people(alone), [alone], PLAN).comparisons[0].verdict is Verdict.CLEAR
    found = judge(people(among), [among], PLAN).comparisons[0]
    assert found.p is not None
    assert found.verdict is Verdict.UNCLEAR
    assert found.corrected == pytest.approx(5 * found.p)
    assert "after correction for 5 comparisons" in next(iter(words(among)))


def test_mismatch_blocks_every_verdict_and_says_why() -> None:
    visit = rate("visit", {"none": (100, 1000), "letter": (400, 1400)})

    judged = judge(people(visit), [visit], PLAN)
    assert [one.verdict for one in judged.comparisons] == [Verdict.BLOCKED]
    assert [line.partition(".")[0] for line in sentences(judged)] == ["No verdict"]
    assert (
        judge(people(visit), [visit], Plan("none", {"none": 1, "letter": 1.4})).comparisons[0].verdict is Verdict.CLEAR
    )


def test_people_without_an_outcome_count_in_the_division() -> None:
    visit = rate("visit", {"none": (100, 1000), "letter": (160, 1000)})

    assert judge({"none": 1000, "letter": 1400}, [visit], PLAN).blocked
    assert judge({"none": 1010, "letter": 1000}, [visit], PLAN).blocked == ""


@pytest.mark.parametrize("size", [1, 2, 3])
def test_tiny_groups_are_never_clear(size: int) -> None:
    tiny = rate("visit", {"none": (0, size), "letter": (size, size)})

    assert judge(people(tiny), [tiny], PLAN).comparisons[0].verdict is not Verdict.CLEAR


def test_amounts_of_few_people_are_not_judged() -> None:
    spend = amounts({"none": np.array([0.0] * 500), "letter": np.array([0.0] * 495 + [900.0] * 5)})

    assert judge(people(spend), [spend], PLAN).comparisons[0].verdict is Verdict.TOO_FEW
    assert words(spend) == ["spend, letter: 9.00 against 0.00 in none. Too few people to say more."]


def test_equal_amounts_are_not_judged() -> None:
    spend = amounts({"none": np.ones(100), "letter": np.full(100, 2.0)})

    assert judge(people(spend), [spend], PLAN).comparisons[0].verdict is Verdict.TOO_FEW


def test_uneven_amounts_are_said_to_be_rough() -> None:
    chance = np.random.default_rng(2)
    first, second = chance.lognormal(0, 2, 400), chance.lognormal(0, 2, 400)
    skew = skewness(np.concatenate([first, second]))

    assert words(amounts({"none": first, "letter": second}, skew))[0].endswith("take the interval as rough.")
    assert "rough" not in words(amounts({"none": first, "letter": second}, 0.5))[0]


def test_covariate_decides_where_it_is_given() -> None:
    """A difference that noise hides is clear once what was known before is taken out of it."""
    chance = np.random.default_rng(7)
    before = dict.fromkeys(("none", "letter"), chance.normal(100, 30, 500))
    after = {arm: before[arm] + chance.normal(1.5 if arm == "letter" else 0.0, 3, 500) for arm in before}
    sums = {arm: moments_of(after[arm], before[arm]) for arm in before}

    plain = Outcome("spend", False, sums)
    better = Outcome("spend", False, sums, is_adjusted=True)
    counts = dict.fromkeys(before, 500)
    assert judge(counts, [plain], PLAN).comparisons[0].verdict is Verdict.UNCLEAR
    found = judge(counts, [better], Plan("none", {}, covariate="before")).comparisons[0]
    assert found.verdict is Verdict.CLEAR
    assert found.adjusted is not None
    assert found.adjusted.removed > 0.95


def test_arms_that_differed_before_block_the_verdict() -> None:
    y = np.arange(200.0)
    arms = {"none": moments_of(y, y), "letter": moments_of(y, y + 60)}

    judged = judge({"none": 200, "letter": 200}, [Outcome("y", False, arms, is_adjusted=True)], PLAN)
    assert judged.blocked.startswith("none and letter differed before the test began")


def test_interval_for_every_look_is_the_wider_one_around_the_same_difference() -> None:
    found = judge({"none": 1000, "letter": 1000}, [rate("v", {"none": (100, 1000), "letter": (130, 1000)})], PLAN)

    one = found.comparisons[0]
    assert one.always_low is not None and one.always_high is not None  # noqa: PT018
    assert one.lift.ci_low is not None and one.lift.ci_high is not None  # noqa: PT018
    assert (one.always_low + one.always_high) / 2 == pytest.approx(0.03)
    assert one.always_low < one.lift.ci_low < one.lift.ci_high < one.always_high


def test_what_is_clear_at_the_end_may_not_be_so_while_more_comes_in() -> None:
    visit = rate("visit", {"none": (100, 1000), "letter": (130, 1000)})

    over = judge(people(visit), [visit], PLAN).comparisons[0]
    running = judge(people(visit), [visit], Plan("none", {}, is_over=False)).comparisons[0]
    assert (over.verdict, running.verdict) == (Verdict.CLEAR, Verdict.UNCLEAR)
    assert running.always_corrected == running.always_p > 0.05
    many = rate("visit", {"none": (100, 1000), "letter": (170, 1000)})
    assert judge(people(many), [many], Plan("none", {}, is_over=False)).comparisons[0].verdict is Verdict.CLEAR


def test_everybody_against_nobody_is_clear_on_any_day_though_neither_arm_varies() -> None:
    visit = rate("visit", {"none": (0, 30), "letter": (30, 30)})

    found = judge(people(visit), [visit], Plan("none", {}, is_over=False)).comparisons[0]
    assert found.verdict is Verdict.CLEAR
    assert found.always_low == pytest.approx(1 - 3.03 * (0.25 * 2 / 30) ** 0.5, abs=2e-3)


def test_looks_at_any_day_are_corrected_for_their_number_too() -> None:
    among = rate("visit", {"none": (100, 1000), "a": (150, 1000), **dict.fromkeys("bcde", (101, 1000))})

    found = judge(people(among), [among], Plan("none", {}, is_over=False)).comparisons[0]
    assert found.always_corrected == pytest.approx(5 * found.always_p)


def test_letters_sent_at_once_whose_answers_come_for_a_month_are_seldom_called_clear_on_any_day() -> None:
    """Without any difference, looked at thirty times: at most one test in twenty, and chance of 200 tests."""
    chance = np.random.default_rng(11)
    size, alarms, peeked = 2000, 0, 0
    for _ in range(200):
        answers = np.cumsum(chance.binomial(size, 0.1 / 30, (30, 2)), axis=0).tolist()
        found = [
            judge({"none": size, "letter": size}, [visit], Plan("none", {}, is_over=False)).comparisons[0]
            for control, letter in answers
            if (visit := rate("visit", {"none": (control, size), "letter": (letter, size)}))
        ]
        alarms += any(one.verdict is Verdict.CLEAR for one in found)
        peeked += any(one.lift.is_clear for one in found)
    assert alarms <= 200 * (0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5)
    assert peeked > 200 * 0.12


def test_skewness_is_the_third_moment_over_the_spread() -> None:
    assert skewness(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(1.1547, abs=1e-4)
    assert skewness(np.array([1.0, 1.0])) == 0.0

"""Whether people were divided as meant."""

import pytest
from scipy import stats

from analytics.insight.experiments.balance import balance, uneven_before
from analytics.insight.experiments.moments import Moments, Outcome


def test_equal_arms_are_tested_by_chi_square() -> None:
    found = balance({"a": 1020, "b": 980, "c": 1000}, {})

    assert found.p == pytest.approx(stats.chisquare([1020, 980, 1000]).pvalue)
    assert found.expected == {"a": 1000, "b": 1000, "c": 1000}
    assert found.blocked == ""


def test_meant_shares_are_held_against_what_came() -> None:
    assert balance({"a": 1000, "b": 2010}, {"a": 1, "b": 2}).blocked == ""
    assert balance({"a": 1000, "b": 2010}, {}).blocked != ""


def test_mismatch_says_what_is_wrong_and_what_to_do() -> None:
    assert balance({"a": 5000, "b": 5400}, {}).blocked == (
        "The people were not divided as intended: a has 5,000 where 5,200 were expected, and chance alone "
        "does so in about 88 in a million tests. The difference may come from the people missing or added, "
        "not from the variant. Look for what drops or repeats people in one arm. If the arms were intended "
        "to differ in size, state their shares and judge again."
    )
    assert "state their shares" not in balance({"a": 5000, "b": 5400}, {"a": 1, "b": 1}).blocked


def test_level_is_one_in_a_hundred() -> None:
    blocked = {people for people in range(1000, 1200) if balance({"a": 1000, "b": people}, {}).blocked}

    assert min(blocked) == next(n for n in range(1000, 1200) if stats.chisquare([1000, n]).pvalue < 0.01)


def test_few_people_are_not_tested_and_it_is_said() -> None:
    found = balance({"a": 1, "b": 7}, {})

    assert (found.p, found.blocked) == (None, "")
    assert found.cautions == ("Too few people to tell whether they were divided as intended.",)


def test_arm_without_anybody_is_a_mismatch() -> None:
    assert balance({"a": 100, "b": 0}, {}).blocked


def outcome(first: tuple[float, float], second: tuple[float, float], people: int = 400) -> Outcome:
    """Arms by mean and spread of the covariate."""
    arms = {
        name: Moments(people, 0, 0, mean * people, (spread**2 + mean**2) * people)
        for name, (mean, spread) in {"a": first, "b": second}.items()
    }
    return Outcome("y", is_rate=False, arms=arms)


def test_arms_that_differed_before_are_named() -> None:
    assert uneven_before(outcome((10, 2), (10.1, 2)), "history") == ""
    assert uneven_before(outcome((10, 2), (11, 2)), "history").startswith(
        "a and b differed before the test began: the mean of history is 10 and 11, and chance alone"
    )


def test_where_no_shares_were_stated_those_that_the_people_fit_are_named_and_not_taken_for_meant() -> None:
    found = balance({"control": 16687, "letter": 33396}, {})
    assert found.blocked.endswith(
        "No shares were stated, so equal ones were expected; the people would fit 1 (control) to 2 (letter). "
        "If that was intended, state it and judge again."
    )
    assert balance({"control": 16687, "letter": 33396}, {"control": 1, "letter": 2}).blocked == ""


@pytest.mark.parametrize("people", [{"a": 5000, "b": 5400}, {"a": 5000, "b": 8000}, {"a": 100, "b": 9000}])
def test_where_no_simple_shares_fit_none_are_named(people: dict[str, int]) -> None:
    assert balance(people, {}).blocked.endswith("state their shares and judge again.")

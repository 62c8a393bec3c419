"""Conversions shared out among campaigns."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analytics.insight.attribution import REMOVAL, RULES, Path, Touch, attribute


def path(*campaigns: str, conversions: float = 1) -> Path:
    """One touch a week, the last on the day the path ended."""
    return Path([Touch(name, 7.0 * (len(campaigns) - 1 - place)) for place, name in enumerate(campaigns)], conversions)


def test_each_rule_shares_one_path_as_it_says() -> None:
    credit = attribute([path("a", "b", "c", "a")]).credit

    assert credit["first"] == {"a": 1, "b": 0, "c": 0}
    assert credit["last"] == {"a": 1, "b": 0, "c": 0}
    assert credit["linear"] == {"a": 0.5, "b": 0.25, "c": 0.25}
    assert credit["time decay"] == pytest.approx({"a": 9 / 15, "b": 2 / 15, "c": 4 / 15})
    assert credit["position"] == pytest.approx({"a": 0.8, "b": 0.1, "c": 0.1})


def test_position_of_one_and_two_touches_is_shared_equally() -> None:
    assert attribute([path("a")]).credit["position"] == {"a": 1}
    assert attribute([path("a", "b")]).credit["position"] == {"a": 0.5, "b": 0.5}


def test_removal_effect_is_what_fewer_would_convert() -> None:
    """Worked out by hand: of a, b all convert, of a alone and of b alone half; without a a third of all remain."""
    paths = [path("a", "b"), path("a"), path("a", conversions=0), path("b"), path("b", conversions=0)]
    credit = attribute(paths).credit[REMOVAL]

    # From the beginning 3/5 go to a, 2/5 to b; from a 1/3 convert, 1/3 go on to b; from b 2/3 convert.
    whole = 3 / 5 * (1 / 3 + 1 / 3 * 2 / 3) + 2 / 5 * 2 / 3
    without_a, without_b = 2 / 5 * 2 / 3, 3 / 5 * 1 / 3
    among = (whole - without_a) + (whole - without_b)
    assert credit == pytest.approx({"a": 3 * (whole - without_a) / among, "b": 3 * (whole - without_b) / among})


def test_campaign_that_everybody_met_is_owed_more_than_one_that_nobody_needed() -> None:
    credit = attribute([path("a", "b")] * 5 + [path("b", conversions=0)] * 20 + [path("a")] * 5).credit[REMOVAL]

    assert credit["a"] > credit["b"]


def test_conversions_of_people_who_met_no_campaign_are_told_apart() -> None:
    found = attribute([path("a"), Path([], 2)])

    assert (found.conversions, found.untouched) == (3, 2)
    assert all(sum(credit.values()) == 1 for credit in found.credit.values())


def test_long_ago_touches_are_still_shared_out() -> None:
    found = attribute([Path([Touch("a", 90_000), Touch("b", 90_000)], 1)])

    assert found.credit["time decay"] == {"a": 0.5, "b": 0.5}


def test_nothing_converted_is_owed_to_nobody() -> None:
    found = attribute([path("a", conversions=0)])

    assert set(found.credit) == {*RULES, REMOVAL}
    assert all(sum(credit.values()) == 0 for credit in found.credit.values())


touches = some.lists(some.sampled_from("abcd"), max_size=5)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(touches, some.integers(0, 3)), min_size=1, max_size=12))
def test_credit_of_each_rule_sums_to_the_conversions(made: list[tuple[list[str], int]]) -> None:
    found = attribute([path(*names, conversions=times) for names, times in made])

    assert found.conversions == sum(times for _, times in made)
    for credit in found.credit.values():
        assert sum(credit.values()) + found.untouched == pytest.approx(found.conversions)
        assert min(credit.values(), default=0) >= 0

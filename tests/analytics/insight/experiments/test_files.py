"""Tests from files, however they are written, and many tests in one."""

from collections.abc import Sequence

import pytest

from analytics.insight.experiments.files import Asked, FileTest, judge_file
from analytics.insight.experiments.judging import Verdict
from analytics.insight.experiments.many import judge_many
from analytics.insight.tables import Table
from records.intake.problems import Refused


def table(**columns: Sequence[object]) -> Table:
    texts = {name: [str(cell) for cell in cells] for name, cells in columns.items()}
    return Table("file.csv", texts, list(range(2, 2 + len(next(iter(texts.values()))))))


def judged(rows: Table, asked: Asked) -> FileTest:
    return judge_file(rows, asked)


ARMS = ["control"] * 100 + ["letter"] * 100
YES = ["yes"] * 10 + ["no"] * 90 + ["yes"] * 40 + ["no"] * 60


def test_people_are_counted_by_arm_and_judged() -> None:
    found = judged(table(arm=ARMS, y=YES), Asked("arm", ["y"]))

    assert found.judged.control == "control"
    assert found.judged.balance.observed == {"control": 100, "letter": 100}
    one = found.judged.comparisons[0]
    assert (one.arm, one.is_rate, one.value, one.control_value, one.verdict) == (
        "letter",
        True,
        0.4,
        0.1,
        Verdict.CLEAR,
    )
    assert found.notes == ("'control' is taken for the control: say which one is (control).",)


@pytest.mark.parametrize(
    ("names", "control"),
    [
        (["letter", "No E-Mail"], "No E-Mail"),
        (["1", "0"], "0"),
        (["B", "A"], "A"),
        (["new", "Control group"], "Control group"),
        (["treated", "holdout"], "holdout"),
        (["red", "blue"], "blue"),
        (["Another", "x"], "Another"),
    ],
)
def test_control_is_guessed_by_its_name_else_the_first(names: list[str], control: str) -> None:
    found = judged(table(arm=names * 20, y=[0, 1] * 20), Asked("arm", ["y"]))

    assert found.judged.control == control


def test_control_and_shares_that_do_not_fit_are_refused() -> None:
    rows = table(arm=ARMS, y=YES)

    with pytest.raises(Refused, match="there is no arm 'none': there are 'control', 'letter'"):
        judged(rows, Asked("arm", ["y"], control="none"))
    with pytest.raises(Refused, match="shares are given for control, other, the arms are control, letter"):
        judged(rows, Asked("arm", ["y"], shares={"control": 1, "other": 1}))
    with pytest.raises(Refused, match="above zero"):
        judged(rows, Asked("arm", ["y"], shares={"control": 1, "letter": 0}))


def test_column_that_is_no_arm_is_refused() -> None:
    with pytest.raises(Refused, match="names only a: a test has two arms or more"):
        judged(table(arm=["a", "a"], y=[1, 0]), Asked("arm", ["y"]))
    with pytest.raises(Refused, match="has 101 different values, as in '0': that is no arm of a test"):
        judged(table(arm=range(101), y=range(101)), Asked("arm", ["y"]))


def test_what_is_missing_is_left_out_and_told() -> None:
    rows = table(arm=[*ARMS, "", "letter"], y=[*YES, "yes", "NA"])
    found = judged(rows, Asked("arm", ["y"], control="control"))

    assert found.judged.balance.observed == {"control": 100, "letter": 101}
    assert found.judged.comparisons[0].value == 0.4
    assert found.notes == ("1 rows name no arm and were left out.", "y: 1 people without a value were left out of it.")


def test_outcome_without_any_value_is_refused() -> None:
    with pytest.raises(Refused, match="column 'y' has no value in any row"):
        judged(table(arm=ARMS, y=[""] * 200), Asked("arm", ["y"]))


def test_constant_outcome_is_no_clear_difference() -> None:
    found = judged(table(arm=ARMS, y=[0] * 200), Asked("arm", ["y"]))

    assert found.judged.comparisons[0].verdict is Verdict.UNCLEAR
    assert found.judged.comparisons[0].p == 1.0


def test_covariate_that_is_missing_for_some_counts_as_the_mean_of_all() -> None:
    before = [float(place % 7) for place in range(200)]
    after = [value * 2 + (place >= 100) for place, value in enumerate(before)]
    rows = table(arm=ARMS, y=after, x=["" if place % 50 == 0 else value for place, value in enumerate(before)])

    found = judged(rows, Asked("arm", ["y"], covariate="x")).judged.comparisons[0]
    assert found.adjusted is not None
    assert found.adjusted.removed > 0.9


def test_covariate_that_says_the_same_of_everybody_is_told_and_not_used() -> None:
    found = judged(table(arm=ARMS, y=YES, x=[1] * 200), Asked("arm", ["y"], control="control", covariate="x"))

    assert found.judged.comparisons[0].adjusted is None
    assert found.notes == ("y: the covariate says the same of everybody, so nothing was allowed for.",)


def test_rows_of_a_person_are_added_and_who_is_in_two_arms_is_left_out() -> None:
    rows = table(
        who=["p1", "p1", "p2", "p3", "p3", "p4"],
        arm=["a", "a", "b", "a", "b", "b"],
        y=[0, 1, 0, 1, 1, 1],
        z=[2, 3, 1, 9, 9, 4],
    )
    found = judged(rows, Asked("arm", ["y", "z"], control="a", unit="who"))

    assert found.judged.balance.observed == {"a": 1, "b": 2}
    assert [(one.outcome, one.control_value, one.value) for one in found.judged.comparisons] == [
        ("y", 1.0, 0.5),
        ("z", 5.0, 2.5),
    ]
    assert found.judged.blocked == "who: people in more than one arm"
    assert "2 rows repeat a person and were added to the person's first." in found.notes
    assert "1 people stand in more than one arm and were left out." in found.notes


def test_rows_that_stand_for_several_people_are_as_many() -> None:
    rows = table(arm=["a", "b", "a"], clicks=[30, 90, 20], shown=[500, 1000, 500])
    found = judged(rows, Asked("arm", ["clicks"], control="a", trials="shown"))

    one = found.judged.comparisons[0]
    assert (one.control_value, one.value, found.judged.balance.observed) == (0.05, 0.09, {"a": 1000, "b": 1000})


@pytest.mark.parametrize(
    ("clicks", "shown", "wrong"),
    [
        (["3", "4"], ["5", "2"], r"line 3, column 'clicks': is more than the people of its row"),
        (["3", "-4"], ["5", "9"], r"line 3, column 'clicks': is no number of people"),
        (["3", "4"], ["5.5", "9"], r"line 2, column 'shown': is no number of people"),
    ],
)
def test_counts_that_cannot_be_are_refused_with_their_line(clicks: list[str], shown: list[str], wrong: str) -> None:
    with pytest.raises(Refused, match=wrong):
        judged(table(arm=["a", "b"], clicks=clicks, shown=shown), Asked("arm", ["clicks"], trials="shown"))


def archive(sizes: list[tuple[int, int]]) -> Table:
    """A test for each pair of arm sizes, nobody clicking more in the one than in the other."""
    tests = [str(number) for number, _ in enumerate(sizes) for _ in range(2)]
    shown = [people for pair in sizes for people in pair]
    return table(test=tests, arm=["a", "b"] * len(sizes), clicks=[people // 20 for people in shown], shown=shown)


def test_archive_of_sound_tests_is_believed() -> None:
    found = judge_many(archive([(1000, 1005)] * 50), Asked("arm", ["clicks"], trials="shown"), "test")

    assert (found.tests, found.judged, found.blocked, found.clear, found.blocked_p) == (50, 50, 0, 0, 1.0)
    assert found.verdict == "0 of 50 tests were not divided as meant, 0.5 by chance: no more than chance does."


def test_archive_with_broken_divisions_is_named_so() -> None:
    found = judge_many(
        archive([(1000, 1005)] * 45 + [(1000, 1200)] * 5), Asked("arm", ["clicks"], trials="shown"), "test"
    )

    assert found.blocked == 5
    assert found.blocked_p < 1e-3
    assert found.verdict.startswith(
        "5 of 50 tests were not divided as meant, 0.5 by chance: the division of this archive is"
    )
    assert [name for name, _ in found.worst] == ["45", "46", "47", "48", "49"]


def test_tests_of_an_archive_that_cannot_be_judged_are_counted_with_the_reason() -> None:
    rows = table(test=["1", "1", "2"], arm=["a", "b", "a"], y=[1, 0, 1])
    found = judge_many(rows, Asked("arm", ["y"]), "test")

    assert (found.tests, found.judged) == (2, 1)
    assert found.refused == {"column 'arm' names only a: a test has two arms or more": 1}

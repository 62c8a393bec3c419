"""Response models on people that they have not seen."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from analytics.insight.responding import judging
from analytics.insight.responding.explaining import reasons, usual
from analytics.insight.responding.features import Feature, features_of
from analytics.insight.responding.judging import split_of, try_file
from analytics.insight.responding.measuring import measured
from analytics.insight.tables import Table
from analytics.insight.values import Floats
from records.intake.problems import Refused


def table(**columns: Sequence[object]) -> Table:
    texts = {name: [str(cell) for cell in cells] for name, cells in columns.items()}
    return Table("file.csv", texts, list(range(2, 2 + len(next(iter(texts.values()))))))


def made_up(people: int = 1500, seed: int = 9) -> Table:
    """Who opened many and is a member responds; what the colour is does not matter."""
    chance = np.random.default_rng(seed)
    opened, member = chance.poisson(3, people), chance.random(people) < 0.4
    odds = -3 + 0.5 * opened + 1.5 * member
    did = chance.random(people) < 1 / (1 + np.exp(-odds))
    return table(
        customer_id=[f"c{number}" for number in range(people)],
        opened=["" if place % 50 == 0 else count for place, count in enumerate(opened)],
        member=["member" if one else "guest" for one in member],
        colour=chance.choice(["teal", "plum", "ochre"], people).tolist(),
        age=chance.integers(18, 90, people).tolist(),
        always=["x"] * people,
        responded=["yes" if one else "no" for one in did],
    )


def test_model_orders_people_and_its_probabilities_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "BLOCKS", 2)
    tried = try_file(made_up(2000), "responded", time_ordered=True)

    assert tried.people == 2000
    assert tried.boosted.auc > 0.7
    assert tried.boosted.top_tenth_lift > 1.8
    assert tried.boosted.calibration_error < 0.08
    assert tried.logistic.auc > 0.7
    assert tried.renewed_boosted is not None
    assert tried.renewed_boosted.auc > 0.7
    assert list(tried.weights)[:2] == ["opened", "member"] or list(tried.weights)[:2] == ["member", "opened"]
    assert tried.refused == {"age": "says a person's age, which is never used to choose whom to write to"}
    assert tried.left_out == {"customer_id": "names each row", "always": "says the same of everybody"}
    assert {reason.field for person in tried.reasons for reason in person[:2]} <= {"opened", "member"}


def test_forbidden_field_changes_nothing() -> None:
    """With the target itself written into a field that is refused, the model is the same to the last digit."""
    rows = made_up(400)
    told = Table(rows.name, rows.columns | {"age": rows.columns["responded"]}, rows.lines)

    assert try_file(told, "responded").boosted == try_file(rows, "responded").boosted


def test_excluded_field_is_not_learnt_from() -> None:
    rows = made_up(400)
    told = Table(rows.name, rows.columns | {"answer": rows.columns["responded"]}, rows.lines)

    assert try_file(told, "responded").boosted.auc == pytest.approx(1.0)
    tried = try_file(told, "responded", ["answer"])
    assert tried.boosted.auc < 0.95
    assert tried.left_out["answer"] == "excluded"
    with pytest.raises(Refused, match="has no column 'nothing'"):
        try_file(told, "responded", ["nothing"])


def test_target_must_be_yes_or_no_and_of_enough_people() -> None:
    rows = made_up(400)

    with pytest.raises(Refused, match=r"column 'opened': is no yes or no: say which word counts as yes"):
        try_file(rows, "opened")
    with pytest.raises(Refused, match=r"column 'colour': '\w+' is neither a number nor yes or no"):
        try_file(rows, "colour")
    with pytest.raises(Refused, match="too few to learn from: 5 of 5 people"):
        try_file(table(y=["yes"] * 5 + ["no"] * 4, x=range(9)), "y", time_ordered=True)
    with pytest.raises(Refused, match="has no column that a model may learn from"):
        try_file(table(y=["yes", "no"] * 50, age=range(100)), "y")


def test_word_that_counts_as_yes_may_be_named() -> None:
    assert try_file(made_up(900), "colour", positive="teal").boosted.observed == pytest.approx(1 / 3, abs=0.06)


def test_people_in_order_of_time_are_tried_on_the_last() -> None:
    split = split_of(np.arange(100), time_ordered=True)

    assert (split.learn.tolist(), split.calibrate.tolist()) == (list(range(56)), list(range(56, 70)))
    assert split.test.tolist() == list(range(70, 100))
    by_seed = split_of(np.arange(100), time_ordered=False)
    assert sorted([*by_seed.learn, *by_seed.calibrate, *by_seed.test]) == list(range(100))
    assert by_seed.test.tolist() != split.test.tolist()


def test_columns_are_numbers_or_categories_and_the_rare_are_others() -> None:
    words = [f"w{number}" for number in range(45) for _ in range(3)]
    found = features_of(table(y=[0, 1] * 67 + [0], n=[*range(134), ""], w=words), "y", []).features

    assert [one.name for one in found] == ["n", "w"]
    assert np.isnan(found[0].values[-1])
    assert (len(found[1].categories), found[1].categories[-1]) == (41, "other")
    assert found[1].shown(found[1].values[-1]) == "other"
    assert (found[0].shown(1234.5), found[0].shown(float("nan"))) == ("1,234.5", "unknown")


def test_measures_are_those_of_an_independent_library() -> None:
    chance = np.random.default_rng(4)
    predicted = np.round(chance.random(500), 2)
    target = (chance.random(500) < predicted).astype(float)
    found = measured(target, predicted)

    assert found.auc == pytest.approx(roc_auc_score(target, predicted))
    assert found.brier == pytest.approx(brier_score_loss(target, predicted))
    assert sum(one.people for one in found.bins) == 500


def test_top_tenth_and_calibration_are_as_worked_out_by_hand() -> None:
    predicted = np.array([0.9, 0.9] + [0.1] * 18)
    target = np.array([1.0, 1.0] + [0.0] * 16 + [1.0, 1.0])
    found = measured(target, predicted)

    assert found.top_tenth_lift == pytest.approx(1 / 0.2)
    assert found.calibration_error == pytest.approx((0.1 * 2 + 0.1 * 16 + 0.9 * 2) / 20)


class Model:
    """Ten points of probability for each of the first field, nothing for the second."""

    def predict_proba(self, matrix: Floats) -> Floats:
        yes = 0.1 + 0.1 * matrix[:, 0]
        return np.column_stack([1 - yes, yes])


def test_reasons_are_what_a_usual_value_would_change() -> None:
    rows = table(y=[0, 1, 0, 1, 0], opened=[1, 1, 1, 4, 0], colour=["teal", "plum", "teal", "teal", "teal"])
    features = features_of(rows, "y", [])
    found = reasons(Model(), features, features.matrix)

    assert found[0] == []  # nothing of the first person is unusual
    assert [reason.words for reason in found[3]] == ["opened is 4 (raises it from 20.0% to 50.0%; usual: 1)"]
    assert [reason.words for reason in found[4]] == ["opened is 0 (lowers it from 20.0% to 10.0%; usual: 1)"]


def test_usual_is_the_middle_of_numbers_and_the_most_frequent_word() -> None:
    assert usual(Feature("n", np.array([1.0, 9.0, np.nan, 2.0]))) == 2.0
    assert usual(Feature("w", np.array([0.0, 1.0, 1.0, np.nan]), ("a", "b"))) == 1.0

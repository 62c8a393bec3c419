"""What a model names beside what was held back."""

from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analytics.insight.recommending.choosing import choose
from analytics.insight.recommending.files import read_pairs
from analytics.insight.recommending.interactions import held_back, interactions, matrix_of
from analytics.insight.recommending.measuring import best, measure
from records.intake.problems import Refused


@dataclass(frozen=True)
class Fixed:
    values: list[list[float]]

    def scores(self, rows: csr_matrix) -> NDArray[np.float32]:
        return np.array(self.values, dtype=np.float32)


def matrix(*rows: list[int]) -> csr_matrix:
    return csr_matrix(np.array(rows, dtype=np.float32))


def test_recall_and_ndcg_are_means_over_users_with_something_held_back() -> None:
    taken = matrix([1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0])
    back = matrix([0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0])
    # The first names 1, 2, 3, the third 4, 2: the second has nothing held back and does not count.
    found = measure(Fixed([[9, 4, 3, 2, 1], [9, 1, 3, 2, 4]]), taken, back, (2, 3))

    assert found.users == 2
    assert found.recall == {2: pytest.approx((0.5 + 1) / 2), 3: pytest.approx((1 + 1) / 2)}
    assert found.ndcg[3] == pytest.approx(((1 + 1 / log2(4)) / (1 + 1 / log2(3)) + 1 / log2(3)) / 2)


def test_what_was_taken_is_never_named_and_ties_go_by_place() -> None:
    named = best(np.array([[5, 5, 5, 5]], dtype=np.float32), matrix([0, 1, 0, 0]), 3)

    assert named.tolist() == [[0, 2, 3]]


def test_more_than_there_are_is_all_there_are() -> None:
    assert best(np.array([[1, 3, 2]], dtype=np.float32), matrix([0, 0, 0]), 3).tolist() == [[1, 2, 0]]


def test_pairs_said_twice_count_once() -> None:
    found = interactions([("u", "b"), ("u", "b"), ("v", "a")], items=["c"])

    assert (found.users, found.items) == (["u", "v"], ["a", "b", "c"])
    assert found.matrix.toarray().tolist() == [[0, 1, 0], [1, 0, 0]]
    assert matrix_of([("x", "a"), ("u", "z")], found.users, found.items).nnz == 0


def test_a_fifth_is_held_back_by_the_seed_and_never_all() -> None:
    pairs = [("one", "a"), *(("many", str(item)) for item in range(10)), ("two", "a"), ("two", "b")]
    kept, back = held_back(pairs)

    assert sorted([*kept, *back]) == sorted(pairs)
    assert {user: sum(one == user for one, _ in back) for user in ("one", "two", "many")} == {
        "one": 0,
        "two": 1,
        "many": 2,
    }
    assert held_back(list(reversed(pairs))) == (kept, back)
    assert held_back(pairs, seed=1) != (kept, back)


def test_model_is_chosen_before_the_test_is_looked_at() -> None:
    """Two kinds of people, each of whom takes some of its own twelve things."""
    chance = np.random.default_rng(6)
    pairs = [
        (f"u{user:03}", f"i{item + 12 * (user % 2):02}")
        for user in range(200)
        for item in chance.permutation(12)[:5].tolist()
    ]
    train, test = held_back(pairs)
    chosen = choose(train, test)

    assert (chosen.users, chosen.items, chosen.pairs, chosen.test_pairs) == (200, 24, 800, 200)
    assert chosen.best == max(chosen.candidates, key=lambda one: one.chosen_by).name
    assert chosen.of(chosen.best).recall[10] > 1.3 * chosen.of("popularity").recall[10]


def test_nothing_to_learn_from_or_to_hold_against_is_refused() -> None:
    with pytest.raises(Refused, match="no pair to learn from"):
        choose([], [("u", "a")])
    with pytest.raises(Refused, match="all of the test is in the training, too"):
        choose([("u", "a")], [("u", "a")])


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("user,item\nu1,i1\nu2,i2\n", [("u1", "i1"), ("u2", "i2")]),
        ("1\t10\t5\t881250949\n2\t11\t3\t891717742\n", [("1", "10"), ("2", "11")]),
        ("2 7 9\n0\n1 7\n", [("0", "7"), ("0", "9"), ("2", "7")]),
    ],
)
def test_pairs_are_read_as_columns_or_as_lists(tmp_path: Path, text: str, pairs: list[tuple[str, str]]) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)

    assert read_pairs(path) == pairs


def test_pair_without_an_item_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("user,item\nu1,i1\nu2,\n")

    with pytest.raises(Refused, match=r"line 3, column 'item': is empty: a pair is a user and an item"):
        read_pairs(path)
    path.write_text("user\nu1\n")
    with pytest.raises(Refused, match="has one column: a pair is a user and an item"):
        read_pairs(path)

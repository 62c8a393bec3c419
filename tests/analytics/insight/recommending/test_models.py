"""Models of what goes with what, on matrices small enough to work out."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from analytics.insight.recommending.models import EaseByUser, WithFallback, ease, item_knn, popularity, strongest, walks

# Five people, four things: the first two go together, so do the last two.
TAKEN = csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 1], [1, 0, 0, 0]], dtype=np.float32))


def row(*cells: float) -> csr_matrix:
    return csr_matrix(np.array([cells], dtype=np.float32))


def test_popularity_is_how_many_took_it_for_everybody() -> None:
    assert popularity(TAKEN).scores(row(1, 0, 0, 0)).tolist() == [[3, 3, 2, 2]]


def test_ease_is_the_closed_form() -> None:
    dense = TAKEN.toarray().astype(float)
    inverse = np.linalg.inv(dense.T @ dense + 3.0 * np.eye(4))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)

    np.testing.assert_allclose(ease(TAKEN, 3.0).scores(TAKEN), dense @ weights, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("penalty", [0.5, 20.0])
def test_ease_over_people_is_the_same_as_over_items(penalty: float) -> None:
    chance = np.random.default_rng(8)
    matrix = csr_matrix((chance.random((30, 80)) < 0.1).astype(np.float32))
    dense = matrix.toarray().astype(float)
    inverse = np.linalg.inv(dense.T @ dense + penalty * np.eye(80))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    others = csr_matrix((chance.random((5, 80)) < 0.1).astype(np.float32))

    model = ease(matrix, penalty)
    assert isinstance(model, EaseByUser)
    np.testing.assert_allclose(model.scores(others), others.toarray() @ weights, rtol=1e-3, atol=1e-5)


def test_neighbours_are_cosines_with_shrinkage() -> None:
    scores = item_knn(TAKEN, neighbours=4, shrink=1.0).scores(row(1, 0, 0, 0))[0]

    # Three took the first, three the second, two both; nobody both the first and the third.
    assert scores.tolist() == pytest.approx([0, 2 / (3 + 1), 0, 0])


def test_only_the_strongest_neighbours_of_each_are_kept() -> None:
    weights = csr_matrix(np.array([[0, 3.0, 1], [2, 0, 5], [1, 4, 0]]))

    assert strongest(weights, 1).toarray().tolist() == [[0, 0, 0], [2, 0, 5], [0, 4, 0]]


def test_walk_is_three_steps_at_random() -> None:
    scores = walks(TAKEN, alpha=1.0, beta=0.0, neighbours=4).scores(row(0, 0, 0, 1))[0]

    # From the fourth: to either of two people, then to one of their two or three things.
    assert scores.tolist() == pytest.approx([0, 1 / 2 * 1 / 3, 1 / 2 * 1 / 2 + 1 / 2 * 1 / 3, 0])


def test_what_is_popular_is_held_back_by_beta() -> None:
    plain, held = (walks(TAKEN, 1.0, beta, 4).scores(row(0, 0, 0, 1))[0] for beta in (0.0, 1.0))

    assert held.tolist() == pytest.approx([0, plain[1] / 3, plain[2] / 2, 0])


def test_whom_nothing_is_known_of_gets_what_is_popular() -> None:
    model = WithFallback(ease(TAKEN, 3.0), popularity(TAKEN))
    both = csr_matrix(np.array([[0, 0, 0, 0], [1, 0, 0, 0]], dtype=np.float32))

    scores = model.scores(both)
    assert scores[0].tolist() == [3, 3, 2, 2]
    assert scores[1].tolist() == ease(TAKEN, 3.0).scores(both[1])[0].tolist()

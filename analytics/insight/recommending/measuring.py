"""How many of the things held back a model names, and how high."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analytics.insight.recommending.models import Model

BATCH = 500  # rows scored at once, so that memory stays bounded


@dataclass(frozen=True)
class Measured:
    """Means over the users of whom something was held back. `recall` by how many are named: the share of what was held
    back that is among them; `ndcg` likewise, what is named first counting most, over the best possible."""

    users: int
    recall: dict[int, float]
    ndcg: dict[int, float]


def measure(model: Model, taken: csr_matrix, back: csr_matrix, at: Sequence[int]) -> Measured:
    """Rows of the two matrices are the same users; what somebody took already is never named."""
    users = np.flatnonzero(np.diff(back.indptr))
    most = min(max(at), back.shape[1])
    if not len(users):
        return Measured(0, {}, {})
    hits = np.vstack([hits_of(model, taken[part], back[part], most) for part in batches(users)])
    sizes = np.diff(back.indptr)[users]
    return Measured(
        len(users),
        {number: float(np.mean(recall(hits, sizes, number))) for number in at},
        {number: float(np.mean(ndcg(hits, sizes, number))) for number in at},
    )


def batches(users: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [users[first : first + BATCH] for first in range(0, len(users), BATCH)]


def hits_of(model: Model, taken: csr_matrix, back: csr_matrix, most: int) -> NDArray[np.bool_]:
    """A row a user: whether the first, the second … thing named was one that was held back."""
    named = best(model.scores(taken), taken, most)
    wanted = back.toarray() > 0
    return np.take_along_axis(wanted, named, axis=1)


def best(scores: NDArray[np.float32], taken: csr_matrix, most: int) -> NDArray[np.int64]:
    """The places of the so many highest scores of each row, without what was taken; ties in the items' order."""
    scores = scores.copy()
    scores[taken.nonzero()] = -np.inf
    some = np.argpartition(-scores, most - 1, axis=1)[:, :most] if most < scores.shape[1] else None
    if some is None:
        return np.argsort(-scores, axis=1, kind="stable")
    some.sort(axis=1)
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def recall(hits: NDArray[np.bool_], sizes: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    found: NDArray[np.float64] = hits[:, :number].sum(axis=1) / sizes
    return found


def ndcg(hits: NDArray[np.bool_], sizes: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    worth = 1 / np.log2(np.arange(2, min(number, hits.shape[1]) + 2))
    ideal = np.cumsum(worth)[np.minimum(sizes, len(worth)) - 1]
    found: NDArray[np.float64] = (hits[:, :number] @ worth) / ideal
    return found

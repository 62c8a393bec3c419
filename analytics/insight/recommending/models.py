"""Models of what goes with what. Each learns from a matrix and scores rows of it, higher for what is likelier next.

A row is what somebody took; its scores are for every item, those already taken included (measuring leaves them out).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.sparse import csr_matrix, diags

Scores = NDArray[np.float32]


class Model(Protocol):
    def scores(self, rows: csr_matrix) -> Scores: ...


@dataclass(frozen=True)
class Popularity:
    """The same for everybody: what most took."""

    counts: NDArray[np.float32]

    def scores(self, rows: csr_matrix) -> Scores:
        return np.repeat(self.counts[None, :], rows.shape[0], axis=0)


def popularity(matrix: csr_matrix) -> Model:
    return Popularity(np.asarray(matrix.sum(axis=0), dtype=np.float32).ravel())


@dataclass(frozen=True)
class WithFallback:
    """What is popular for those of whom nothing is known."""

    model: Model
    fallback: Model

    def scores(self, rows: csr_matrix) -> Scores:
        found = self.model.scores(rows)
        unknown = np.diff(rows.indptr) == 0
        if unknown.any():
            found[unknown] = self.fallback.scores(rows[unknown])
        return found


@dataclass(frozen=True)
class Weights:
    """Item to item: what somebody took, times how much each goes with every other."""

    weights: csr_matrix | NDArray[np.float32]

    def scores(self, rows: csr_matrix) -> Scores:
        found = rows @ self.weights
        return np.asarray(found.todense() if hasattr(found, "todense") else found, dtype=np.float32)


def item_knn(matrix: csr_matrix, neighbours: int = 100, shrink: float = 10.0) -> Model:
    """Cosine of who took the one and who took the other, less sure where few did (G. Linden and others, 2003)."""
    together = (matrix.T @ matrix).tocsr()
    norms = np.sqrt(together.diagonal())
    return Weights(strongest(divided(together, norms, norms, shrink), neighbours))


def divided(together: csr_matrix, rows: NDArray[np.float64], columns: NDArray[np.float64], shrink: float) -> csr_matrix:
    """Each count by the product of its two norms and the shrinkage; nothing of an item to itself."""
    found = together.tocoo()
    keep = found.row != found.col
    row, column = found.row[keep], found.col[keep]
    data = found.data[keep] / (rows[row] * columns[column] + shrink)
    return csr_matrix((data.astype(np.float32), (row, column)), shape=found.shape)


def strongest(weights: csr_matrix, neighbours: int) -> csr_matrix:
    """Of each column the so many largest."""
    by_column = weights.tocsc()
    for place in range(by_column.shape[1]):
        cells = by_column.data[by_column.indptr[place] : by_column.indptr[place + 1]]
        if len(cells) > neighbours:
            cells[cells < np.partition(cells, -neighbours)[-neighbours]] = 0
    by_column.eliminate_zeros()
    return by_column.tocsr()


def walks(matrix: csr_matrix, alpha: float = 1.0, beta: float = 0.0, neighbours: int = 200) -> Model:
    """Three steps at random from a person over items and other people (C. Cooper and others, P3alpha, WWW 2014), each
    step's chance to the power alpha, what is popular held back by beta (B. Paudel and others, RP3beta, 2017)."""
    by_user = scaled(matrix, alpha)
    by_item = scaled(matrix.T.tocsr(), alpha)
    weights = (by_item @ by_user).tocsr()
    degrees = np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0) ** beta
    weights = (weights @ diags(1.0 / degrees)).tocsr()
    weights.setdiag(0)
    weights.eliminate_zeros()
    return Weights(strongest(weights.astype(np.float32), neighbours))


def scaled(matrix: csr_matrix, alpha: float) -> csr_matrix:
    """Each row's cells as chances to the power alpha."""
    sums = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    found: csr_matrix = (diags(sums**-alpha) @ matrix).tocsr()
    return found


def ease(matrix: csr_matrix, penalty: float = 200.0) -> Model:
    """Each item as a weighted sum of the others, in closed form (H. Steck, WWW 2019, "Embarrassingly shallow
    autoencoders"): the weights are B = I - P / diag(P) with P = (X'X + penalty)^-1.

    Solved over people where they are fewer than items, which is the same by Woodbury's identity: neither then needs a
    square of the larger number.
    """
    if matrix.shape[0] < matrix.shape[1]:
        return EaseByUser.fit(matrix, penalty)
    gram = (matrix.T @ matrix).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += penalty
    inverse = inverted(gram)
    weights = -inverse / inverse.diagonal()
    weights[np.diag_indices_from(weights)] = 0.0
    return Weights(weights.astype(np.float32))


@dataclass(frozen=True)
class EaseByUser:
    """EASE without a matrix of items by items: scores of a row x are x - (x X' K) X / penalty less its part of P, over
    diag(P), where K = (XX' + penalty)^-1 and P = (I - X'KX) / penalty."""

    matrix: csr_matrix
    inverse: NDArray[np.float32]
    diagonal: NDArray[np.float64]
    penalty: float

    @classmethod
    def fit(cls, matrix: csr_matrix, penalty: float) -> "EaseByUser":
        gram = (matrix @ matrix.T).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += penalty
        inverse = inverted(gram)
        of_items = matrix.T.tocsr()
        taken = np.array([quadratic(inverse, of_items.indices[first:last]) for first, last in
                          zip(of_items.indptr, of_items.indptr[1:], strict=False)])  # fmt: skip
        return cls(matrix, inverse.astype(np.float32), (1.0 - taken) / penalty, penalty)

    def scores(self, rows: csr_matrix) -> Scores:
        taken = rows.toarray().astype(np.float64)
        through = (rows @ self.matrix.T).toarray() @ self.inverse
        projected = (taken - (self.matrix.T @ through.T).T) / self.penalty
        scores: Scores = (taken - projected / self.diagonal).astype(np.float32)
        return scores


def inverted(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a symmetric positive definite matrix, in its place, by its Cholesky factor: half the work of solving."""
    factor, problem = dpotrf(gram.T, lower=1, overwrite_a=1, clean=0)
    assert not problem  # noqa: S101 (the penalty makes it definite)
    inverse, problem = dpotri(factor, lower=1, overwrite_c=1)
    assert not problem  # noqa: S101
    for place in range(len(inverse)):  # only the lower half was worked out
        inverse[place, place + 1 :] = inverse[place + 1 :, place]
    return np.asarray(inverse)


def quadratic(inverse: NDArray[np.float64], places: NDArray[np.int32]) -> float:
    """Of an item: the sum of the inverse over those who took it, by those who took it."""
    return float(inverse[np.ix_(places, places)].sum())


Fit = Callable[[csr_matrix], Model]


def candidates() -> dict[str, Fit]:
    """What is tried, by name; the first two are what the others must beat."""
    found: dict[str, Fit] = {"popularity": popularity, "item-kNN": item_knn}
    for penalty in (20.0, 100.0, 500.0):
        found[f"EASE {penalty:g}"] = lambda matrix, penalty=penalty: ease(matrix, penalty)  # type: ignore[misc]
    for alpha, beta in ((1.0, 0.0), (0.6, 0.2), (0.6, 0.5)):
        found[f"walks {alpha:g} {beta:g}"] = lambda matrix, alpha=alpha, beta=beta: walks(matrix, alpha, beta)  # type: ignore[misc]
    return found

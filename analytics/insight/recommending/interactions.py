"""Who took what, as a matrix of people by items that holds 1 where somebody took something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Pair = tuple[str, str]
SEED = 20260301


@dataclass(frozen=True)
class Interactions:
    """`users` and `items` name the rows and columns of the matrix, sorted."""

    users: list[str]
    items: list[str]
    matrix: csr_matrix

    @property
    def popularity(self) -> NDArray[np.float64]:
        return np.asarray(self.matrix.sum(axis=0), dtype=np.float64).ravel()


def interactions(pairs: Iterable[Pair], items: Iterable[str] = ()) -> Interactions:
    """Pairs said twice count once. `items` are there whether or not anybody took them."""
    known = list(pairs)
    users = sorted({user for user, _ in known})
    names = sorted({item for _, item in known} | set(items))
    return Interactions(users, names, matrix_of(known, users, names))


def matrix_of(pairs: Sequence[Pair], users: Sequence[str], items: Sequence[str]) -> csr_matrix:
    """Pairs of other users or items are left out."""
    rows = {user: place for place, user in enumerate(users)}
    columns = {item: place for place, item in enumerate(items)}
    places = [(rows[user], columns[item]) for user, item in pairs if user in rows and item in columns]
    at = np.array(places, dtype=np.int64).reshape(-1, 2)
    found = csr_matrix((np.ones(len(at), dtype=np.float32), (at[:, 0], at[:, 1])), shape=(len(users), len(items)))
    found.data[:] = 1.0  # sums of what was said twice
    return found


def held_back(pairs: Sequence[Pair], share: float = 0.2, seed: int = SEED) -> tuple[list[Pair], list[Pair]]:
    """Of each user who took at least two things so much is held back, by chance: at least one, never all."""
    chance = np.random.default_rng(seed)
    by_user: dict[str, list[str]] = {}
    for user, item in sorted(set(pairs)):
        by_user.setdefault(user, []).append(item)
    kept: list[Pair] = []
    back: list[Pair] = []
    for user, items in by_user.items():
        number = min(len(items) - 1, max(1, round(len(items) * share)))
        chosen = set(chance.permutation(len(items))[:number].tolist())
        for place, item in enumerate(items):
            (back if place in chosen else kept).append((user, item))
    return kept, back

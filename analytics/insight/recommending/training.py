"""The model of the customers' pages: chosen by what it foretells (NDCG@5), and kept as weights between materials.

Learnt from people's views alone. A weight is kept where five people or more have read both, and the model is measured
as it is kept. A person's part in a page's answer is what they have read, looked up when the page is: none of it is
stored here, and a disposal takes the whole model away until it is learnt anew without them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from scipy.sparse import csr_matrix

from analytics.insight.recommending.interactions import Interactions, Pair, held_back, interactions, matrix_of
from analytics.insight.recommending.measuring import Measured, measure
from analytics.insight.recommending.models import (
    Fit,
    Model,
    Scores,
    Weights,
    candidates,
    popularity,
    strongest,
)
from analytics.models import Affinity, Recommender
from analytics.models.recommending import FEWEST

WHAT_THEY_READ = (Path(__file__).parents[2] / "sql" / "what_customers_read.sql").read_text()
SHOWN = 5  # materials on a customer's page
KEPT = 100  # others of a material, at most
POPULARITY = "popularity"
ROWS_A_TIME = 5_000


@dataclass(frozen=True)
class Tried:
    """A candidate, and what came of it on what was held back (None where nothing could be)."""

    name: str
    measured: Measured | None

    @property
    def recall(self) -> float:
        return self.measured.recall.get(SHOWN, 0.0) if self.measured else 0.0

    @property
    def rank(self) -> float:
        """How high what was held back stood: where there are few materials, all of it is among those named."""
        return self.measured.ndcg.get(SHOWN, 0.0) if self.measured else 0.0


def train() -> Recommender | None:
    """Learn anew from all that is there, and put it in the place of what was. None where a disposal came in between:
    then what was learnt may hold its people's part, and it is thrown away."""
    draft = Recommender.objects.create()
    pairs = what_customers_read()
    learnt = interactions(pairs)
    tried = try_all(pairs)
    chosen = max(tried, key=lambda one: (one.rank, one.name == POPULARITY))
    weights = None if chosen.name == POPULARITY else kept_weights(learnt.matrix, fits()[chosen.name])
    with transaction.atomic():
        if not Recommender.objects.select_for_update().filter(pk=draft.pk).exists():
            return None
        if weights is not None:
            Affinity.objects.bulk_create(affinities(draft, learnt, weights), batch_size=ROWS_A_TIME)
        _finish(draft, chosen, next(one for one in tried if one.name == POPULARITY), learnt)
        Recommender.objects.filter(pk__lt=draft.pk).delete()
    return draft


def _finish(draft: Recommender, chosen: Tried, popular: Tried, learnt: Interactions) -> None:
    draft.trained_at, draft.method = timezone.now(), chosen.name
    draft.people, draft.materials, draft.pairs = len(learnt.users), len(learnt.items), int(learnt.matrix.nnz)
    if chosen.measured and chosen.measured.users:
        draft.measured, draft.recall, draft.baseline = chosen.measured.users, chosen.recall, popular.recall
    draft.save()


def what_customers_read() -> list[Pair]:
    """Customer and material, by number, of all that can be shared with anybody.

    All of as many digits, so that they sort as they came: what is held back does not turn on where numbers grow by one.
    """
    with connection.cursor() as cursor:
        cursor.execute(WHAT_THEY_READ)
        return [(f"{customer:019}", f"{material:019}") for customer, material in cursor.fetchall()]


def fits() -> dict[str, Fit]:
    return candidates()


def try_all(pairs: list[Pair]) -> list[Tried]:
    """Each candidate as it would be kept, learnt from four fifths of what each person read."""
    inner, back = held_back(pairs)
    if not back:
        return [Tried(name, None) for name in fits()]
    learnt = interactions(inner, items={item for _, item in back})
    wanted = matrix_of(back, learnt.users, learnt.items)
    fallback = popularity(learnt.matrix)
    return [
        Tried(name, measure(kept(learnt.matrix, name, fallback), learnt.matrix, wanted, (SHOWN,))) for name in fits()
    ]


def kept(matrix: csr_matrix, name: str, fallback: Model) -> Model:
    if name == POPULARITY:
        return fallback
    return WithPopular(Weights(kept_weights(matrix, fits()[name])), fallback)


@dataclass(frozen=True)
class WithPopular:
    """What the weights say first; where they say nothing, what is popular, as a page has it."""

    model: Model
    fallback: Model

    def scores(self, rows: csr_matrix) -> Scores:
        found, popular = self.model.scores(rows), self.fallback.scores(rows)
        most = max(float(popular.max(initial=0.0)), 1.0)
        return np.where(found > 0, found + 1.0, popular / (2 * most)).astype(np.float32)


def kept_weights(matrix: csr_matrix, fit: Fit) -> csr_matrix:
    """From material to other: the positive ones of those that five people or more have read both, KEPT a material."""
    size = matrix.shape[1]
    if not matrix.nnz:
        return csr_matrix(np.zeros((size, size), dtype=np.float32))
    together = (matrix.T @ matrix).tocoo()
    is_many = (together.data >= FEWEST) & (together.row != together.col)
    row, column = together.row[is_many], together.col[is_many]
    weights = item_weights(fit(matrix), size)[row, column]
    is_for = weights > 0
    found = csr_matrix((weights[is_for], (row[is_for], column[is_for])), shape=(size, size))
    return strongest(found, KEPT)


def item_weights(model: Model, size: int) -> Scores:
    """What each material alone says of every other: the scores of somebody who read it and nothing else."""
    return model.scores(csr_matrix(np.eye(size, dtype=np.float32)))


def affinities(draft: Recommender, learnt: Interactions, weights: csr_matrix) -> Iterator[Affinity]:
    together = (learnt.matrix.T @ learnt.matrix).tocsr()
    found = weights.tocoo()
    for row, column, weight in zip(found.row, found.col, found.data, strict=True):
        yield Affinity(
            recommender=draft, material_id=int(learnt.items[row]), other_id=int(learnt.items[column]),
            weight=float(weight), people=int(together[row, column]),
        )  # fmt: skip

"""What every proof of recommendations shows: the chosen model beside popularity and item-kNN of the same run."""

from collections.abc import Iterator

from analytics.insight.proofs.base import Figure, at_least
from analytics.insight.recommending.choosing import Chosen


def beats(chosen: Chosen) -> Iterator[Figure]:
    best = chosen.of(chosen.best)
    for name in ("popularity", "item-kNN"):
        other = chosen.of(name)
        yield at_least(f"Recall@20 of {chosen.best} beside {name}", best.recall[20], other.recall[20])
        yield at_least(f"NDCG@10 of {chosen.best} beside {name}", best.ndcg[10], other.ndcg[10])

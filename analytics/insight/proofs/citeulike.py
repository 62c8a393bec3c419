"""CiteULike-t with ten articles a person to learn from: who read what, beside a published table."""

from pathlib import Path

from analytics.insight.evaluating.base import plain
from analytics.insight.proofs.base import Figure, Proof, Rule, Shown, at_least, near
from analytics.insight.proofs.recommended import beats
from analytics.insight.recommending.choosing import choose
from analytics.insight.recommending.files import read_lists

FOLDER = Path("recs_citeulike_t")
POPULARITY, ITEM_KNN, EASE = 0.0578, 0.2133, 0.2130
OTHERS = {"P3alpha": 0.2276, "iALS": 0.2338, "CVAE, which reads the articles": 0.2387}


def show(data: Path) -> Shown:
    train, test = (read_lists(data / FOLDER / f"cf-{part}-10-users.dat.gz") for part in ("train", "test"))
    chosen = choose(train, test, at=(5, 10, 20, 50, 100, 300))
    best = chosen.of(chosen.best)
    ease = max(one.measured.recall[50] for one in chosen.candidates if one.name.startswith("EASE"))
    figures = [
        near("users with a test item", best.users, 2598, 0),
        near("Recall@50 of popularity", chosen.of("popularity").recall[50], POPULARITY, 0.0005),
        at_least("Recall@50 of EASE", ease, EASE, 0.003),
        at_least(f"Recall@50 of the chosen model, {chosen.best}, beside EASE-R", best.recall[50], EASE, 0.003),
        Figure("Recall@50 of item-kNN", chosen.of("item-kNN").recall[50], ITEM_KNN, 0, Rule.SHOWN),
        *(Figure(f"Recall@50 of the chosen model beside {name}", best.recall[50], published, 0, Rule.SHOWN)
          for name, published in OTHERS.items()),
        *beats(chosen),
    ]  # fmt: skip
    return Shown(figures, plain(chosen))


PROOF = Proof("citeulike-t", "Ferrari Dacrema and others, TOIS 2021, appendix, table 18", show)

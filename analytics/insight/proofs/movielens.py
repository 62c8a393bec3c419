"""MovieLens 100K: who liked what, a fifth of what each person liked held back by a fixed seed."""

import zipfile
from pathlib import Path

from analytics.insight.evaluating.base import plain
from analytics.insight.proofs.base import Proof, Shown
from analytics.insight.proofs.recommended import beats
from analytics.insight.recommending.choosing import choose
from analytics.insight.recommending.interactions import Pair, held_back
from records.intake.problems import Refused

FILE = Path("recs_movielens_100k/ml-100k.zip")
LIKED = 4  # stars of five


def show(data: Path) -> Shown:
    chosen = choose(*held_back(liked(data / FILE)))
    return Shown(beats(chosen), plain(chosen))


def liked(path: Path) -> list[Pair]:
    """Who gave what four or five stars."""
    try:
        with zipfile.ZipFile(path) as archive:
            lines = archive.read("ml-100k/u.data").decode().splitlines()
    except (OSError, KeyError, zipfile.BadZipFile) as problem:
        raise Refused(f"cannot read {path}: {problem}") from None
    rows = (line.split("\t") for line in lines)
    return [(user, item) for user, item, stars, _ in rows if int(stars) >= LIKED]


PROOF = Proof("movielens", "GroupLens, MovieLens 100K, 1998; no table was published for this split", show)

"""Visits to areas of www.microsoft.com in a week of 1998: learnt from the file's training users and from what each test
user visited but for a fifth, held back by a fixed seed."""

from pathlib import Path

from analytics.insight.evaluating.base import plain
from analytics.insight.proofs.base import Proof, Shown
from analytics.insight.proofs.recommended import beats
from analytics.insight.recommending.choosing import choose
from analytics.insight.recommending.interactions import Pair, held_back
from records.intake.source import Source

FOLDER = Path("recs_msweb")


def show(data: Path) -> Shown:
    train, test = (visits(data / FOLDER / f"anonymous-msweb.{part}.gz") for part in ("data", "test"))
    given, back = held_back(test)
    chosen = choose([*train, *given], back)
    return Shown(beats(chosen), plain(chosen))


def visits(path: Path) -> list[Pair]:
    """Lines C name the user, lines V after it an area that the user visited."""
    found: list[Pair] = []
    with Source(path).text("utf-8") as lines:
        for line in lines:
            kind, _, rest = line.partition(",")
            if kind == "C":
                user = rest.rpartition(",")[2].strip()
            elif kind == "V":
                found.append((user, rest.partition(",")[0]))
    return found


PROOF = Proof("msweb", "UCI 4, Breese, Heckerman, Kadie 1998; no table was published for this split", show)

"""The campaign whose control got nothing: its file has a row for each recipient, with what came of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from config.demo.campaigns import HOLDOUT
from config.demo.mailings import Draw, cents, drawn
from config.demo.population import Population
from config.demo.rhythm import Calendar, Flags, Indices, after

HEADER = "customer,arm,recorded_at,responded,ordered,amount"


@dataclass(frozen=True)
class Holdout:
    chosen: Draw
    responded: Flags
    ordered: Flags
    cents: Indices

    @property
    def event_count(self) -> int:
        """What the import makes of it: letters, responses and orders."""
        letters = int((self.chosen.variant == 1).sum())
        return letters + int(self.responded.sum()) + int(self.ordered.sum())


def draw_holdout(draw: Generator, people: Population) -> Holdout:
    chosen = drawn(draw, HOLDOUT, people)
    count = len(chosen.customer)
    responded = draw.random(count) < chosen.rate("response") * chosen.eagerness
    ordered = responded & (draw.random(count) < chosen.rate("conversion") / chosen.rate("response"))
    return Holdout(chosen, responded, ordered, cents(draw, chosen.rate("amount")))


def write_holdout(path: Path, draw: Generator, holdout: Holdout, customers: list[str], calendar: Calendar) -> None:
    """The file that the mapping holdout.toml reads."""
    chosen = holdout.chosen
    day = np.datetime64(HOLDOUT.starts_on(calendar.as_of), "ms")
    recorded = after(np.full(len(chosen.customer), day), draw.uniform(9, 16, len(chosen.customer)) * 3_600_000)
    columns = (
        [customers[at] for at in chosen.customer.tolist()],
        [HOLDOUT.arms[at].name for at in chosen.variant.tolist()],
        calendar.utc_text(recorded),
        holdout.responded.astype(int).astype(str).tolist(),
        holdout.ordered.astype(int).astype(str).tolist(),
        [
            f"{cents / 100:.2f}" if has else ""
            for has, cents in zip(holdout.ordered, holdout.cents.tolist(), strict=True)
        ],
    )
    path.write_text("\n".join([HEADER, *map(",".join, zip(*columns, strict=True)), ""]))

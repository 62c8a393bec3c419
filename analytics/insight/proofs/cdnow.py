"""CDNOW's customers of early 1997: how often they come again."""

from datetime import date
from pathlib import Path

from analytics.insight.evaluating.activity import Activity, foretell
from analytics.insight.evaluating.base import plain
from analytics.insight.proofs.base import Figure, Proof, Rule, Shown, near
from analytics.insight.tables import read_table
from analytics.insight.values import days

FILE = Path("cdnow/CDNOW_sample.txt.gz")
CALIBRATED_UNTIL, WEEKS = date(1997, 9, 30), 39.0


def show(data: Path) -> Shown:
    table = read_table(data / FILE, has_header=False)
    comings = list(zip(table.column("1"), days(table, "3"), strict=True))
    found = foretell(comings, CALIBRATED_UNTIL, WEEKS)
    return Shown(figures_of(found), plain(found))


def figures_of(found: Activity) -> list[Figure]:
    fitted = found.fit
    return [
        near("people", found.people, 2357, 0),
        near("r", fitted.r, 0.243, 0.0005),
        near("alpha", fitted.alpha, 4.414, 0.0015),
        near("a", fitted.a, 0.793, 0.0005),
        near("b", fitted.b, 2.426, 0.0015),
        near("log-likelihood", fitted.log_likelihood, -9582.4, 0.05),
        Figure(f"comings in the {WEEKS:g} weeks after, beside what came", found.expected, found.came, 0, Rule.SHOWN),
    ]


PROOF = Proof("cdnow", "P. Fader, B. Hardie, K. Lee, Marketing Science 24, 2005", show)

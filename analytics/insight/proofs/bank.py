"""Calls of a bank, in order of time: who takes the offer, without the length of the call, known only after it."""

from pathlib import Path

from analytics.insight.evaluating.base import plain
from analytics.insight.proofs.base import Figure, Proof, Shown, at_least, at_most
from analytics.insight.responding.judging import Tried, try_file
from analytics.insight.tables import read_table

FILE = Path("bank_marketing/bank-full.csv.gz")


def show(data: Path) -> Shown:
    table = read_table(data / FILE)
    tried = {
        ordered: try_file(table, "y", ["duration"], time_ordered=ordered == "time-ordered")
        for ordered in ("time-ordered", "by chance")
    }
    figures = [figure for name, one in tried.items() for figure in figures_of(name, one)]
    return Shown(figures, plain(tried))


def figures_of(name: str, tried: Tried) -> list[Figure]:
    """Beside logistic regression of the same run; the published area of 0.938 had the length of the call."""
    trees, plain_model = tried.boosted, tried.logistic
    return [
        at_least(f"{name}: AUC beside logistic regression", trees.auc, plain_model.auc),
        at_least(f"{name}: lift in the top tenth", trees.top_tenth_lift, plain_model.top_tenth_lift),
        at_most(f"{name}: calibration error", trees.calibration_error, plain_model.calibration_error),
    ]


PROOF = Proof("bank", "S. Moro, R. Laureano, P. Cortez, ESM 2011 (UCI 222)", show)

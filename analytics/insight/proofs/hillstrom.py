"""K. Hillstrom's e-mail test of 2008: three arms, 64,000 people."""

from collections.abc import Iterator
from pathlib import Path

from analytics.insight.evaluating.base import plain
from analytics.insight.evaluating.experiment import test_data
from analytics.insight.experiments.files import Asked, FileTest, judge_file
from analytics.insight.proofs import alarms
from analytics.insight.proofs.base import Figure, Proof, Shown, at_least, near
from analytics.insight.tables import read_table
from analytics.insight.uplift import Uplift, uplift
from analytics.insight.values import outcomes

FILE = Path("ab_hillstrom/hillstrom.csv.gz")
PUBLISHED = {
    "visit": {"No E-Mail": 0.10617, "Mens E-Mail": 0.18276, "Womens E-Mail": 0.15140},
    "conversion": {"No E-Mail": 0.00573, "Mens E-Mail": 0.01253, "Womens E-Mail": 0.00884},
    "spend": {"No E-Mail": 0.65279, "Mens E-Mail": 1.42262, "Womens E-Mail": 1.07720},
}
PEOPLE = {"Mens E-Mail": 21307, "Womens E-Mail": 21387, "No E-Mail": 21306}


def show(data: Path) -> Shown:
    table = read_table(data / FILE)
    asked = Asked("segment", tuple(PUBLISHED), control="No E-Mail", covariate="history")
    found = judge_file(table, asked)
    moved = uplift(table, "segment", "visit", "Womens E-Mail", "No E-Mail", ["conversion", "spend"])
    simulated = alarms.simulated({name: outcomes(table, name) for name in PUBLISHED}, len(table))
    figures = [*figures_of(found), *uplift_figures(moved), *alarms.figures(simulated)]
    return Shown(figures, {"test": test_data(found), "uplift": plain(moved), "simulated": plain(simulated)})


def figures_of(found: FileTest) -> Iterator[Figure]:
    for arm, people in PEOPLE.items():
        yield near(f"people, {arm}", found.judged.balance.observed[arm], people, 0)
    for comparison in found.judged.comparisons:
        published = PUBLISHED[comparison.outcome]
        yield near(f"{comparison.outcome}, {comparison.arm}", comparison.value, published[comparison.arm], 5e-6)
        yield near(f"{comparison.outcome}, No E-Mail", comparison.control_value, published["No E-Mail"], 5e-6)


def uplift_figures(moved: Uplift) -> Iterator[Figure]:
    yield at_least(
        "Qini by uplift beside 95% of random orders (visits per person)", moved.by_uplift.area, moved.random_high
    )
    yield at_least("Qini by uplift beside a plain response model", moved.by_uplift.area, moved.by_response.area)


PROOF = Proof("hillstrom", "K. Hillstrom, MineThatData E-Mail Analytics Challenge, 2008", show)

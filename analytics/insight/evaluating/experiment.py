"""A test of variants in a file."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows, shares
from analytics.insight.experiments.balance import LEVEL
from analytics.insight.experiments.files import Asked, FileTest, judge_file
from analytics.insight.experiments.many import ManyTests, judge_many
from analytics.insight.experiments.simulating import Simulated, simulate
from analytics.insight.experiments.wording import sentences
from analytics.insight.tables import Table, read_table, told
from analytics.insight.values import outcomes

RUNS, LOOKS = 2000, 14


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "file")
    parser.add_argument("--arm", required=True, metavar="COLUMN", help="which variant a person had")
    parser.add_argument(
        "--outcome", required=True, action="append", metavar="COLUMN", help="may be given several times"
    )
    parser.add_argument("--control", default="", metavar="NAME", help="the arm that the others are held against")
    parser.add_argument("--covariate", default="", metavar="COLUMN", help="a number known before the test began")
    parser.add_argument("--shares", type=shares, default={}, help="as in control=1,letter=2: equal without it")
    parser.add_argument("--positive", default="", metavar="WORD", help="which of two words of the outcome is yes")
    parser.add_argument("--trials", default="", metavar="COLUMN", help="how many people a row stands for")
    parser.add_argument("--unit", default="", metavar="COLUMN", help="names a person who may stand in several rows")
    parser.add_argument("--by", default="", metavar="COLUMN", help="which test a row is of, in a file of many")
    parser.add_argument("--planned", type=int, default=0, metavar="PEOPLE", help="how many the whole test is meant for")
    parser.add_argument("--worth", type=float, help="the difference worth having: 0.005 is half a point of a rate")
    parser.add_argument("--balance-level", type=float, default=LEVEL, help="how unlikely a division is not believed")
    parser.add_argument("--simulate", action="store_true", help="tests without a difference on these outcomes, too")


def run(options: Mapping[str, Any]) -> Found:
    asked = Asked(
        arm=options["arm"], outcomes=options["outcome"], control=options["control"], covariate=options["covariate"],
        shares=options["shares"], positive=options["positive"], trials=options["trials"], unit=options["unit"],
        planned_people=options["planned"], worth=options["worth"], balance_level=options["balance_level"],
    )  # fmt: skip
    table = read_table(options["file"])
    if options["by"]:
        many = judge_many(table, asked, options["by"])
        return Found(plain(many), [*many_lines(many), *told(table)])
    found = judge_file(table, asked)
    simulated = simulated_on(table, asked) if options["simulate"] else {}
    data = {**test_data(found), "notes": [*found.notes, *told(table)], "simulated": plain(simulated)}
    return Found(data, [*test_lines(found), *simulated_lines(simulated), *told(table)])


def test_data(found: FileTest) -> dict[str, Any]:
    judged: dict[str, Any] = plain(found.judged)
    return {**judged, "words": list(sentences(found.judged)), "notes": list(found.notes)}


def test_lines(found: FileTest) -> Iterator[str]:
    expected = found.judged.balance.expected
    people = [(arm, f"{count:,}", f"{expected[arm]:,.0f}") for arm, count in found.judged.balance.observed.items()]
    yield from rows([("arm", "people", "expected"), *people])
    if found.judged.balance.p is not None:
        yield f"divided as meant: p = {found.judged.balance.p:.4g}"
    yield from sentences(found.judged)
    yield from found.notes


def many_lines(many: ManyTests) -> Iterator[str]:
    yield f"{many.tests:,} tests, {many.judged:,} judged, {many.clear:,} with a clear difference."
    yield many.verdict
    yield from (f"{count:,} not judged: {reason}" for reason, count in many.refused.items())
    yield from (f"{name}: {reason}" for name, reason in many.worst)


def simulated_on(table: Table, asked: Asked, runs: int = RUNS) -> dict[str, Simulated]:
    """Tests of as many people as the file has, with its outcomes: without a difference, and with one of a tenth."""
    values = {name: (column := outcomes(table, name, asked.positive))[~np.isnan(column)] for name in asked.outcomes}
    sizes = {"people": len(table), "runs": runs, "seed": 1}
    return {
        "no difference": simulate(values, looks=LOOKS, **sizes),
        "a difference of a tenth": simulate(values, looks=1, planted=0.1, **sizes),
    }


def simulated_lines(simulated: Mapping[str, Simulated]) -> Iterator[str]:
    for name, one in simulated.items():
        yield (
            f"{one.runs:,} made-up tests with {name}: intervals hold in {one.coverage:.1%} (at any look "
            f"{one.always_coverage:.1%}), divisions doubted in {one.blocked:.1%}"
        )
        if name == "no difference":
            yield (
                f"  false alarms: {one.false_alarm:.1%} of verdicts at the end; looking {one.looks} times, "
                f"{one.always:.1%} of intervals that allow it and {one.peeked:.1%} of those that do not"
            )


KIND = Kind("experiment", "a test of variants: what differs from the control, and how sure that is", add_arguments, run)

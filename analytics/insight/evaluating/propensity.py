"""A response model on a file with a row a person."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows
from analytics.insight.responding.judging import Tried, try_file
from analytics.insight.responding.measuring import Measured
from analytics.insight.tables import read_table, told


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "file")
    parser.add_argument("--target", required=True, metavar="COLUMN", help="yes or no: what is to be foretold")
    parser.add_argument(
        "--exclude", default=[], action="append", metavar="COLUMN", help="not known beforehand; repeated"
    )
    parser.add_argument("--positive", default="", metavar="WORD", help="which of two words of the target is yes")
    parser.add_argument("--time-ordered", action="store_true", help="the file is in order of time: try it on the last")


def run(options: Mapping[str, Any]) -> Found:
    table = read_table(options["file"])
    excluded = [name.strip() for given in options["exclude"] for name in given.split(",") if name.strip()]
    tried = try_file(
        table, options["target"], excluded, time_ordered=options["time_ordered"], positive=options["positive"]
    )
    return Found({**plain(tried), "notes": list(told(table))}, [*lines(tried), *told(table)])


def lines(tried: Tried) -> Iterator[str]:
    yield f"{tried.people:,} people, tried on {tried.split}"
    models = {
        "boosted trees": tried.boosted,
        "logistic regression": tried.logistic,
        "boosted trees, learnt anew": tried.renewed_boosted,
        "logistic regression, learnt anew": tried.renewed_logistic,
    }
    heads = ("", "AUC", "lift, top tenth", "calibration error", "Brier", "foretold", "came")
    yield from rows([heads, *(line(name, one) for name, one in models.items() if one)])
    yield f"What moves it most: {', '.join(f'{name} {weight:.2f}' for name, weight in [*tried.weights.items()][:8])}"
    for person in tried.reasons:
        head = f"{person[0].probability:.1%}" if person else "no reason"
        yield f"Among the likeliest, {head}: {'; '.join(reason.words for reason in person)}"
    yield from (f"{name}: refused, it {why}" for name, why in tried.refused.items())
    yield from (f"{name}: left out, {why}" for name, why in tried.left_out.items())


def line(name: str, one: Measured) -> tuple[str, ...]:
    return (
        name, f"{one.auc:.4f}", f"{one.top_tenth_lift:.2f}", f"{one.calibration_error:.4f}", f"{one.brier:.4f}",
        f"{one.predicted:.1%}", f"{one.observed:.1%}",
    )  # fmt: skip


KIND = Kind("propensity", "who is likely to respond, tried on people that the model has not seen", add_arguments, run)

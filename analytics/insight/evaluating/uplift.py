"""Whom a variant moved, in a file with a row a person."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows
from analytics.insight.tables import read_table, told
from analytics.insight.uplift import Curve, Uplift, uplift


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "file")
    parser.add_argument("--arm", required=True, metavar="COLUMN")
    parser.add_argument("--outcome", required=True, metavar="COLUMN", help="yes or no")
    parser.add_argument("--treatment", required=True, metavar="NAME", help="the arm whose effect is looked for")
    parser.add_argument("--control", required=True, metavar="NAME")
    parser.add_argument("--exclude", default=[], action="append", metavar="COLUMN", help="other outcomes; repeated")


def run(options: Mapping[str, Any]) -> Found:
    table = read_table(options["file"])
    found = uplift(
        table, options["arm"], options["outcome"], options["treatment"], options["control"], options["exclude"]
    )
    return Found({**plain(found), "notes": list(told(table))}, [*lines(found), *told(table)])


def lines(found: Uplift) -> Iterator[str]:
    yield f"{found.people:,} people, {found.arm} against {found.control}: {found.outcome}"
    yield curve_line("ordered by what the variant does", found.by_uplift)
    yield curve_line("ordered by a plain response model", found.by_response)
    yield f"random orders: 95% stay below {found.random_high * 1000:.2f}"
    yield from rows([("people ranked", "people", "foretold", "came", "95% interval"), *(
        (one.name, f"{one.people:,}", f"{one.foretold:+.2%}", f"{one.lift.absolute:+.2%}",
         "" if one.lift.ci_low is None else f"{one.lift.ci_low:+.2%} to {one.lift.ci_high:+.2%}")
        for one in found.segments
    )])  # fmt: skip
    yield from (f"{name}: refused, it {why}" for name, why in found.refused.items())


def curve_line(name: str, one: Curve) -> str:
    interval = f"95% interval {one.low * 1000:.2f} to {one.high * 1000:.2f}"
    return f"Qini, {name}: {one.area * 1000:.2f} per thousand people ({interval})"


KIND = Kind("uplift", "whom a variant moved: by people ranked out of sample", add_arguments, run)

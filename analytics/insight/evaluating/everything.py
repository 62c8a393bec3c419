"""Every method on the published data sets of a folder, beside what was published."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analytics.insight.evaluating.base import Found, Kind, plain, rows
from analytics.insight.proofs import PROOFS
from analytics.insight.proofs.base import Figure, Proof, Shown
from campaigns.management.commands.proof import default_folder


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=default_folder(), help="the folder of the data sets")
    parser.add_argument("--only", action="append", choices=sorted(PROOFS), default=[], help="this one; repeated")


def run(options: Mapping[str, Any]) -> Found:
    chosen = [proof for name, proof in PROOFS.items() if not options["only"] or name in options["only"]]
    shown = {proof: proof.show(options["data"]) for proof in chosen}
    figures = {proof: list(one.figures) for proof, one in shown.items()}
    failures = [f"{proof.name}: {one.name}" for proof in chosen for one in figures[proof] if not one.holds]
    data = {proof.name: data_of(proof, figures[proof], shown[proof]) for proof in chosen}
    lines = [line for proof in chosen for line in lines_of(proof, figures[proof])]
    return Found({"all_hold": not failures, "proofs": data}, lines, failures)


def data_of(proof: Proof, figures: list[Figure], shown: Shown) -> dict[str, Any]:
    told = [{**plain(one), "difference": plain(one.difference), "holds": one.holds} for one in figures]
    return {"source": proof.source, "figures": told, "details": plain(shown.details)}


def lines_of(proof: Proof, figures: list[Figure]) -> Iterator[str]:
    yield f"{proof.name} ({proof.source})"
    yield from rows([("figure", "published or beside", "ours", "difference", ""), *(
        (one.name, number(one.beside), number(one.ours), number(one.difference), "" if one.holds else "does not hold")
        for one in figures
    )])  # fmt: skip
    yield ""


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 1 else f"{value:,.4f}"


KIND = Kind("all", "every method on published data, beside what was published", add_arguments, run)

"""Which campaigns conversions are owed to, from a file with a row for each time somebody met a campaign."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from analytics.insight.attribution import Attribution, Path, Touch, attribute
from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows
from analytics.insight.tables import Table, read_table, told
from analytics.insight.values import days, numbers


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "file")
    parser.add_argument("--customer", required=True, metavar="COLUMN")
    parser.add_argument("--campaign", required=True, metavar="COLUMN", help="empty in a row that is a conversion alone")
    parser.add_argument("--date", required=True, metavar="COLUMN")
    parser.add_argument(
        "--conversions", required=True, metavar="COLUMN", help="how many on that day, 0 or empty for none"
    )


def run(options: Mapping[str, Any]) -> Found:
    table = read_table(options["file"])
    found = attribute(paths(table, options["customer"], options["campaign"], options["date"], options["conversions"]))
    return Found({**plain(found), "notes": list(told(table))}, [*lines(found), *told(table)])


def paths(table: Table, customer: str, campaign: str, moment: str, conversions: str) -> Iterator[Path]:
    """A path ends with a conversion; what a person met afterwards begins another."""
    happened: defaultdict[str, list[tuple[date, str, float]]] = defaultdict(list)
    columns = (table.column(customer), days(table, moment), table.column(campaign), numbers(table, conversions))
    for row, (who, when, what, times) in enumerate(zip(*columns, strict=True)):
        if times < 0:
            raise table.refuse(row, conversions, "is below zero")
        happened[who.strip()].append((when, what.strip(), float(times) if times == times else 0.0))
    for rows_of_one in happened.values():
        yield from paths_of_one(sorted(rows_of_one, key=lambda row: row[0]))


def paths_of_one(happened: list[tuple[date, str, float]]) -> Iterator[Path]:
    met: list[tuple[date, str]] = []
    for when, what, times in happened:
        if what:
            met.append((when, what))
        if times:
            yield Path([Touch(name, (when - day).days) for day, name in met], times)
            met = []
    if met:
        end = met[-1][0]
        yield Path([Touch(name, (end - day).days) for day, name in met], 0)


def lines(found: Attribution) -> Iterator[str]:
    yield f"{found.conversions:,g} conversions, {found.untouched:,g} of them of people who had met no campaign"
    campaigns = sorted({name for credit in found.credit.values() for name in credit})
    yield from rows([("campaign", *found.credit), *(
        (name, *(f"{credit.get(name, 0.0):,.2f}" for credit in found.credit.values())) for name in campaigns
    ), ("all", *(f"{sum(credit.values()):,.2f}" for credit in found.credit.values()))])  # fmt: skip


KIND = Kind("attribution", "which campaigns conversions are owed to, by six rules", add_arguments, run)

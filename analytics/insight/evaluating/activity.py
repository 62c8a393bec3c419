"""How often people will come again, from a file of who came when."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analytics.insight.activity import WEEK, Fit, Histories, alive, came, expected, fit, histories
from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows
from analytics.insight.tables import Table, read_table, told
from analytics.insight.values import days
from records.intake.problems import Refused

QUARTER = 13.0  # weeks
CUSTOMER = re.compile(
    r"(customer|client|user|person|member|visitor|household|account)[ _-]?(id|no|number|key)?|id|cust_?id",
    re.IGNORECASE,
)
DAY = re.compile(r".*(date|day|time|when|\bat\b|_at$).*", re.IGNORECASE)
KINDS = ("0 times", "once", "twice", "3 to 5 times", "6 times or more")
EDGES = (0, 1, 2, 3, 6)


@dataclass(frozen=True)
class Band:
    """People who came so often until the end: how often the model expects them, on average, and how often they came."""

    came_again: str
    people: int
    expected: float
    came: float | None


@dataclass(frozen=True)
class Activity:
    people: int
    until: date
    weeks: float
    fit: Fit
    expected: float
    came: float | None
    alive: float
    bands: tuple[Band, ...]


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "file")
    parser.add_argument("--customer", default="", metavar="COLUMN", help="who came; guessed without it")
    parser.add_argument("--date", default="", metavar="COLUMN", help="when; guessed without it")
    parser.add_argument("--until", type=day, help="learn until this day; later ones are what it is held against")
    parser.add_argument("--weeks", type=float, default=QUARTER, help="how far to look ahead (13)")


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date as in 2026-03-01") from None


def run(options: Mapping[str, Any]) -> Found:
    table = read_table(options["file"], has_header=None)
    comings = comings_of(table, options["customer"], options["date"])
    found = foretell(comings, options["until"], options["weeks"])
    return Found({**plain(found), "notes": list(told(table))}, [*lines(found), *told(table)])


def comings_of(table: Table, customer: str = "", moment: str = "") -> list[tuple[str, date]]:
    """Who came when. Without names the columns are those named so, else the first two."""
    names = list(table.columns)
    customer = customer or next((name for name in names if CUSTOMER.fullmatch(name.strip())), names[0])
    others = [name for name in names if name != customer]
    if not moment and not others:
        raise Refused(f"{table.name} has one column: a file of comings has a customer and a date")
    moment = moment or next((name for name in others if DAY.fullmatch(name.strip())), others[0] if others else "")
    people = [text.strip() for text in table.column(customer)]
    for row, person in enumerate(people):
        if not person:
            raise table.refuse(row, customer, "names nobody")
    return list(zip(people, days(table, moment), strict=True))


def foretell(comings: list[tuple[str, date]], until: date | None, weeks: float = QUARTER) -> Activity:
    """Learnt until that day, the last of all without one. What came is told only where the days are there."""
    last = max(moment for _, moment in comings)
    until = until or last
    known = histories(comings, until)
    fitted = fit(known)
    ahead = expected(fitted, known, weeks)
    seen = (last - until).days / WEEK >= weeks
    true = came(comings, until, weeks, known.people) if seen else None
    return Activity(
        people=len(known.people), until=until, weeks=weeks, fit=fitted, expected=float(ahead.sum()),
        came=None if true is None else float(true.sum()), alive=float(alive(fitted, known).mean()),
        bands=tuple(bands(known, ahead, true)),
    )  # fmt: skip


def bands(known: Histories, ahead: np.ndarray[Any, Any], true: np.ndarray[Any, Any] | None) -> Iterator[Band]:
    place = np.digitize(known.frequency, EDGES[1:])
    for kind, name in enumerate(KINDS):
        of_kind = place == kind
        if of_kind.any():
            observed = None if true is None else float(true[of_kind].mean())
            yield Band(name, int(of_kind.sum()), float(ahead[of_kind].mean()), observed)


def lines(found: Activity) -> Iterator[str]:
    fitted = found.fit
    yield f"{found.people:,} people until {found.until}"
    yield (
        f"BG/NBD: r {fitted.r:.4f}, alpha {fitted.alpha:.4f}, a {fitted.a:.4f}, b {fitted.b:.4f}, "
        f"log-likelihood {fitted.log_likelihood:,.2f}"
    )
    came = "" if found.came is None else f", {found.came:,.0f} came"
    ahead = f"{found.expected:,.0f} comings expected{came}; {found.alive:.0%} still active"
    yield f"In the {found.weeks:g} weeks after: {ahead}"
    yield from rows([("came again", "people", "expected each", "came each"), *(
        (one.came_again, f"{one.people:,}", f"{one.expected:.3f}", "" if one.came is None else f"{one.came:.3f}")
        for one in found.bands
    )])  # fmt: skip


KIND = Kind("activity", "how often people will come again, from who came when", add_arguments, run)

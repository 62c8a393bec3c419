"""The made-up customers: who they are, where they work, whose they are, and how eagerly they read."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from config.demo import words
from config.demo.rhythm import HISTORY_DAYS, Calendar, Flags, Indices, Numbers
from config.demo.staff import REGIONS, SALES, email_of

CUSTOMERS_AN_ORGANIZATION = 8
MOST_EAGER = 2.2  # times the average reader: keeps every chance of the campaigns below 1
AREAS = (212, 312, 415)  # numbers 555-0100 to 555-0199 are kept for fiction in every area
COLUMNS = (
    "number",
    "name",
    "email",
    "phone",
    "street",
    "city",
    "state",
    "postal_code",
    "job_title",
    "organization_number",
    "organization",
    "territory",
    "customer_since",
    "assigned_to",
    "assigned_since",
)


@dataclass(frozen=True)
class Population:
    """Customers as columns. `staff` is an index of SALES, `trend` -1 (fading), 0 or 1 (growing)."""

    organization: Indices
    staff: Indices
    eagerness: Numbers  # a long tail around 1
    trend: Indices
    scanned: Flags  # mail to their organization passes a gateway that opens links

    @property
    def size(self) -> int:
        return len(self.staff)

    def numbers(self) -> list[str]:
        return [f"DEMO-{number:05d}" for number in range(1, self.size + 1)]

    def eagerness_at(self, progress: float) -> Numbers:
        """How eagerly each reads when so much (0 to 1) of the history has passed; the average is 1.

        Who fades reads a quarter as eagerly at the end as at the beginning, who grows the other way round.
        """
        change = np.choose(self.trend + 1, [1.6 - 1.2 * progress, 1.0, 0.4 + 1.2 * progress])
        return _averaging_one(self.eagerness * change)


def draw_population(draw: Generator, size: int) -> Population:
    organizations = max(1, size // CUSTOMERS_AN_ORGANIZATION)
    # A few large accounts, many of two or three; each has at least one customer and belongs to one of sales.
    weights = draw.pareto(1.6, organizations) + 0.2
    organization = np.concatenate(
        [np.arange(organizations), draw.choice(organizations, size - organizations, p=weights / weights.sum())]
    )
    portfolios = np.linspace(1.6, 0.7, len(SALES))
    keeper = draw.choice(len(SALES), organizations, p=draw.permutation(portfolios) / portfolios.sum())
    return Population(
        organization=organization,
        staff=keeper[organization],
        eagerness=draw.lognormal(-0.28, 0.75, size),
        trend=draw.choice([-1, 0, 1], size, p=[0.25, 0.6, 0.15]),
        scanned=(draw.random(organizations) < 0.17)[organization],
    )


def _averaging_one(eagerness: Numbers) -> Numbers:
    """In proportion, none above MOST_EAGER, averaging 1 (to a millionth)."""
    while abs(eagerness.mean() - 1) > 1e-6:
        eagerness = np.minimum(eagerness / eagerness.mean(), MOST_EAGER)
    return eagerness


def write_customers(path: Path, draw: Generator, population: Population, calendar: Calendar) -> None:
    """The file of customers, as the mapping customers.toml reads it."""
    size = population.size
    firms = _firms(draw, int(population.organization.max()) + 1)
    employers = [firms[firm] for firm in population.organization.tolist()]
    names = list(map("{} {}".format, _some(draw, words.GIVEN, size), _some(draw, words.FAMILY, size)))
    regions = (population.staff // len(REGIONS[0].sales)).tolist()
    towns = [words.TOWNS[region][town] for region, town in zip(regions, draw.integers(0, 6, size), strict=True)]
    houses, streets, ways = (
        draw.integers(10, 990, size),
        _some(draw, words.STREETS, size),
        _some(draw, words.WAYS, size),
    )
    since = _since(draw, calendar, size)
    columns = (
        population.numbers(),
        names,
        _emails(names, employers),
        [
            f"({AREAS[region]}) 555-01{line:02d}"
            for region, line in zip(regions, draw.integers(0, 100, size), strict=True)
        ],
        map("{} {} {}".format, houses, streets, ways),
        [town for town, _state in towns],
        [state for _town, state in towns],
        # ZIP codes that begin with 001 to 004 do not exist.
        [f"00{line}" for line in draw.integers(100, 500, size)],
        _some(draw, words.TITLES, size),
        [f"DEMO-ORG-{firm + 1:04d}" for firm in population.organization.tolist()],
        employers,
        [REGIONS[region].code for region in regions],
        since,
        [email_of(SALES[staff]) for staff in population.staff.tolist()],
        [max(day, calendar.start.isoformat()) for day in since],  # sales began with the history
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(zip(*columns, strict=True))


def _some(draw: Generator, choices: Sequence[str], size: int) -> list[str]:
    return [choices[at] for at in draw.integers(0, len(choices), size).tolist()]


def _firms(draw: Generator, count: int) -> list[str]:
    """So many names, no two the same while the words last."""
    pairs = [f"{firm} {trade}" for firm in words.FIRMS for trade in words.TRADES]
    order = draw.permutation(len(pairs)).tolist()
    return [
        pairs[order[at % len(pairs)]] + (f" {at // len(pairs) + 1}" if at >= len(pairs) else "") for at in range(count)
    ]


def _since(draw: Generator, calendar: Calendar, size: int) -> list[str]:
    days = (draw.exponential(1100, size)).astype(int).clip(0, 9000)
    first = calendar.start - timedelta(days=int(HISTORY_DAYS * 0.05))
    texts: list[str] = np.datetime_as_string(np.datetime64(first) - days.astype("timedelta64[D]")).tolist()
    return texts


def _emails(names: Sequence[str], employers: Sequence[str]) -> list[str]:
    """An address for each, which nobody else has, at a domain that cannot exist (RFC 2606)."""
    taken: Counter[tuple[str, str]] = Counter()
    addresses = []
    for name, employer in zip(names, employers, strict=True):
        local, domain = _ascii(name, "."), _ascii(employer, "-")
        taken[local, domain] += 1
        nth = taken[local, domain]
        addresses.append(f"{local}{nth if nth > 1 else ''}@{domain}.example")
    return addresses


def _ascii(text: str, between: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return between.join("".join(filter(str.isalnum, word)) for word in plain.split())

"""Cohorts: customers by the month of their first share, and the share of each that came back in the months since.

A month counts once it is over, by the agency's days. One statement over the days of viewers.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from analytics.periods import DAY
from analytics.reports.base import Freshness, freshness
from records.models import Customer

COHORTS = (Path(__file__).parents[1] / "sql" / "cohorts.sql").read_text()
# What counts as having come, as a condition on a day.
DID = {
    "came": "(day.views > 0 OR day.visits > 0 OR day.responses > 0 OR day.conversions > 0)",
    "answered": "(day.responses > 0 OR day.conversions > 0)",
}


@dataclass(frozen=True)
class CohortQuery:
    """`customers` are those in scope, None for all; `months` how many cohorts, `today` the agency's day.

    The caller has made sure that the reader may see sums over these customers.
    """

    today: date
    months: int = 12
    did: str = "came"
    customers: "QuerySet[Customer] | None" = None


@dataclass(frozen=True)
class Cohort:
    """`came[n]` is how many of the customers came in the nth month after that of their first share, of those over."""

    month: date
    customers: int
    came: tuple[int, ...]


@dataclass(frozen=True)
class CohortReport:
    did: str
    cohorts: tuple[Cohort, ...]
    freshness: Freshness


def cohort_report(query: CohortQuery) -> CohortReport:
    """The cohorts of the last months that have customers, the oldest first. Two queries."""
    this_month = query.today.replace(day=1)
    rows = rows_of(query, months_before(this_month, query.months - 1), this_month)
    sizes = {month: customers for month, _, customers, _ in rows if customers is not None}
    came = {(month, since): count for month, since, _, count in rows if count is not None}
    return CohortReport(
        did=query.did,
        cohorts=tuple(
            Cohort(
                month, size, tuple(came.get((month, since), 0) for since in range(months_between(month, this_month)))
            )
            for month, size in sorted(sizes.items())
        ),
        freshness=freshness(),
    )


def rows_of(query: CohortQuery, first: date, until: date) -> list[tuple[date, int, int | None, int | None]]:
    scope, parameters = "", {}
    if query.customers is not None:
        sql, values = query.customers.order_by().values("pk").query.sql_with_params()
        names = [f"scope_{number}" for number in range(len(values))]
        scope = f" AND viewer.customer_id IN ({sql % tuple(f'%({name})s' for name in names)})"
        parameters = dict(zip(names, values, strict=True))
    statement = COHORTS.format(did=DID[query.did], scope=scope)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "first": first, "until": until})
        found: list[Any] = cursor.fetchall()
    return found


def months_before(month: date, count: int) -> date:
    for _ in range(count):
        month = (month - DAY).replace(day=1)
    return month


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month

"""Cohorts: customers by the month of their first share, and the share of each that came back in the months since.

A month counts once it is over, by the agency's days. One statement over the days of viewers, which may be nearly as
many as the events: over everybody it is asked once an hour (`count_everybody`) and what came of it is kept, for what it
says of months that are over hardly changes. Over one's own customers it is kept until anything of them is counted anew.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from analytics.periods import DAY
from analytics.reports.base import Freshness, freshness
from privacy.agency import agency_today
from privacy.kept import keep, kept
from privacy.renewing.versions import STEP, values_of, version_of
from records.models import Customer
from records.models.customer import OWN_CUSTOMERS

COHORTS = (Path(__file__).parents[1] / "sql" / "cohorts.sql").read_text()
MOST_MONTHS = 24
KEPT_FOR = 2 * 60 * 60  # seconds, in which it is counted twice
# What counts as having come, as a condition on a day.
DID = {
    "came": "(day.views > 0 OR day.visits > 0 OR day.responses > 0 OR day.conversions > 0)",
    "answered": "(day.responses > 0 OR day.conversions > 0)",
}


@dataclass(frozen=True)
class CohortQuery:
    """`customers` are those in scope, None for all; `months` how many cohorts, `today` the agency's day. `staff` is the
    member of staff whose own customers those are, None where they are more or others.

    The caller has made sure that the reader may see sums over these customers.
    """

    today: date
    months: int = 12
    did: str = "came"
    customers: "QuerySet[Customer] | None" = None
    staff: int | None = None


@dataclass(frozen=True)
class Cohort:
    """`came[n]` is how many of the customers came in the nth month after that of their first share, of those over."""

    month: date
    customers: int
    came: tuple[int, ...]


@dataclass(frozen=True)
class CohortReport:
    """`counted_at` is when the customers were counted; of everybody up to an hour ago and more."""

    did: str
    cohorts: tuple[Cohort, ...]
    counted_at: datetime
    freshness: Freshness


# A month, months since, how many customers began in it (in the row of month 0), how many of them came.
Row = tuple[date, int, int | None, int | None]


def cohort_report(query: CohortQuery) -> CohortReport:
    """The cohorts of the last months that have customers, the oldest first. Two queries, one where it is counted; of
    one's own customers one more."""
    this_month = query.today.replace(day=1)
    first = months_before(this_month, query.months - 1)
    if query.customers is None:
        counted_at, rows = everybody(query.did, query.today)
        rows = [row for row in rows if row[0] >= first]
    else:
        counted_at = timezone.now()
        rows = rows_of(query, first, this_month) if query.staff is None else of_own(query, query.staff, first)
    sizes = {month: customers for month, _, customers, _ in rows if customers is not None}
    came = {(month, since): count for month, since, _, count in rows if count is not None}
    return CohortReport(
        did=query.did,
        counted_at=counted_at,
        cohorts=tuple(
            Cohort(
                month, size, tuple(came.get((month, since), 0) for since in range(months_between(month, this_month)))
            )
            for month, size in sorted(sizes.items())
        ),
        freshness=freshness(),
    )


def everybody(did: str, today: date) -> tuple[datetime, list[Row]]:
    """When everybody was counted last in this month, and what came of it; counted now where it was not."""
    counted: tuple[datetime, list[Row]] | None = kept(_kept_as(did, today))
    return counted or count_everybody(did, today)


def count_everybody(did: str, today: date) -> tuple[datetime, list[Row]]:
    """Count everybody's months, as far back as a page may ask, and keep it for KEPT_FOR."""
    this_month, counted_at = today.replace(day=1), timezone.now()
    rows = rows_of(CohortQuery(today, did=did), months_before(this_month, MOST_MONTHS - 1), this_month)
    keep(_kept_as(did, today), (counted_at, rows), seconds=KEPT_FOR)
    return counted_at, rows


def count_all() -> None:
    """Count everybody anew, for each thing that a page may ask for."""
    for did in DID:
        count_everybody(did, agency_today())


def _kept_as(did: str, today: date) -> str:
    return f"cohorts:{did}:{today:%Y-%m}"


# By the index of campaigns_viewer by customer.
WHO_THEY_ARE = f"""
SELECT md5(string_agg(viewer.id || ' ' || viewer.customer_id, ',' ORDER BY viewer.id))
FROM ({OWN_CUSTOMERS.format(staff="%(staff)s")}) AS own
JOIN campaigns_viewer AS viewer ON viewer.customer_id = own.customer_id
"""


def of_own(query: CohortQuery, staff: int, first: date) -> list[Row]:
    """Kept while these are the same people and none of what they did was counted anew (analytics.touching); that is
    looked at before it is counted, so that what is kept is never older. One query, two where it is not kept."""
    version = version_of(values_of([f"staff:{staff}"]))
    with connection.cursor() as cursor:
        cursor.execute(WHO_THEY_ARE, {"staff": staff})
        (people,) = cursor.fetchone()
    kept_as = f"{_kept_as(query.did, query.today)}:{first:%Y-%m}:{people}:{version}"
    rows: list[Row] | None = kept(kept_as)
    if rows is None:
        rows = rows_of(query, first, query.today.replace(day=1))
        keep(kept_as, rows, seconds=STEP)
    return rows


def rows_of(query: CohortQuery, first: date, until: date) -> list[Row]:
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

"""Customers and campaigns, as a model learns from them: the declared fields as of a day, by one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Min
from numpy.typing import NDArray

from analytics.insight.responding.features import Feature, Features
from analytics.insight.responding.fields import FIELDS, Field
from analytics.insight.values import Floats
from analytics.models.rollups import partitions_within
from campaigns.models import Assignment
from privacy.agency import agency_day, agency_zone

SQL = Path(__file__).parents[2] / "sql"
FEATURES = (SQL / "likely_features.sql").read_text()
DRAWN_BEFORE = (SQL / "drawn_before.sql").read_text()
NOT_DRAWN = """
    SELECT unnest(%(customers)s::bigint[]) AS customer_id, %(campaign)s::bigint AS campaign_id, %(day)s::date AS day,
        NULL::boolean AS responded"""
WINDOW = timedelta(days=30)  # within which somebody answers, or has not responded
PAST = timedelta(days=365)  # before the day, of which the fields tell
MOST = 1_000_000  # draws that are learnt from, the newest
ABOUT = ("customer_id", "campaign_id", "day", "responded")


@dataclass(frozen=True)
class Draws:
    """Customers with a campaign, in order of days. `values` has a column for each of FIELDS (NaN: never); `responded`
    is 1 or 0, NaN where nobody knows yet."""

    customers: NDArray[np.int64]
    campaigns: NDArray[np.int64]
    days: NDArray[np.datetime64]
    responded: Floats
    values: Floats

    @property
    def features(self) -> Features:
        columns = zip(FIELDS, self.values.T, strict=True)
        return Features(tuple(Feature(field.name, values, field.categories) for field, values in columns), {}, {})


def drawn_before(now: datetime, most: int = MOST) -> Draws:
    """Of whom it is known whether they responded: everybody drawn a window ago or earlier, the newest `most`."""
    first = Assignment.objects.aggregate(first=Min("assigned_at"))["first"]
    values = {"until": now - WINDOW, "window": WINDOW, "most": most}
    return read(DRAWN_BEFORE, agency_day(first or now), agency_day(now), values)


def not_drawn(customers: Iterable[int], campaign: int, day: date) -> Draws:
    """These customers, as they would be drawn into the campaign on a day of the agency's."""
    values = {"customers": list(customers), "campaign": campaign, "day": day}
    return read(NOT_DRAWN, day, day, values)


def read(asked: str, first: date, last: date, values: dict[str, Any]) -> Draws:
    """One statement. `first` and `last` are the days asked for. Raises ValueError where it gives other columns than are
    declared."""
    given = {"zone": str(agency_zone()), "partitions": partitions_within(first - PAST, last)}
    with connection.cursor() as cursor:
        cursor.execute(FEATURES.format(asked=asked), values | given)
        names = tuple(column.name for column in cursor.description)
        rows = cursor.fetchall()
    if names != ABOUT + tuple(field.name for field in FIELDS):
        raise ValueError(f"the statement gives {names}, and declared are {[field.name for field in FIELDS]}")
    return draws_of(list(zip(*rows, strict=True)) or [()] * len(names))


def draws_of(columns: list[Any]) -> Draws:
    customers, campaigns, days, responded, *values = columns
    numbers = [column_of(field, column) for field, column in zip(FIELDS, values, strict=True)]
    return Draws(
        customers=np.array(customers, dtype=np.int64),
        campaigns=np.array(campaigns, dtype=np.int64),
        days=np.array(days, dtype="datetime64[D]"),
        responded=np.array(responded, dtype=np.float64),
        values=np.column_stack(numbers),
    )


def column_of(field: Field, column: Iterable[Any]) -> Floats:
    """None is NaN; a word is its place among the categories."""
    if not field.categories:
        return np.array([np.nan if value is None else float(value) for value in column], dtype=np.float64)
    places = {value: float(place) for place, value in enumerate(field.categories)}
    return np.array([places[value] for value in column], dtype=np.float64)

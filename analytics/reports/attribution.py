"""Which campaigns conversions are owed to, by six rules that each share out every conversion whole.

Reads rollups and draws only. The rules are those of analytics.insight.attribution.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from analytics.insight import attribution
from analytics.insight.attribution import REMOVAL, RULES, Touch, attribute
from analytics.reports.base import Freshness, freshness
from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.kept import keep, kept
from records.models import Customer
from records.ordering import most_first

HEAD = (Path(__file__).parents[1] / "sql" / "attribution.sql").read_text()
# A row for each way there is, with how many conversions ended it and how many people went it; those who went it and
# did not convert in the period, too.
PATHS = f"""{HEAD},
walked AS (
    SELECT person, conversions,
        array_agg(campaign_id ORDER BY days_before DESC, campaign_id) FILTER (WHERE days_before >= 0) AS campaigns,
        array_agg(days_before ORDER BY days_before DESC, campaign_id) FILTER (WHERE days_before >= 0) AS ages
    FROM owed
    GROUP BY person, day, conversions
    UNION ALL
    SELECT person, 0, array_agg(campaign_id ORDER BY day, campaign_id), array_agg(0 ORDER BY day, campaign_id)
    FROM met
    WHERE day BETWEEN %(first)s AND %(last)s AND NOT EXISTS (SELECT FROM converted WHERE converted.person = met.person)
    GROUP BY person
)
SELECT campaigns, ages, sum(conversions), count(*) FROM walked GROUP BY campaigns, ages ORDER BY campaigns, ages"""
PEOPLE = f"""{HEAD}
SELECT campaign_id, count(DISTINCT person) FROM owed WHERE campaign_id IS NOT NULL GROUP BY campaign_id"""
WINDOW = 90  # days before a conversion in which a campaign may have part in it
KEPT_FOR = 2 * 60 * 60  # seconds, in which everybody's are counted twice
PERIODS = (30, 90, 365)
RULE_NAMES = (*RULES, REMOVAL)


@dataclass(frozen=True)
class AttributionQuery:
    """Conversions of the last `days` up to `today`, of these customers (None: of everybody).

    The caller has made sure that the reader may see sums over them.
    """

    today: date
    days: int = 365
    customers: "QuerySet[Customer] | None" = None

    @property
    def first(self) -> date:
        return self.today - timedelta(days=self.days - 1)


@dataclass(frozen=True)
class Owed:
    """What is owed to one campaign: by rule the conversions, and how many converters had met it; both None where that
    would tell of few people."""

    slug: str
    name: str
    people: int | None
    credit: dict[str, float] | None

    def by(self, rule: str) -> float | None:
        return self.credit[rule] if self.credit else None


@dataclass(frozen=True)
class AttributionReport:
    """`conversions` are all there were, `untouched` those of people who had met no campaign in the 90 days before; each
    rule's credits add up to the rest."""

    first: date
    last: date
    conversions: int
    untouched: int
    campaigns: tuple[Owed, ...]
    counted_at: datetime
    freshness: Freshness

    @property
    def owed(self) -> int:
        return self.conversions - self.untouched


@dataclass(frozen=True)
class Counted:
    """What the statements gave: ways, and people by campaign."""

    paths: list[tuple[list[int] | None, list[int] | None, int, int]]
    people: dict[int, int]
    at: datetime


def attribution_report(query: AttributionQuery) -> AttributionReport:
    """The campaigns that most are owed to first. Four queries; two where everybody is counted already."""
    counted = everybody(query) if query.customers is None else count(query)
    found = attribute(as_paths(counted))
    names = Campaign.objects.in_bulk([int(number) for number in found.credit[REMOVAL]])
    rows = [owed(names[number], counted, found) for number in names]
    return AttributionReport(
        first=query.first,
        last=query.today,
        conversions=int(found.conversions),
        untouched=int(found.untouched),
        campaigns=most_owed_first(rows),
        counted_at=counted.at,
        freshness=freshness(),
    )


def most_owed_first(rows: Iterable[Owed], rule: str = REMOVAL) -> tuple[Owed, ...]:
    """By what is owed to each by the rule; those of which that is hidden last."""
    return tuple(sorted(rows, key=lambda row: most_first(row.by(rule), row.slug)))


def as_paths(counted: Counted) -> Iterable[attribution.Path]:
    for campaigns, ages, conversions, walks in counted.paths:
        touches = [Touch(str(one), age) for one, age in zip(campaigns or [], ages or [], strict=True)]
        yield attribution.Path(touches, float(conversions), walks)


def owed(campaign: Campaign, counted: Counted, found: attribution.Attribution) -> Owed:
    credit = {rule: found.credit[rule].get(str(campaign.pk), 0.0) for rule in RULE_NAMES}
    return Owed(campaign.slug, campaign.name, counted.people.get(campaign.pk, 0), credit)


def everybody(query: AttributionQuery) -> Counted:
    counted: Counted | None = kept(_kept_as(query))
    return counted or count_everybody(query)


def count_everybody(query: AttributionQuery) -> Counted:
    counted = count(query)
    keep(_kept_as(query), counted, seconds=KEPT_FOR)
    return counted


def count_all() -> None:
    """Count everybody anew, for each period that a page may ask for."""
    for days in PERIODS:
        count_everybody(AttributionQuery(agency_today(), days))


def _kept_as(query: AttributionQuery) -> str:
    return f"attribution:{query.days}:{query.today}"


def count(query: AttributionQuery) -> Counted:
    """Two statements."""
    sql, values = scope_of(query)
    values |= {
        "first": query.first, "last": query.today, "window": WINDOW, "time_zone": settings.AGENCY_TIME_ZONE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PATHS.format(**sql), values)
        paths: list[Any] = [(*row[:2], int(row[2]), row[3]) for row in cursor.fetchall()]
        cursor.execute(PEOPLE.format(**sql), values)
        return Counted(paths, dict(cursor.fetchall()), timezone.now())


def scope_of(query: AttributionQuery) -> tuple[dict[str, str], dict[str, Any]]:
    """Of everybody also who is no customer, and viewers of whom nothing but a visit is known."""
    if query.customers is None:
        anybody = "coalesce(person.person, day.viewer_id * 2 + 1)"
        return {"scope": "", "anybody": anybody, "joining": "LEFT JOIN"}, {}
    sql, values = query.customers.order_by().values("pk").query.sql_with_params()
    names = [f"scope_{number}" for number in range(len(values))]
    scope = f" AND viewer.customer_id IN ({sql % tuple(f'%({name})s' for name in names)})"
    return {"scope": scope, "anybody": "person.person", "joining": "JOIN"}, dict(zip(names, values, strict=True))

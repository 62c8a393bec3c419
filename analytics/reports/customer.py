"""The customer report: what was shared with them, what they did with it, and when.

Reads rollups and shares only, in the same number of queries whatever the customer did.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from analytics.reports.base import Freshness, freshness
from analytics.reports.engagement import Engagement, engagement_of
from campaigns.models import Share
from privacy.prepared import Prepared, ask
from privacy.rights.beside import Disagreement, disagreements_of
from records.models import Customer

SHARES_SHOWN = 200
SQL = Path(__file__).parents[1] / "sql"
MATERIALS = (SQL / "customer_materials.sql").read_text()
DAYS = Prepared((SQL / "customer_days.sql").read_text(), customer="bigint")


@dataclass(frozen=True)
class CustomerQuery:
    """Which customer, by key. The caller has made sure that the reader may see them."""

    key: uuid.UUID


@dataclass(frozen=True)
class ShareLine:
    """One share of a material. The moment is UTC; `key` names it in addresses."""

    key: uuid.UUID
    shared_at: datetime
    campaign: str | None
    campaign_slug: str | None
    shared_by: str | None


@dataclass(frozen=True)
class MaterialOutcome:
    """One material that was shared with the customer or viewed by them, once, and what came of it.

    Moments are UTC; counts are people's, `raw_views` everything's. `shares` are those among the report's newest
    SHARES_SHOWN; `share_count` says how many there are, none where it was viewed without having been shared.
    """

    material: str
    material_slug: str
    share_count: int
    last_shared_at: datetime | None
    shares: tuple[ShareLine, ...]
    views: int
    raw_views: int
    dwell_seconds: float
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class CampaignOutcome:
    """What the customer did in one campaign."""

    campaign: str
    campaign_slug: str
    variant: str
    deliveries: int
    views: int
    visits: int
    responses: int
    conversions: int
    revenue: Decimal
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class CustomerDay:
    """One day (the agency's) on which something happened."""

    day: date
    shares: int
    deliveries: int
    views: int
    raw_views: int
    visits: int
    responses: int
    conversions: int
    revenue: Decimal
    dwell_seconds: float


@dataclass(frozen=True)
class CustomerReport:
    key: uuid.UUID
    number: str
    name: str
    organization: str | None
    views: int
    raw_views: int
    visits: int
    responses: int
    conversions: int
    revenue: Decimal
    dwell_seconds: float
    first_at: datetime | None
    last_at: datetime | None
    share_count: int
    materials: tuple[MaterialOutcome, ...]
    campaigns: tuple[CampaignOutcome, ...]
    days: tuple[CustomerDay, ...]
    engagement: Engagement
    freshness: Freshness
    disagreements: tuple[Disagreement, ...] = ()


def customer_report(query: CustomerQuery) -> CustomerReport:
    """The report of one customer. Raises Customer.DoesNotExist. Seven queries."""
    return report_of(Customer.objects.select_related("organization").get(key=query.key))


def report_of(customer: Customer) -> CustomerReport:
    """The same of a customer who is known already, with their organization. Six queries."""
    materials = materials_of(customer)
    campaigns = tuple(campaigns_of(customer))
    days = tuple(days_of(customer))
    signs = [moment for row in materials for moment in (row.first_at, row.last_at) if moment]
    signs += [moment for row in campaigns for moment in (row.first_at, row.last_at) if moment]
    return CustomerReport(
        key=customer.key,
        number=customer.number,
        name=customer.name,
        organization=customer.organization.name if customer.organization else None,
        views=sum(day.views for day in days),
        raw_views=sum(day.raw_views for day in days),
        visits=sum(day.visits for day in days),
        responses=sum(day.responses for day in days),
        conversions=sum(day.conversions for day in days),
        revenue=sum((day.revenue for day in days), Decimal(0)),
        dwell_seconds=sum(day.dwell_seconds for day in days),
        first_at=min(signs, default=None),
        last_at=max(signs, default=None),
        share_count=sum(day.shares for day in days),
        materials=tuple(one for one in materials if one.share_count or one.raw_views or one.dwell_seconds),
        campaigns=campaigns,
        days=days,
        engagement=engagement_of(customer.pk),
        freshness=freshness(),
        disagreements=disagreements_of(customer),
    )


def share_lines_of(customer: Customer) -> dict[int, list[ShareLine]]:
    """The newest SHARES_SHOWN shares, by material, newest first."""
    lines: dict[int, list[ShareLine]] = {}
    columns = ("material_id", "key", "shared_at", "campaign__name", "campaign__slug", "sender__name")
    for material, *line in Share.objects.filter(recipient__customer=customer).values_list(*columns)[:SHARES_SHOWN]:
        lines.setdefault(material, []).append(ShareLine(*line))
    return lines


def materials_of(customer: Customer) -> list[MaterialOutcome]:
    """Each material once, so that the columns add up: first what was shared, newest first; then what was only viewed.

    Of what was neither shared nor viewed by anything (a sign without a page) only the moments are of use. Two queries,
    one where nothing was shared.
    """
    with connection.cursor() as cursor:
        ask(cursor, MATERIALS, {"customer": customer.pk})
        rows = cursor.fetchall()
    lines = share_lines_of(customer) if any(row[3] for row in rows) else {}
    found = [
        MaterialOutcome(title, slug, share_count, last_shared_at, tuple(lines.get(number, ())), *did)
        for number, title, slug, share_count, last_shared_at, *did in rows
    ]
    return sorted(found, key=newest_first)


def newest_first(outcome: MaterialOutcome) -> tuple[float, float, str]:
    moments = (outcome.last_shared_at, outcome.last_at)
    shared, viewed = (-moment.timestamp() if moment else 0.0 for moment in moments)
    return shared, viewed, outcome.material


# By the index of viewers by customer and the rollup's key, which leads with the viewer.
CAMPAIGNS = """
SELECT campaign.name, campaign.slug, coalesce(nullif(variant.label, ''), variant.name), did.deliveries, did.views,
    did.visits, did.responses, did.conversions, did.revenue, did.first_at, did.last_at
FROM analytics_campaignviewer AS did
JOIN campaigns_campaign AS campaign ON campaign.id = did.campaign_id
JOIN campaigns_variant AS variant ON variant.id = did.variant_id
WHERE did.viewer_id = ANY(ARRAY(SELECT id FROM campaigns_viewer WHERE customer_id = %(customer)s))
ORDER BY campaign.starts_on DESC, did.campaign_id
"""


def campaigns_of(customer: Customer) -> list[CampaignOutcome]:
    """Those with whom anything was done, the last begun first. One query."""
    with connection.cursor() as cursor:
        ask(cursor, CAMPAIGNS, {"customer": customer.pk})
        return [CampaignOutcome(*row) for row in cursor.fetchall()]


def days_of(customer: Customer) -> Iterator[CustomerDay]:
    """The customer's days, those of all their viewers together."""
    with connection.cursor() as cursor:
        DAYS.execute(cursor, {"customer": customer.pk})
        yield from (CustomerDay(*row) for row in cursor.fetchall())

"""The customer report: what was shared with them, what they did with it, and when.

Reads rollups and shares only, in the same number of queries whatever the customer did.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Sum

from analytics.models import CampaignViewer, ViewerDay, ViewerMaterial
from analytics.reports.base import Freshness, freshness
from campaigns.models import Share, Viewer
from records.models import Customer

SHARES_SHOWN = 200


@dataclass(frozen=True)
class CustomerQuery:
    """Which customer, by key. The caller has made sure that the reader may see them."""

    key: uuid.UUID


@dataclass(frozen=True)
class SharedMaterial:
    """One share and what came of its material. Moments are UTC; counts are people's, `raw_views` everything's."""

    shared_at: datetime
    material: str
    material_slug: str
    campaign: str | None
    campaign_slug: str | None
    shared_by: str | None
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
    # The newest SHARES_SHOWN; `share_count` says how many there are.
    share_count: int
    shares: tuple[SharedMaterial, ...]
    campaigns: tuple[CampaignOutcome, ...]
    days: tuple[CustomerDay, ...]
    freshness: Freshness


def customer_report(query: CustomerQuery) -> CustomerReport:
    """The report of one customer. Raises Customer.DoesNotExist. Seven queries."""
    customer = Customer.objects.select_related("organization").get(key=query.key)
    viewers = list(Viewer.objects.filter(customer=customer).values_list("pk", flat=True))
    materials = materials_of(viewers)
    campaigns = tuple(campaigns_of(viewers))
    days = tuple(days_of(viewers))
    signs = [moment for row in materials.values() for moment in (row.first_at, row.last_at) if moment]
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
        shares=tuple(shared_materials(viewers, materials)),
        campaigns=campaigns,
        days=days,
        freshness=freshness(),
    )


@dataclass(frozen=True)
class Reading:
    """What a customer did with one material, whichever share they came through."""

    views: int
    raw_views: int
    dwell_seconds: float
    first_at: datetime | None
    last_at: datetime | None


UNREAD = Reading(0, 0, 0.0, None, None)


def materials_of(viewers: list[int]) -> dict[int, Reading]:
    rows = (
        ViewerMaterial.objects.filter(viewer_id__in=viewers)
        .values("material_id")
        .annotate(Sum("views"), Sum("raw_views"), Sum("dwell_ms"), Min("first_at"), Max("last_at"))
    )
    return {
        row["material_id"]: Reading(
            row["views__sum"],
            row["raw_views__sum"],
            row["dwell_ms__sum"] / 1000,
            row["first_at__min"],
            row["last_at__max"],
        )
        for row in rows
    }


def shared_materials(viewers: list[int], materials: dict[int, Reading]) -> Iterator[SharedMaterial]:
    shares = Share.objects.filter(recipient__in=viewers).select_related("material", "campaign", "sender")
    for share in shares[:SHARES_SHOWN]:
        reading = materials.get(share.material_id, UNREAD)
        yield SharedMaterial(
            shared_at=share.shared_at,
            material=share.material.title,
            material_slug=share.material.slug,
            campaign=share.campaign.name if share.campaign else None,
            campaign_slug=share.campaign.slug if share.campaign else None,
            shared_by=share.sender.name if share.sender else None,
            views=reading.views,
            raw_views=reading.raw_views,
            dwell_seconds=reading.dwell_seconds,
            first_at=reading.first_at,
            last_at=reading.last_at,
        )


def campaigns_of(viewers: list[int]) -> Iterator[CampaignOutcome]:
    rows = CampaignViewer.objects.filter(viewer_id__in=viewers).select_related("campaign", "variant")
    for row in rows.order_by("-campaign__starts_on", "campaign_id"):
        yield CampaignOutcome(
            campaign=row.campaign.name,
            campaign_slug=row.campaign.slug,
            variant=str(row.variant),
            deliveries=row.deliveries,
            views=row.views,
            visits=row.visits,
            responses=row.responses,
            conversions=row.conversions,
            revenue=row.revenue,
            first_at=row.first_at,
            last_at=row.last_at,
        )


SUMMED_BY_DAY = (
    "shares",
    "deliveries",
    "views",
    "raw_views",
    "visits",
    "responses",
    "conversions",
    "revenue",
    "dwell_ms",
)


def days_of(viewers: list[int]) -> Iterator[CustomerDay]:
    """The customer's days, those of all their viewers together."""
    sums: dict[str, Sum] = {f"{name}_sum": Sum(name) for name in SUMMED_BY_DAY}
    rows = ViewerDay.objects.filter(viewer_id__in=viewers).values("day").annotate(**sums).order_by("day")
    for row in rows:
        counts: dict[str, Any] = {name: dict(row)[f"{name}_sum"] for name in SUMMED_BY_DAY}
        yield CustomerDay(day=row["day"], dwell_seconds=counts.pop("dwell_ms") / 1000, **counts)

"""Each report's numbers are those of the log: by statements that read events, draws and shares alone, no rollup."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from analytics.folding import fold_all
from analytics.periods import quarter_named
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.cohorts import CohortQuery, cohort_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.filtered import FilteredQuery, filtered_report
from analytics.reports.material import MaterialQuery, material_report
from analytics.reports.quarter import quarter_report
from campaigns.models import Campaign, Material, Viewer
from records.models import Customer
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
HUMAN = "verdict IN ('human', 'unknown')"
BY_VARIANT = f"""
WITH did AS (SELECT * FROM campaigns_event WHERE campaign_id = %(campaign)s)
SELECT variant.name, count(DISTINCT drawn.viewer_id),
    count(DISTINCT drawn.viewer_id) FILTER (WHERE kind = 'view' AND {HUMAN}),
    count(DISTINCT drawn.viewer_id) FILTER (WHERE kind = 'view'),
    count(DISTINCT drawn.viewer_id) FILTER (WHERE kind = 'response' AND {HUMAN}),
    count(DISTINCT drawn.viewer_id) FILTER (WHERE kind = 'conversion' AND {HUMAN}),
    count(*) FILTER (WHERE kind = 'view' AND {HUMAN}),
    coalesce(sum(amount) FILTER (WHERE {HUMAN}), 0)
FROM campaigns_assignment AS drawn
JOIN campaigns_variant AS variant ON variant.id = drawn.variant_id
LEFT JOIN did ON did.viewer_id = drawn.viewer_id AND did.variant_id = drawn.variant_id
WHERE drawn.campaign_id = %(campaign)s
GROUP BY variant.name ORDER BY variant.name
"""
BY_DAY = f"""
SELECT (occurred_at AT TIME ZONE 'America/New_York')::date, variant.name,
    count(*) FILTER (WHERE kind = 'view' AND {HUMAN}), count(*) FILTER (WHERE kind = 'view'),
    count(*) FILTER (WHERE kind = 'response' AND {HUMAN}), coalesce(sum(amount) FILTER (WHERE {HUMAN}), 0)
FROM campaigns_event AS event JOIN campaigns_variant AS variant ON variant.id = event.variant_id
WHERE event.campaign_id = %(campaign)s
GROUP BY 1, 2 ORDER BY 1, 2
"""
BY_MATERIAL = f"""
SELECT material.slug, count(*) FILTER (WHERE event.kind = 'view' AND {HUMAN}),
    count(*) FILTER (WHERE event.kind = 'view'), coalesce(sum(dwell_ms) FILTER (WHERE {HUMAN}), 0)::int
FROM campaigns_event AS event JOIN campaigns_material AS material ON material.id = event.material_id
WHERE event.viewer_id IN (SELECT id FROM campaigns_viewer WHERE customer_id = %(customer)s)
GROUP BY 1 ORDER BY 1
"""
BY_PAGE = f"""
SELECT page, count(DISTINCT viewer_id) FILTER (WHERE {HUMAN}), count(DISTINCT viewer_id),
    coalesce(sum(dwell_ms) FILTER (WHERE {HUMAN}), 0)::int
FROM campaigns_event WHERE material_id = %(material)s AND version = 1 AND kind = 'page'
GROUP BY page ORDER BY page
"""
BY_REASON = """
SELECT verdict::text, reason::text, count(*), count(*) FILTER (WHERE kind = 'visit'),
    count(*) FILTER (WHERE kind = 'view')
FROM campaigns_event WHERE kind NOT IN ('shared', 'delivered')
GROUP BY 1, 2 ORDER BY 1, 2
"""
COHORTS = f"""
WITH event AS (
    SELECT customer_id, kind, verdict, (occurred_at AT TIME ZONE 'America/New_York')::date AS day
    FROM campaigns_event JOIN campaigns_viewer AS viewer ON viewer.id = viewer_id
    WHERE customer_id IS NOT NULL
),
began AS (SELECT customer_id, min(day) AS day FROM event WHERE kind = 'shared' GROUP BY 1)
SELECT date_trunc('month', began.day)::date, count(DISTINCT began.customer_id),
    count(DISTINCT began.customer_id) FILTER (WHERE date_trunc('month', event.day) = date_trunc('month', began.day)),
    count(DISTINCT began.customer_id) FILTER (
        WHERE date_trunc('month', event.day) = date_trunc('month', began.day) + interval '1 month'
    )
FROM began
LEFT JOIN event ON event.customer_id = began.customer_id AND event.day >= began.day AND {HUMAN}
    AND kind IN ('view', 'visit', 'response', 'conversion')
GROUP BY 1 ORDER BY 1
"""


def asked(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@pytest.fixture
def spring() -> Campaign:
    """Thirty people of two variants and two materials, over three months, by chance but the same each time; machines
    among them, somebody nobody knows, and what belongs to no campaign."""
    chance = random.Random(5)  # noqa: S311 (made-up data)
    made = make_campaign("spring")
    arms, materials = list(made.variants.order_by("position")), [make_material("guide"), make_material("list")]
    events, assigned = [], []
    for number in range(30):
        viewer, arm = make_viewer(f"C-{number}"), arms[number % 2]
        assigned.append((viewer, arm))
        begins = NOON + timedelta(days=chance.randrange(50), hours=chance.randrange(24))
        events.append(event(viewer, "shared", variant=arm, material=materials[0], occurred_at=begins))
        events += [done(chance, viewer, arm, materials, begins) for _ in range(chance.randrange(12))]
    events += [event(-7, "view", material=materials[1]), event(-8, "visit", signals=1)]
    append(*events, assigned=assigned)
    fold_all()
    return made


def done(chance: random.Random, viewer: Viewer, arm: Any, materials: list[Material], begins: Any) -> dict[str, Any]:
    kind = chance.choice(["view", "view", "visit", "page", "page", "response", "conversion"])
    more: dict[str, Any] = {"occurred_at": begins + timedelta(hours=chance.randrange(1, 700)), "id": uuid4()}
    if kind in {"view", "page"}:
        more["material"] = chance.choice(materials)
    if kind == "page":
        more |= {"page": chance.randrange(1, 4), "version": 1, "dwell_ms": chance.randrange(100, 90_000)}
    if kind == "conversion":
        more["amount"] = chance.randrange(1, 200)
    if kind in {"view", "visit", "page"} and chance.random() < 0.3:
        more["signals"] = 1
    return event(viewer, kind, **({"variant": arm} if chance.random() < 0.9 else {}), **more)


def test_a_campaigns_numbers_are_those_of_the_log(spring: Campaign) -> None:
    report = campaign_report(CampaignQuery("spring"))
    counted = asked(BY_VARIANT, campaign=spring.pk)
    assert sum(row[2] for row in counted) > 10
    assert sum(row[3] for row in counted) > sum(row[2] for row in counted)
    assert [
        (
            one.name, one.recipients, one.viewers, one.raw_viewers, one.responders, one.converters, one.views,
            one.revenue,
        )
        for one in sorted(report.variants, key=lambda one: one.name)
    ] == counted  # fmt: skip


def test_a_campaigns_days_are_those_of_the_log(spring: Campaign) -> None:
    found = [
        (one.day, one.variant, one.views, one.raw_views, one.responses, one.revenue)
        for one in sorted(campaign_report(CampaignQuery("spring")).days, key=lambda one: (one.day, one.variant))
        if one.day != NOON.date() or one.raw_views or one.responses or one.revenue
    ]
    counted = asked(BY_DAY, campaign=spring.pk)
    assert len(counted) > 40
    assert [row for row in found if any(row[2:])] == [row for row in counted if any(row[2:])]


def test_a_customers_materials_are_those_of_the_log(spring: Campaign) -> None:
    read = 0
    for customer in Customer.objects.order_by("pk"):
        found = customer_report(CustomerQuery(customer.key)).materials
        counted = asked(BY_MATERIAL, customer=customer.pk)
        assert [
            (one.material_slug, one.views, one.raw_views, round(one.dwell_seconds * 1000))
            for one in sorted(found, key=lambda one: one.material_slug)
            if one.raw_views or one.dwell_seconds
        ] == [row for row in counted if any(row[1:])]
        read += len(counted)
    assert read > 30


@pytest.mark.parametrize("slug", ["guide", "list"])
def test_a_materials_pages_are_those_of_the_log(spring: Campaign, slug: str) -> None:
    found = material_report(MaterialQuery(slug, 1)).pages
    counted = asked(BY_PAGE, material=Material.objects.get(slug=slug).pk)
    assert len(counted) == 3
    assert [(one.page, one.readers, one.raw_readers, round(one.dwell_seconds * 1000)) for one in found] == counted


def test_what_was_filtered_is_that_of_the_log(spring: Campaign) -> None:
    found = [
        (one.verdict.value, one.reason.value, one.counts.events, one.counts.visits, one.counts.views)
        for one in filtered_report(FilteredQuery()).reasons
    ]
    counted = asked(BY_REASON)
    assert {row[0] for row in counted} >= {"human", "scanner"}
    assert sorted(found) == counted


def test_cohorts_are_those_of_the_log(spring: Campaign) -> None:
    found = cohort_report(CohortQuery(TODAY, customers=Customer.objects.all())).cohorts
    counted = asked(COHORTS)
    assert len(counted) == 2
    assert [(one.month, one.customers, *one.came[:2]) for one in found] == counted


def test_a_quarters_campaigns_are_those_of_the_log(spring: Campaign) -> None:
    Campaign.objects.filter(pk=spring.pk).update(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 31))
    (row,) = quarter_report(quarter_named("2026-Q1"), Campaign.objects.all()).rows
    counted = asked(BY_VARIANT, campaign=spring.pk)
    assert (row.recipients, row.revenue) == (sum(one[1] for one in counted), sum(one[7] for one in counted))

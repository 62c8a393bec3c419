"""What a customer may want next: up to five materials, each with its reason in words.

By what they have read and the model that was learnt last (analytics.insight.recommending.training); by what is popular
where it says nothing. Nothing for whoever does not want to be written to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models.recommending import FEWEST
from campaigns.reaching import why_left_out
from privacy.agency import agency_day
from privacy.prepared import Prepared, ask
from privacy.wording import year_month
from records import figures
from records.models import Customer

STATEMENT = Prepared(
    (Path(__file__).parents[1] / "sql" / "next_best_materials.sql").read_text(),
    customer="bigint", recommender="bigint", since="timestamptz",
)  # fmt: skip
SHOWN = 5
MOST_UNFINISHED = 2
SENT_WITHIN = timedelta(days=180)  # longer ago nobody takes up what they broke off


@dataclass(frozen=True)
class NextBest:
    """A material, why, and how much speaks for it (None where it is there because it is popular, or because it was sent
    to them and broken off: then `next_page` is the one after the last that they read)."""

    slug: str
    title: str
    reason: str
    score: float | None
    next_page: int | None = None


@dataclass(frozen=True)
class ModelInForce:
    """Which model was learnt when; `recall` is the share of what was held back that was among five named, `baseline`
    that of what is popular, over `measured` people. None where there was too little to measure by."""

    version: int
    method: str
    trained_at: datetime
    people: int
    measured: int
    recall: float | None
    baseline: float | None


@dataclass(frozen=True)
class NextBestReport:
    """`left_out` says why nothing is recommended to this customer; empty where something may be."""

    materials: tuple[NextBest, ...]
    left_out: str
    model: ModelInForce | None


def next_best(customer: Customer) -> NextBestReport:
    """Three statements. Left out is who would be of a share that is handed over: the relationship has ended, or they
    want nothing by any way."""
    model = in_force()
    why = why_left_out(customer)
    materials = () if why else tuple(materials_for(customer, model))
    return NextBestReport(materials, str(why.label) if why else "", model)


def materials_for(customer: Customer, model: ModelInForce | None) -> Iterator[NextBest]:
    values: dict[str, Any] = {
        "customer": customer.pk, "recommender": model.version if model else None, "fewest": FEWEST, "most": SHOWN,
        "most_unfinished": MOST_UNFINISHED, "since": timezone.now() - SENT_WITHIN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        STATEMENT.execute(cursor, values)
        rows = cursor.fetchall()
    for slug, title, score, because, people, readers, sent_at, reached, pages in rows:
        if sent_at:
            yield NextBest(slug, title, unfinished(sent_at, reached, pages), None, reached + 1)
        else:
            yield NextBest(slug, title, reason(because, people, readers), score)


def unfinished(sent_at: datetime, reached: int, pages: int) -> str:
    """`Next page of what was sent in March 2026: read to page 4 of 10.`"""
    values = {
        "month": year_month(agency_day(sent_at)),
        "reached": figures.count(reached),
        "pages": figures.count(pages),
    }
    return _("Next page of what was sent in %(month)s: read to page %(reached)s of %(pages)s.") % values


def reason(because: str | None, people: int | None, readers: int | None) -> str:
    if because and people:
        said = ngettext(
            "Read by %(count)s customer who also read “%(title)s”.",
            "Read by %(count)s customers who also read “%(title)s”.",
            people,
        )
        return said % {"count": figures.count(people), "title": because}
    said = ngettext("Popular: %(count)s person has read it.", "Popular: %(count)s people have read it.", readers or 0)
    return said % {"count": figures.count(readers)}


# Of a few dozen rows: no index is needed.
IN_FORCE = """
SELECT id, method, trained_at, people, measured, recall, baseline
FROM analytics_recommender
WHERE trained_at IS NOT NULL
ORDER BY trained_at DESC
LIMIT 1
"""


def in_force() -> ModelInForce | None:
    """The model that was learnt last. One query."""
    with connection.cursor() as cursor:
        ask(cursor, IN_FORCE, {})
        found = cursor.fetchone()
    return ModelInForce(*found) if found else None

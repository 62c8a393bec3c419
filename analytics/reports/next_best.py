"""What a customer may want next: up to five materials, each with its reason in words.

By what they have read and the model that was learnt last (analytics.insight.recommending.training); by what is popular
where it says nothing. Nothing for whoever does not want to be written to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils.translation import ngettext

from analytics.models import Recommender
from analytics.models.recommending import FEWEST
from campaigns.leaving_out import LeftOut
from campaigns.reaching import explained
from records import figures
from records.models import Customer

STATEMENT = (Path(__file__).parents[1] / "sql" / "next_best_materials.sql").read_text()
SHOWN = 5


@dataclass(frozen=True)
class NextBest:
    """A material, why, and how much speaks for it (None where it is there because it is popular)."""

    slug: str
    title: str
    reason: str
    score: float | None


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
    """Four statements; those that a share is checked by among them."""
    model = Recommender.objects.ready().order_by("-trained_at").first()
    why = left_out_because(customer)
    materials = () if why else tuple(materials_for(customer, model))
    return NextBestReport(materials, why, in_force(model) if model else None)


def left_out_because(customer: Customer) -> str:
    """As for a share that is handed over: the relationship has ended, or they want nothing by any way."""
    found: str = explained(Customer.objects.filter(pk=customer.pk), ()).values_list("because", flat=True).get()  # type: ignore[misc]
    return str(LeftOut(found).label) if found else ""


def materials_for(customer: Customer, model: Recommender | None) -> Iterator[NextBest]:
    values = {"customer": customer.pk, "recommender": model.pk if model else None, "fewest": FEWEST, "most": SHOWN}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        rows = cursor.fetchall()
    for slug, title, score, because, people, readers in rows:
        yield NextBest(slug, title, reason(because, people, readers), score)


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


def in_force(model: Recommender) -> ModelInForce | None:
    if model.trained_at is None:
        return None
    return ModelInForce(
        model.pk, model.method, model.trained_at, model.people, model.measured, model.recall, model.baseline
    )

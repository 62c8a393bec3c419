"""Statements of disagreement beside the values that they are about, wherever those are shown or sent.

Source: 5 U.S.C. 552a(d)(4). Few values of few models are ever disputed: the names of those models stand in the cache,
so that a page of others asks the database nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Q

from privacy.changes import row_of
from privacy.kept import AWAY
from privacy.models import Dispute
from privacy.wording import places_words

DISPUTED_MODELS = "rights:disputed_models"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Statement:
    """A statement as it stands beside a value: of which record (`row`), which field, since when."""

    row: str
    field: str
    label: str
    text: str
    filed_on: date


def disputed_models() -> frozenset[str]:
    """The models that have a disputed value. One query where the cache does not know, or does not answer."""
    try:
        known = cache.get(DISPUTED_MODELS)
        if known is None:
            known = _ask()
            cache.add(DISPUTED_MODELS, known, timeout=None)  # what a commit has set meanwhile is newer, and stays
    except AWAY:
        known = _ask()
    return frozenset(known)


def look_again() -> None:
    """Have the cache know of a statement that was filed just now, once that stands."""
    transaction.on_commit(refresh)


def refresh() -> None:
    """Called once a statement stands, and by the clock (privacy.tasks): a cache that is away loses nothing."""
    try:
        cache.set(DISPUTED_MODELS, _ask(), timeout=None)
    except AWAY:
        log.warning("disputed_models_not_told")


def _ask() -> list[str]:
    rows = with_statement().order_by().values_list("model", flat=True)
    return sorted(set(rows.distinct()))


def with_statement() -> "models.QuerySet[Dispute]":
    return Dispute.objects.filter(statement_on__isnull=False).select_related("request").order_by("id")


def statement(dispute: Dispute) -> Statement:
    return Statement(
        dispute.row,
        dispute.field,
        dispute.value_name,
        dispute.statement,
        dispute.statement_on or dispute.request.received_on,
    )


def mark_disputed(instances: Iterable[Any]) -> None:
    """Give each record `disagreements`, the statements beside its values. One query at most, none where none can be.

    Relies on dispute_stands_beside.
    """
    every = list(instances)
    for instance in every:
        instance.disagreements = []
    if not every:
        return
    known, asked = disputed_models(), Q()
    of_disputed = {(one._meta.label, row_of(one)): one for one in every if one._meta.label in known}
    for model in {model for model, _ in of_disputed}:
        asked |= Q(model=model, row__in=[row for label, row in of_disputed if label == model])
    for dispute in with_statement().filter(asked) if of_disputed else ():
        of_disputed[dispute.model, dispute.row].disagreements.append(statement(dispute))


def statements_by_key(model: type[models.Model], keys: Sequence[UUID] | None = None) -> dict[UUID, list[Statement]]:
    """The statements beside values of a model's records, by the record's key; of all of them where none are named."""
    label = model._meta.label
    if label not in disputed_models():
        return {}
    found = [statement(one) for one in with_statement().filter(model=label)]
    names = {one.row: one for one in found}
    is_composite = isinstance(model._meta.pk, models.CompositePrimaryKey)
    rows = model._base_manager.filter(**{"key__in" if is_composite else "pk__in": list(names)})
    rows = rows if keys is None else rows.filter(key__in=list(keys))
    by_row = {str(key if is_composite else pk): key for pk, key in rows.values_list("pk", "key")}
    grouped: dict[UUID, list[Statement]] = {}
    for one in found:
        if one.row in by_row:
            grouped.setdefault(by_row[one.row], []).append(one)
    return grouped


@dataclass(frozen=True)
class Disagreement:
    """A statement as programs and reports are told of it, with the record that it is about."""

    field: str
    label: str
    statement: str
    filed_on: date


def disagreements_of(instance: Any) -> tuple[Disagreement, ...]:
    """The statements beside a record's values; asked for here where the record was not marked with others."""
    if not hasattr(instance, "disagreements"):
        mark_disputed([instance])
    return tuple(
        Disagreement(one.field, places_words(one.label), one.text, one.filed_on) for one in instance.disagreements
    )


def told(statements: Iterable[Statement]) -> str:
    """In one text, for a file's cell."""
    return " | ".join(f"{places_words(one.label)}: {one.text} ({one.filed_on.isoformat()})" for one in statements)

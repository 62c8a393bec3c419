"""A person's values one by one, each by its place, so that somebody may contest it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from privacy.notice import elements_ever
from privacy.rights.held import Cell, Held, everything_about

MOST_ROWS = 200


@dataclass(frozen=True)
class Value:
    """One value in its place, as somebody may contest it. `text` is what is shown; `is_fixed` where it is no edit."""

    instance: models.Model
    person: UUID
    model: str
    row: str
    field: str
    category: int
    label: str
    text: str
    is_fixed: bool


def value_at(person: UUID, model: str, row: str, name: str) -> Value | None:
    """A value of a person's record by its place; None where there is none, or where it is another person's."""
    held = _held(person, model)
    instance = _instance(held, row) if held else None
    if held is None or instance is None:
        return None
    for category in held.categories:
        for cell in held.cells(instance, category):
            if cell.field == name:
                element = elements_ever()[cell.elements[0]]
                label = f"{held.name}: {cell.label}"
                return Value(
                    instance, person, model, row, name, element.category, label, str(cell.shown), held.is_fixed(name)
                )
    return None


def _held(person: UUID, model: str) -> Held | None:
    return next((held for held in everything_about([person]) if held.label == model), None)


def _instance(held: Held, row: str) -> models.Model | None:
    """The person's record of this name (privacy.changes.row_of)."""
    is_composite = isinstance(held.model._meta.pk, models.CompositePrimaryKey)
    names = {"key"} & set(held.columns) if is_composite else {"pk"}
    try:
        return held.queryset().filter(**dict.fromkeys(names, row)).first() if names else None
    except (ValueError, ValidationError):
        return None


@dataclass(frozen=True)
class Kind:
    """A person's records of one kind, to choose a value from; `has_more` where they are too many to be shown."""

    name: str
    model: str
    rows: list[tuple[str, tuple[Cell, ...]]]
    has_more: bool


def values_of(persons: Sequence[UUID], category: int) -> list[Kind]:
    """What is held of the category, the first MOST_ROWS records of each kind."""
    found = []
    for held in everything_about(persons):
        if category in held.categories:
            rows = list(islice(held.rows(category, own_only=True), MOST_ROWS + 1))
            shown = [(row.name, row.cells) for row in rows[:MOST_ROWS]]
            found.append(Kind(held.name, held.label, shown, len(rows) > MOST_ROWS))
    return [kind for kind in found if kind.rows]

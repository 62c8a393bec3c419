"""What happens to rows that refer to one which goes: they keep it, let go of it, or go with it.

Rows that hold records of the notice have a clock of their own: they keep what they refer to until they go themselves,
unless their foreign key may be emptied. System data that the database would delete with the row goes with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import CompositePrimaryKey, Model, UUIDField

from privacy.holdings import Holds, declaration_of
from privacy.models import DispositionStep, PlannedRow
from privacy.retention.kinds import references

PLANNED = PlannedRow._meta.db_table


@dataclass(frozen=True)
class Keeper:
    """Rows of `model` whose `field` refers to a row keep it, unless they are on the same list."""

    model: type[Model]
    field: "models.ForeignKey[Any, Any]"

    @property
    def is_of_itself(self) -> bool:
        return self.field.related_model is self.model

    def statement(self, steps: Mapping[str, Sequence[DispositionStep]]) -> tuple[str, list[Any]]:
        """The rows that keep `planned.number`, as a query for EXISTS."""
        going = [step.pk for step in steps.get(self.model._meta.label, ())]
        table, column = self.model._meta.db_table, self.field.column
        is_going = f"SELECT FROM {PLANNED} AS going WHERE going.step_id = ANY(%s) AND {self._is_going()}"
        condition = f"child.{column} = planned.number AND NOT EXISTS ({is_going})"
        return f"SELECT FROM {table} AS child WHERE {condition}", [going]

    def _is_going(self) -> str:
        key: Any = self.model._meta.pk
        if isinstance(key, CompositePrimaryKey):
            fields: Any = key.fields
            columns = ", ".join(f"child.{field.column}" for field in fields)
            return f"going.name = jsonb_build_array({columns})::text"
        if isinstance(key, UUIDField):
            return f"going.name = jsonb_build_array(child.{key.column})::text"
        return f"going.number = child.{key.column}"


@cache
def keepers(model: type[Model]) -> tuple[Keeper, ...]:
    """What keeps rows of the model."""
    return tuple(
        Keeper(reference.related_model, reference.field)
        for reference in references(model)
        if _keeps(reference.related_model, reference.field, reference.on_delete)
    )


@cache
def letting_go(model: type[Model]) -> tuple[tuple[type[Model], str], ...]:
    """The models and fields that are emptied when a row of the model goes."""
    return tuple(
        (reference.related_model, reference.field.name)
        for reference in references(model)
        if reference.on_delete is models.SET_NULL
    )


@cache
def going_along(model: type[Model]) -> tuple[tuple[type[Model], str], ...]:
    """The models and fields of system data whose rows go with a row of the model."""
    return tuple(
        (reference.related_model, reference.field.name)
        for reference in references(model)
        if reference.on_delete is models.CASCADE and not isinstance(declaration_of(reference.related_model), Holds)
    )


def _keeps(model: type[Model], field: Any, on_delete: Any) -> bool:
    holds = declaration_of(model)
    if on_delete is models.SET_NULL or (isinstance(holds, Holds) and holds.is_whole):
        return False
    return isinstance(holds, Holds) or on_delete in (models.PROTECT, models.RESTRICT)

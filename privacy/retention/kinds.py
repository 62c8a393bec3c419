"""The kinds of rows that retention knows: each model under each of its rules, with the day that starts the clock.

All of it is made from the models' declarations; children come before what they refer to, so that going through the
kinds in order never leaves a row that refers to nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import (
    CompositePrimaryKey,
    DateField,
    Expression,
    F,
    Field,
    ForeignObjectRel,
    Func,
    IntegerField,
    Model,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast

from privacy.agency import day_begins
from privacy.holdings import Holds, holding_models
from privacy.models import RetentionPolicy
from privacy.retention.periods import LastDay, day_of, first_of, latest_first_day
from privacy.wording import rows_words

TRIGGER, LAST = "_trigger_day", "_last_day"


@dataclass(frozen=True)
class Kind:
    """The rows of a model that are under one of its rules."""

    model: type[Model]
    holds: Holds
    rule: str

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    @property
    def words(self) -> str:
        """What people call its rows, in the reader's language."""
        return rows_words(self.model)

    @property
    def own_clock(self) -> Any:
        return self.holds.clocks.get(self.rule, self.holds.clock)

    @property
    def triggers(self) -> "Mapping[str, Any]":
        """The clocks that a version of the rule may name instead, by the event's name."""
        return self.holds.triggers.get(self.rule, {})

    def clock(self, trigger: str) -> Any:
        """The path, the paths or the expression of the day, for the trigger that a version of the rule names."""
        return self.triggers.get(trigger, self.own_clock)

    def rows(self) -> "QuerySet[Any]":
        """Those that are under the rule and still hold something."""
        rows = self.model._base_manager.all()
        if self.holds.rule_field:
            word = self.holds.rule_values.get(self.rule, self.rule)
            rows = rows.filter(**{self.holds.rule_field: word})
        if self.holds.empties:
            rows = rows.exclude(**dict.fromkeys(self.holds.empties))
        return rows

    def dated(self, policy: RetentionPolicy) -> "QuerySet[Any]":
        """The rows with the day that starts their clock and the last day on which they are kept, as annotations."""
        clock = self.clock(policy.trigger)
        rows = self.rows().annotate(**{TRIGGER: Cast(day_by(self.model, clock), DateField())})
        dated: QuerySet[Any] = rows.annotate(**{LAST: LastDay(TRIGGER, policy.count, policy.unit)})
        return dated

    def due(self, policy: RetentionPolicy, as_of: date) -> "QuerySet[Any]":
        """Those whose last day is over. The second condition says the same loosely, for an index or a partition."""
        rows = self.dated(policy).filter(**{f"{LAST}__lt": as_of})
        clock = self.clock(policy.trigger)
        if isinstance(clock, str) and LOOKUP_SEP not in clock:
            rows = rows.filter(**{f"{clock}__lt": self._bound(clock, policy, as_of)})
        return rows

    def _bound(self, clock: str, policy: RetentionPolicy, as_of: date) -> date | datetime:
        day = latest_first_day(as_of, policy.count, policy.unit)
        is_day = field_at(self.model, clock).get_internal_type() == "DateField"
        return day if is_day else day_begins(day)

    def without_day(self, policy: RetentionPolicy) -> "QuerySet[Any]":
        """Those whose clock has not started: there is no such day yet."""
        return self.dated(policy).filter(**{TRIGGER: None})


def day_by(model: type[Model], clock: Any) -> Any:
    """The agency's day that a clock leads to: a lookup, several of which the first that is set counts, or SQL."""
    if isinstance(clock, str):
        return day_of(clock, field_at(model, clock))
    if isinstance(clock, tuple):
        return first_of([day_of(path, field_at(model, path)) for path in clock])
    return clock


def field_at(model: type[Model], path: str) -> "Field[Any, Any]":
    """The field that a lookup leads to. Raises FieldDoesNotExist."""
    found: Any = None
    for step in path.split(LOOKUP_SEP):
        found = model._meta.get_field(step)
        model = found.related_model or model
    result: Field[Any, Any] = found
    return result


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind whose rows go one by one, children first."""
    holding = {model: holds for model, holds in holding_models() if not holds.is_whole}
    return tuple(Kind(model, holding[model], rule) for model in in_order(holding) for rule in holding[model].rules)


def kinds_of(rule: str) -> list[Kind]:
    return [kind for kind in kinds() if kind.rule == rule]


def kind_of(label: str, rule: str) -> Kind:
    """Raises KeyError."""
    return {(kind.label, kind.rule): kind for kind in kinds()}[label, rule]


def in_order(holding: "dict[type[Model], Holds]") -> list[type[Model]]:
    """The models, each after all those that refer to it. Models that refer to each other cannot be told apart."""
    waiting, ordered = sorted(holding, key=lambda model: model._meta.label), []
    while waiting:
        free = [model for model in waiting if not _referred_by(model, waiting)]
        if not free:
            raise ValueError(f"these models refer to each other in a ring: {[one._meta.label for one in waiting]}")
        ordered += free
        waiting = [model for model in waiting if model not in free]
    return ordered


def _referred_by(model: type[Model], among: list[type[Model]]) -> bool:
    return any(reference.related_model in among for reference in references(model) if reference.related_model != model)


def references(model: type[Model]) -> Iterator[Any]:
    """What refers to a model by a foreign key, hidden relations included."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and field.auto_created and (field.one_to_many or field.one_to_one):
            yield field


def key_columns(model: type[Model]) -> tuple[str, ...]:
    """The fields of a model's primary key, for subqueries: a composite one is not given by its name there."""
    key = model._meta.pk
    return tuple(key.field_names) if isinstance(key, CompositePrimaryKey) else ("pk",)


class NameOfRow(Func):
    """A row's key as text: itself, or the columns of a composite one as a JSON array."""

    output_field = TextField()
    function = "jsonb_build_array"
    template = "%(function)s(%(expressions)s)::text"


def naming(model: type[Model]) -> "tuple[Expression | F, Expression | F]":
    """How a planned row names a row: as (number, name)."""
    key = model._meta.pk
    nothing = Cast(Value(None), IntegerField())
    if isinstance(key, CompositePrimaryKey):
        return nothing, NameOfRow(*key.field_names)
    if isinstance(key, UUIDField):
        return nothing, NameOfRow("pk")
    return F("pk"), Value("")

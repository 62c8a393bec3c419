"""What is held about a person, by the declarations of the models: never by a list of tables.

Each model that holds elements of the notice is read by its path to the individual, by a trace that its floor declared
(`privacy.rights.people`), or it is about nobody, with a reason; `manage.py check` fails where none of these is there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from privacy.changes import row_of
from privacy.holdings import SELF, Holds, holding_models, stored_fields
from privacy.models import User
from privacy.notice import Element, elements_ever
from privacy.rights.alongside import Alongside
from privacy.rights.former import Former, former_values
from privacy.rights.people import Person, Trace, people, reason_of, trace_of
from privacy.rights.withholding import WITHHELD, without_others
from privacy.vault import VaultError
from privacy.wording import label_words, rows_words

UNREADABLE = "[cannot be read: its key is gone]"
ADDRESSES = {"email", "phone", "sip_uri"}
IDENTIFIERS = {"identifier", "uuid", "code"}  # of things: a meeting's ten digits are no telephone number
AT_ONCE = 1_000  # rows in memory


@dataclass(frozen=True)
class Cell:
    """One value of a row: the field or attribute that holds it, what people call it, and which elements it may be."""

    field: str
    label: str
    elements: tuple[str, ...]
    shown: Any


@dataclass(frozen=True)
class Row:
    """One record as it is told: its name, its values, where it came from, what its retention runs by, what it says
    beside the notice's elements (field, label, value), and what any of this was before somebody changed it."""

    name: str
    cells: tuple[Cell, ...]
    source: str
    rule: str
    since: str
    also: tuple[tuple[str, str, Any], ...] = ()
    former: tuple[Former, ...] = ()


@dataclass(frozen=True)
class Held:
    """A model's records of one person. `kept` are the texts that may stand: the person's own, and the staff's."""

    model: type[models.Model]
    holds: Holds
    person: Person
    trace: Trace
    kept: frozenset[str] = field(default_factory=frozenset)

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def name(self) -> str:
        """What people call such records: `Contact points`."""
        return capfirst(rows_words(self.model))

    @property
    def categories(self) -> tuple[int, ...]:
        return self.holds.categories

    @cached_property
    def columns(self) -> dict[str, Any]:
        return {one.name: one for one in stored_fields(self.model)}

    @cached_property
    def alongside(self) -> Alongside:
        return Alongside(self.holds, self.trace, self.columns, self.kept)

    @cached_property
    def _has_own_category(self) -> bool:
        """Whether each row says itself of which category it is."""
        return bool(self.holds.attributes) and "category" in self.columns

    def queryset(self) -> "QuerySet[Any]":
        """The person's rows."""
        return self.model._base_manager.filter(self._which()).select_related(*self._related)

    @cached_property
    def _related(self) -> list[str]:
        """What is read with each row: records that it names, its clock's, and whom its values are sealed for."""
        named = [name for name in self.holds.elements if self.columns[name].is_relation]
        paths = [self.holds.clock, self.holds.rule_field]
        return [
            *named,
            *self.alongside.related,
            *self.trace.related,
            *(path.rpartition("__")[0] for path in paths if "__" in path),
            *([self.holds.individual] if self.holds.individual not in ("", SELF) else []),
        ]

    def _which(self) -> Q:
        found = Q(pk__in=[])
        if self.holds.individual == SELF:
            found = Q(pk__in=self.person.records)
        elif self.holds.individual:
            found = Q(**{f"{self.holds.individual}__in": self.person.records})
        return found | self.trace.which(self.person) if self.trace.which else found

    def rows(self, category: int, *, own_only: bool = False) -> Iterator[Row]:
        """What of the category is held, row by row, in bounded memory. Rows without a value of it are left out.

        Without `own_only` former values, and extracts of others' rows that tell of the person, are told too.
        """
        found = self.queryset()
        if self._has_own_category:
            found = found.filter(category=category)
        rows = found.order_by("pk").iterator(AT_ONCE)
        while together := list(islice(rows, AT_ONCE)):
            former = {} if own_only else self._former(together, category)
            for instance in together:
                was, cells = former.get(row_of(instance), ()) if former else (), self.cells(instance, category)
                if cells or was:
                    yield self._row(instance, cells, self.alongside.of(instance, self._value), was)
        for instance, shown in self.trace.also(self.person) if self.trace.also and not own_only else ():
            if cells := self._extracted(shown, category):
                yield self._row(instance, cells)

    def _former(self, instances: Sequence[models.Model], category: int) -> Mapping[str, tuple[Former, ...]]:
        """What was changed of these rows; nothing of a log, whose rows never change. One query."""

        def told(instance: models.Model) -> list[tuple[str, str, Any]]:
            cells = [(cell.field, cell.label, cell.shown) for cell in self.cells(instance, category)]
            clock = [(self.holds.clock, self.label_of(self.holds.clock), _shown(self._clock(instance)))]
            beside = self.alongside.of(instance, self._value)
            return [*cells, *(clock if clock[0][2] and self.holds.clock in self.columns else []), *beside]

        return former_values(instances, told) if has_history(instances[0]) else {}

    def count(self, category: int) -> int:
        """How many rows there are at most; extracts of others' are not counted."""
        found = self.queryset().select_related(None)
        return (found.filter(category=category) if self._has_own_category else found).count()

    def _row(
        self,
        instance: models.Model,
        cells: tuple[Cell, ...],
        also: tuple[tuple[str, str, Any], ...] = (),
        former: tuple[Former, ...] = (),
    ) -> Row:
        source = instance.get_source_display() if "source" in self.columns else ""  # type: ignore[attr-defined]
        since = _shown(self._clock(instance)) or ""
        return Row(name_of(instance), cells, str(source), self._rule(instance), since, also, former)

    def _rule(self, instance: models.Model) -> str:
        if not self.holds.rule_field:
            return self.holds.rules[0]
        word = str(_followed(instance, self.holds.rule_field))
        return next((rule for rule, value in self.holds.rule_values.items() if value == word), word)

    def _clock(self, instance: models.Model) -> Any:
        return _followed(instance, self.holds.clock)

    def is_fixed(self, name: str) -> bool:
        """Whether nobody corrects it here: it tells what happened, was computed, or names another record."""
        column = self.columns.get(name)
        return self.trace.is_fixed or bool(column is not None and column.is_relation)

    # Cells -----------------------------------------------------------------------------------------------------------

    def cells(self, instance: Any, category: int) -> tuple[Cell, ...]:
        """The values of a row that are of the category."""
        if self._has_own_category and instance.category != category:
            return ()
        found = [
            Cell(
                name, self._label(instance, name), elements, self._withheld(instance, name, self._value(instance, name))
            )
            for name in self.holds.elements
            if (elements := self._elements(name, category))
        ]
        return tuple(cell for cell in [*found, *self._attributes(instance)] if cell.shown not in (None, "", [], {}))

    def _elements(self, name: str, category: int) -> tuple[str, ...]:
        known = elements_ever()
        every = self.holds.elements_of(name)
        return every if self._has_own_category else tuple(one for one in every if known[one].category == category)

    def _extracted(self, shown: dict[str, Any], category: int) -> tuple[Cell, ...]:
        return tuple(
            Cell(name, self.label_of(name), elements, without_others(_shown(value), self.kept))
            for name, value in shown.items()
            if (elements := self._elements(name, category))
        )

    def _label(self, instance: Any, name: str) -> str:
        """The field's label; where another field says which of several elements it is, that one's word."""
        if len(self.holds.elements_of(name)) > 1 and "kind" in self.holds.system and self.columns["kind"].choices:
            return gettext(instance.get_kind_display())
        return self.label_of(name)

    def label_of(self, name: str) -> str:
        if name in self.columns:
            return capfirst(label_words(str(self.columns[name].verbose_name)))
        element = elements_ever().get(name)
        return label_words(element.label) if element else name

    def _value(self, instance: models.Model, name: str) -> Any:
        one = self.columns[name]
        try:
            value = getattr(instance, name)
        except VaultError:
            return UNREADABLE
        except ObjectDoesNotExist:
            return None
        if one.is_relation:
            return (getattr(value, "told_as", "") or str(value)) if value is not None else None
        return str(dict(one.flatchoices).get(value, value)) if one.choices and value else _shown(value)

    def _attributes(self, instance: models.Model) -> Iterator[Cell]:
        known = elements_ever()
        for identifier, value in self._attribute_values(instance).items():
            if identifier in known:
                yield Cell(
                    identifier,
                    label_words(known[identifier].label),
                    (identifier,),
                    self._withheld(instance, identifier, value),
                )

    def _attribute_values(self, instance: models.Model) -> dict[str, Any]:
        """The attributes in clear, and those that are sealed in a field of the same row."""
        if not self.holds.attributes:
            return {}
        found = dict(getattr(instance, self.holds.attributes))
        for name in self.holds.system:
            if getattr(self.columns[name], "is_sealed", False):
                value = self._value(instance, name)
                found |= value if isinstance(value, dict) else {}
        return found

    def _withheld(self, instance: Any, name: str, value: Any) -> Any:
        if name in self.trace.others and value not in (None, "") and not self._is_own(instance, value):
            return WITHHELD
        if self._is_address(name):
            return value
        return without_others(value, self.kept, numbers=not self._are_all(name, IDENTIFIERS))

    def _is_own(self, instance: Any, value: Any) -> bool:
        """Whether the value is the person's, or the whole row is by what `own_by` says."""
        own_by = self.trace.own_by
        return self.person.is_own(value) or bool(own_by and self.person.is_own(getattr(instance, own_by)))

    def _is_address(self, name: str) -> bool:
        """Whether the value is an address or number of whom the record is about, and no text that may name others."""
        return any(one.type in ADDRESSES and one.subject != "administrator" for one in self._named_by(name))

    def _are_all(self, name: str, types: set[str]) -> bool:
        return all(one.type in types for one in self._named_by(name))

    def _named_by(self, name: str) -> list[Element]:
        """The elements of a field or attribute."""
        known = elements_ever()
        return [known[one] for one in self.holds.elements_of(name) or (name,) if one in known]


def has_history(instance: Any) -> bool:
    """Whether its changes can be kept: a row of a log has no name for it, and never changes."""
    return not isinstance(instance._meta.pk, models.CompositePrimaryKey) or hasattr(instance, "key")


def name_of(instance: Any) -> str:
    """What names a record: as its history does (privacy.changes.row_of); one of a log, by the parts of its key."""
    if has_history(instance):
        return row_of(instance)
    return "/".join(part.isoformat() if isinstance(part, date) else str(part) for part in instance.pk)


def _followed(instance: Any, path: str) -> Any:
    for step in path.split("__"):
        instance = getattr(instance, step, None)
    return instance


def _shown(value: Any) -> Any:
    """The value as JSON has it: moments in UTC, days and numbers as texts that lose nothing."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | dict) or value is None else str(value)


# Everything ----------------------------------------------------------------------------------------------------------


def everything_about(keys: Sequence[UUID]) -> list[Held]:
    """The models that hold something of the notice, each with the way to this person's rows in it."""
    person = people().person(keys)
    kept = person.own | {email.lower() for email in User.objects.values_list("email", flat=True)}
    return [
        Held(model, holds, person, trace_of(model._meta.label), frozenset(kept))
        for model, holds in holding_models()
        if not reason_of(model._meta.label)
    ]

"""What a record says beside the notice's elements: its days, reasons, and what it belongs to.

An element tells what is kept; who reads a copy of their records must also see what each value is about (the question of
an answer, the campaign of a view) and what else was noted of them (why a membership ended).
Days are told by themselves, other system data where the model's declaration names it (`Holds.told`):
keys, hashes and the marks of workers are not.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.text import capfirst

from privacy.holdings import Holds
from privacy.rights.people import Trace
from privacy.rights.withholding import without_others
from privacy.wording import label_words


@dataclass(frozen=True)
class Alongside:
    """What is told with the rows of one model. `columns` are its fields, `kept` the texts that may stand."""

    holds: Holds
    trace: Trace
    columns: Mapping[str, Any]
    kept: Collection[str]

    @cached_property
    def fields(self) -> list[str]:
        """The fields that are told, in the declaration's order."""
        known = {"source", self.holds.rule_field, self.holds.clock}  # told of each row anyway
        return [name for name in self.holds.system if name not in known and self._is_told(name)]

    def _is_told(self, name: str) -> bool:
        return name in (*self.holds.told, *self.trace.names) or isinstance(self.columns[name], models.DateField)

    @property
    def related(self) -> list[str]:
        """The records that are read with each row to be named."""
        return [name for name in self.fields if self.columns[name].is_relation and name not in self.trace.names]

    def of(self, instance: models.Model, shown: Callable[[models.Model, str], Any]) -> tuple[tuple[str, str, Any], ...]:
        """Field, label and value of what a row says beside its elements; `shown` gives a value as JSON has it."""
        told = ((name, self._label(name), self._value(instance, name, shown)) for name in self.fields)
        return tuple(one for one in told if one[2] not in (None, "", [], {}))

    def _label(self, name: str) -> str:
        return capfirst(label_words(str(self.columns[name].verbose_name).removesuffix(" id")))

    def _value(self, instance: models.Model, name: str, shown: Callable[[models.Model, str], Any]) -> Any:
        if name in self.trace.names:
            return self._named[name].get(getattr(instance, self.columns[name].attname), "")
        return without_others(shown(instance, name), self.kept)

    @cached_property
    def _named(self) -> dict[str, Mapping[Any, str]]:
        """What the numbers of other records stand for, read once however many rows there are."""
        return {name: names() for name, names in self.trace.names.items() if name in self.fields}

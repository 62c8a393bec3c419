"""What values of a record were before somebody changed them: told with the record, for they were about the person too.

The law gives access to any information about a person in the system (5 U.S.C. 552a(d)(1)), and the history of changes
keeps former values as long as the record itself (privacy.changes).
"""

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from privacy import changes
from privacy.holdings import stored_fields
from privacy.models import Change
from privacy.vault import VaultError

Told = Callable[[models.Model], Iterable[tuple[str, str, Any]]]


@dataclass(frozen=True)
class Former:
    """A value that stood until a moment (UTC, as ISO 8601 has it)."""

    field: str
    label: str
    value: Any
    until: str


def former_values(instances: Sequence[models.Model], told: Told) -> Mapping[str, tuple[Former, ...]]:
    """The former values of records of one model by what names each (privacy.changes.row_of), the newest first.

    `told` gives field, label and value of all that is told of a record as it stands: a former value is told where the
    present one would be, and withheld where that one is. One query.
    """
    named = {changes.row_of(instance): instance for instance in instances}
    found: dict[str, tuple[Former, ...]] = {}
    for change in changes.amended(named):
        instance = named[change.row]
        before, after = _as_it_was(instance, change, "before"), _as_it_was(instance, change, "after")
        stands = list(told(after))
        was = tuple(
            Former(name, label, value, change.at.isoformat())
            for name, label, value in told(before)
            if (name, label, value) not in stands
        )
        found[change.row] = (*found.get(change.row, ()), *was)
    return found


def _as_it_was(instance: models.Model, change: Change, side: str) -> models.Model:
    """The record with the one field as it was before or after the change; as it is where that cannot be read."""
    was = copy.copy(instance)
    column = next((one for one in stored_fields(type(instance)) if one.name == change.field), None)
    if column is not None:
        try:
            _set(was, column, changes.opened(instance, change, side))
        except VaultError:
            return instance
    return was


def _set(instance: models.Model, column: Any, text: str | None) -> None:
    """Set a field from the text in which the history keeps its value."""
    if getattr(column, "is_sealed", False):
        setattr(instance, column.name, None if text is None else column.from_text(text))
    elif isinstance(column, models.JSONField) and text is not None:
        setattr(instance, column.attname, json.loads(text))
    else:
        setattr(instance, column.attname, column.to_python(text))

"""Taking a batch of rows away: what goes along, what lets go, the history, the keys; in one transaction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CompositePrimaryKey, Exists, F, Model, OuterRef, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from privacy.holdings import SELF
from privacy.models import Change
from privacy.retention.kinds import TRIGGER, Kind, naming
from privacy.retention.relations import going_along, keepers, letting_go
from privacy.retention.scopes import key_of_individual
from privacy.retention.signals import rows_leaving


@dataclass
class Along:
    """What goes with rows and lies outside the database: names of files in a storage, subjects of keys."""

    files: list[tuple[str, str]] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)

    def take(self, other: "Along") -> None:
        self.files += other.files
        self.keys += other.keys


@dataclass(frozen=True)
class Taken:
    """A batch that has gone: [name, person] of each row for the journal, and what goes along."""

    names: list[list[str]]
    along: Along


def keys_in(kind: Kind, rows: Iterable[tuple[int | None, str]]) -> list[Any]:
    """The primary keys that planned rows name."""
    if isinstance(kind.model._meta.pk, CompositePrimaryKey):
        return [tuple(json.loads(name)) for _, name in rows]
    return [json.loads(name)[0] if number is None else number for number, name in rows]


def among(model: type[Model], keys: Sequence[Any]) -> Any:
    """For `pk__in`: these primary keys as one array, not as thousands of parameters, over which each of the statements
    of a batch spent more time than over its rows."""
    key = model._meta.pk
    if isinstance(key, CompositePrimaryKey):
        return keys
    values = [str(one) for one in keys] if isinstance(key, UUIDField) else list(keys)
    column_type = key.rel_db_type(connection) if key else ""
    return RawSQL(f"SELECT unnest(%s::{column_type}[])", [values])  # noqa: S611 (the type is the model's own)


def unneeded(kind: Kind, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Without those that some other row still refers to. A row that is emptied stays, so nothing loses it."""
    if kind.holds.empties:
        return rows
    for keeper in keepers(kind.model):
        rows = rows.exclude(Exists(keeper.model._base_manager.filter(**{keeper.field.name: OuterRef("pk")})))
    return rows


def take_away(kind: Kind, rows: "QuerySet[Any]", keys: Sequence[Any]) -> Taken:
    """Dispose of the rows with these primary keys, which the caller has locked; `rows` are annotated as Kind.dated."""
    names = names_of(kind, rows)
    along = Along(keys=_own_keys(kind, names))
    leaving = kind.model._base_manager.filter(pk__in=among(kind.model, keys))
    for _, answer in rows_leaving.send(kind.model, model=kind.model, rows=leaving):
        if isinstance(answer, Along):
            along.take(answer)
    _forget_history(kind, leaving, names)
    if kind.holds.empties:
        leaving.update(**dict.fromkeys(kind.holds.empties))
    else:
        _remove(kind.model, leaving)
    return Taken(names, along)


def names_of(kind: Kind, rows: "QuerySet[Any]") -> list[list[str]]:
    """[name, person] of each row: see privacy.retention.journal.Gone."""
    person = key_of_individual(kind.holds)
    number, name = naming(kind.model)
    columns = {"_number": number, "_name": name, "_person": F(person) if person else F(TRIGGER)}
    if has_key(kind.model):
        columns["_own"] = F("key")
    found = rows.annotate(**columns).values_list(
        "_number", "_name", "_person", *(["_own"] if "_own" in columns else [])
    )
    return [[str(own[0]) if own else _said(number, name), str(person or "")] for number, name, person, *own in found]


def _said(number: int | None, name: str) -> str:
    return name if number is None else str(number)


def has_key(model: type[Model]) -> bool:
    """Whether its rows have a random key of their own, by which they are known for good."""
    return any(one.name == "key" and one.get_internal_type() == "UUIDField" for one in model._meta.concrete_fields)


def _own_keys(kind: Kind, names: list[list[str]]) -> list[UUID]:
    """The subjects that may have a key in the vault and go with their row: a row's own key, where it has one.

    A row that is emptied keeps its own key; what is sealed under a person's goes when the person does.
    """
    if not has_key(kind.model) or kind.holds.empties:
        return []
    return [UUID(name) for name, _ in names]


def _remove(model: type[Model], rows: "QuerySet[Any]") -> None:
    for other, name in letting_go(model):
        other._base_manager.filter(**{f"{name}__in": rows.values("pk")}).update(**{name: None})
    for other, name in going_along(model):
        _remove(other, other._base_manager.filter(**{f"{name}__in": rows.values("pk")}))
    rows._raw_delete(rows.db)


def _forget_history(kind: Kind, leaving: "QuerySet[Any]", names: list[list[str]]) -> None:
    """The changes of these rows, and all that is sealed under a person who goes. Relies on change_of_row and
    change_of_subject; done as the keeper, who alone may."""
    is_composite = isinstance(kind.model._meta.pk, CompositePrimaryKey)
    rows = (
        [str(key) for key in leaving.values_list("key" if is_composite else "pk", flat=True)]
        if has_history(kind)
        else []
    )
    subjects = [name for name, _ in names] if kind.holds.individual == SELF else []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE waymark_keeper")
        cursor.execute(
            f"DELETE FROM {Change._meta.db_table} WHERE model = %s AND row = ANY(%s) OR subject = ANY(%s::uuid[])",
            [kind.label, rows, subjects],
        )
        cursor.execute("RESET ROLE")


def has_history(kind: Kind) -> bool:
    """Rows without a key that are named by several columns cannot have one (privacy.changes)."""
    return not isinstance(kind.model._meta.pk, CompositePrimaryKey) or has_key(kind.model)

"""Every change of a record, kept: which field, who, when, for what, and what it was before and after, sealed.

The values are sealed under the person whose record it is, so that they go when that person's key goes; those of a
record about nobody are sealed under the record's own `vault_subject`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacy.accesslog import Actor, stated
from privacy.enums import Duty
from privacy.holdings import SELF, Holds, declaration_of, stored_fields
from privacy.models import Change, User
from privacy.purposes import Basis
from privacy.vault import seal, unseal

CREATED = ""  # the field of the one row that says that a record was made


@dataclass(frozen=True)
class HistoryEntry:
    """One change: the field's name, or the empty text where the record was made; None where there was no value."""

    at: datetime
    field: str
    label: str
    by: str
    basis: Basis
    before: str | None
    after: str | None

    @property
    def is_creation(self) -> bool:
        return self.field == CREATED


def save(instance: models.Model, *, by: User | Actor, basis: Basis) -> list[Change]:
    """Save a record and what changed in it, in one transaction: both stand or neither does. Returns the changes.

    The stored row is locked first, so that two who change it one after the other each find what the other left. Fields
    that did not change are not written. Raises the model's DoesNotExist where the row has gone.
    """
    actor = by if isinstance(by, Actor) else Actor.of(by)
    with transaction.atomic():
        if instance._state.adding:
            instance.save(force_insert=True)
            made = [Change(field=CREATED)]
        else:
            made = list(_changed(instance))
            _update(instance, [change.field for change in made])
        now = timezone.now()  # one save, one moment
        return Change.objects.bulk_create(_stated(instance, change, actor, basis, now) for change in made)


def history(instance: models.Model) -> list[HistoryEntry]:
    """The changes of a record, the newest first, with their values opened. Two queries."""
    rows = list(Change.objects.filter(model=instance._meta.label, row=row_of(instance)))
    names = dict(User.objects.filter(pk__in={row.by_id for row in rows if row.by_id}).values_list("pk", "name"))
    return [_entry(instance, row, names) for row in rows]


def amended(rows: Mapping[str, models.Model]) -> "QuerySet[Change]":
    """The changes of records of one model, named as `row_of` does, that replaced a value; the newest first."""
    model = next((type(instance)._meta.label for instance in rows.values()), "")
    return Change.objects.filter(model=model, row__in=list(rows), before__isnull=False)


def subject_of(instance: models.Model) -> UUID | None:
    """The key of the person whose record it is, found as the model's declaration says; None where it is nobody's."""
    holds = declaration_of(type(instance))
    path = holds.individual if isinstance(holds, Holds) else ""
    person: Any = instance
    for step in path.split("__") if path not in ("", SELF) else ():
        person = getattr(person, step, None)
    return getattr(person, "key", None) if path else None


def _changed(instance: models.Model) -> Iterator[Change]:
    """The fields whose value is another than the stored row's, which is locked. One query."""
    stored = type(instance)._base_manager.select_for_update(of=("self",)).get(pk=instance.pk)
    for field in stored_fields(type(instance)):
        before, after = _value(field, stored), _value(field, instance)
        if before != after and not field.primary_key:
            change = Change(field=field.name)
            change.before = _sealed(instance, change, "before", _text(field, before))
            change.after = _sealed(instance, change, "after", _text(field, after))
            yield change


def _update(instance: models.Model, changed: list[str]) -> None:
    """Write the changed fields, and those that say by themselves when the row was written."""
    if changed:
        moments = [field.name for field in stored_fields(type(instance)) if getattr(field, "auto_now", False)]
        instance.save(update_fields={*changed, *moments})


def _value(field: Any, instance: models.Model) -> Any:
    """A field's value in its own type, of which a form or importer may have given the text."""
    return field.to_python(field.value_from_object(instance))


def _text(field: Any, value: Any) -> str | None:
    """The value as text, as fixtures write it; None where there is none."""
    if value is None:
        return None
    if getattr(field, "is_sealed", False):
        return str(field.to_text(value))
    text = field.value_to_string(SimpleNamespace(**{field.attname: value}))
    return text if isinstance(text, str) else json.dumps(text, sort_keys=True)


def _stated(instance: models.Model, change: Change, actor: Actor, basis: Basis, at: datetime) -> Change:
    """The change with whose it is, who made it, when, and for what."""
    change.at = at
    change.model, change.row, change.subject = instance._meta.label, row_of(instance), subject_of(instance)
    change.by_id, change.actor = actor.user_id, actor.name
    for column, value in stated(basis).items():
        setattr(change, column, value)
    return change


def row_of(instance: models.Model) -> str:
    """What names the row: its database key, or the record's own key where that is made of several columns."""
    is_composite = isinstance(instance._meta.pk, models.CompositePrimaryKey)
    return str(instance.key if is_composite else instance.pk)  # type: ignore[attr-defined]


def _sealing_subject(instance: models.Model) -> UUID:
    own: UUID | None = getattr(instance, "vault_subject", None) or subject_of(instance)
    if own is None:
        raise TypeError(f"{instance._meta.label} is about nobody and has no vault_subject to seal its history under.")
    return own


def _sealed(instance: models.Model, change: Change, column: str, text: str | None) -> bytes | None:
    return None if text is None else seal(_sealing_subject(instance), _place(column), change.id, text)


def opened(instance: models.Model, change: Change, column: str) -> str | None:
    """What a record's field was `before` or `after` a change, as text; None where there was no value."""
    sealed = getattr(change, column)
    return None if sealed is None else unseal(_sealing_subject(instance), _place(column), change.id, bytes(sealed))


def _place(column: str) -> str:
    return f"{Change._meta.label}.{column}"


def _entry(instance: models.Model, change: Change, names: dict[int, str]) -> HistoryEntry:
    return HistoryEntry(
        at=change.at,
        field=change.field,
        label=_label(instance, change.field),
        by=names.get(change.by_id or 0, change.actor or f"account {change.by_id}"),
        basis=Basis(change.purpose, Duty(change.duty) if change.duty else None, change.reference),
        before=opened(instance, change, "before"),
        after=opened(instance, change, "after"),
    )


def _label(instance: models.Model, name: str) -> str:
    """What people call the field; its name where the model has it no more."""
    fields = {field.name: field for field in stored_fields(type(instance))}
    return str(fields[name].verbose_name) if name in fields else name

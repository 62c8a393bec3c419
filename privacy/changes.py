"""Every change of a record, kept: which field, who, when, for what, and what it was before and after, sealed.

The values are sealed under the person whose record it is, so that they go when that person's key goes; those of a
record about nobody are sealed under the record's own `vault_subject`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from privacy.accesslog import Actor, stated
from privacy.enums import Duty
from privacy.holdings import SELF, Holds, declaration_of, stored_fields
from privacy.models import Change, User
from privacy.purposes import Basis
from privacy.vault import seal, seal_many, unseal
from privacy.wording import label_words

Row = TypeVar("Row", bound=models.Model)

CREATED = ""  # the field of the one row that says that a record was made


KEEP_ALL = """
INSERT INTO privacy_change (
    id, "row", subject, field, before, after, at, model, by_id, actor, purpose, duty, reference
)
SELECT one.*, %(at)s, %(model)s, %(by_id)s, %(actor)s, %(purpose)s, %(duty)s, %(reference)s
FROM unnest(
    %(ids)s::uuid[], %(rows)s::text[], %(subjects)s::uuid[], %(fields)s::text[], %(before)s::bytea[], %(after)s::bytea[]
) AS one
"""


class Given(NamedTuple):
    """A field that became another value, with both as text."""

    instance: models.Model
    field: str
    before: str | None
    after: str | None


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
    # What people call the field's stored words, where it has choices.
    words: Mapping[str, Any] = dataclass_field(default_factory=dict)

    @property
    def said_before(self) -> str | None:
        return self._said(self.before)

    @property
    def said_after(self) -> str | None:
        return self._said(self.after)

    def _said(self, value: str | None) -> str | None:
        """A value as people read it, in their language: a stored word by its label, anything else as it is."""
        label = str(self.words.get(value or "", ""))
        return gettext(label) if label else value

    @property
    def is_creation(self) -> bool:
        return self.field == CREATED


def save(instance: models.Model, *, by: User | Actor, basis: Basis, savepoint: bool = True) -> list[Change]:
    """Save a record and what changed in it, in one transaction: both stand or neither does. Returns the changes.

    The stored row is locked first, so that two who change it one after the other each find what the other left. Fields
    that did not change are not written, nor those that the model names as `written_apart`. Without a `savepoint` a
    failure takes with it the transaction in which this is called. Raises the model's DoesNotExist where the row has
    gone.
    """
    actor = by if isinstance(by, Actor) else Actor.of(by)
    with transaction.atomic(savepoint=savepoint):
        if instance._state.adding:
            instance.save(force_insert=True)
            made = [Change(field=CREATED)]
        else:
            made = list(_changed(instance))
            _update(instance, [change.field for change in made])
        now = timezone.now()  # one save, one moment
        return Change.objects.bulk_create(_stated(instance, change, actor, basis, now) for change in made)


def save_all(rows: "QuerySet[Row]", values: Mapping[str, Any], *, by: User | Actor, basis: Basis) -> list[Row]:
    """Give all these records the same values, and keep what changed in each, as `save` does. Returns them, as they are
    now.

    As many statements for ten thousand as for one, in one transaction. `rows` are locked; they select what names the
    person whose records they are. `values` are by field, in the field's own type.
    """
    actor = by if isinstance(by, Actor) else Actor.of(by)
    with transaction.atomic():
        found = list(rows.select_for_update(of=("self",)))
        now = timezone.now()
        moments = {field.name: now for field in stored_fields(rows.model) if getattr(field, "auto_now", False)}
        given = [one for instance in found for one in _given(instance, values)]
        rows.model._base_manager.filter(pk__in=[instance.pk for instance in found]).update(**values, **moments)
        if given:
            _keep_all(given, actor, basis, now)
    return found


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
    apart = getattr(instance, "written_apart", ())
    for field in stored_fields(type(instance)):
        before, after = _value(field, stored), _value(field, instance)
        if before != after and not field.primary_key and field.name not in apart:
            change = Change(field=field.name)
            change.before = _sealed(instance, change, "before", _text(field, before))
            change.after = _sealed(instance, change, "after", _text(field, after))
            yield change


def _given(instance: models.Model, values: Mapping[str, Any]) -> Iterator[Given]:
    """Set the values: the fields that become another one."""
    for name, value in values.items():
        field = instance._meta.get_field(name)
        before = _value(field, instance)
        setattr(instance, name, value)
        after = _value(field, instance)
        if before != after:
            yield Given(instance, name, _text(field, before), _text(field, after))


def _keep_all(given: Sequence[Given], actor: Actor, basis: Basis, at: datetime) -> None:
    """The changes of records of one model, in one statement."""
    ids = [uuid4() for _ in given]
    shared: dict[str, Any] = {
        "at": at,
        "model": given[0].instance._meta.label,
        "by_id": actor.user_id,
        "actor": actor.name,
    }
    shared |= {"purpose": None, "duty": "", "reference": ""} | stated(basis)
    own: dict[str, Any] = {
        "ids": [str(one) for one in ids],
        "rows": [row_of(one.instance) for one in given],
        "subjects": [str(subject) if (subject := subject_of(one.instance)) else None for one in given],
        "fields": [one.field for one in given],
        "before": _sealed_all("before", [(one.instance, key, one.before) for one, key in zip(given, ids, strict=True)]),
        "after": _sealed_all("after", [(one.instance, key, one.after) for one, key in zip(given, ids, strict=True)]),
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP_ALL, {**shared, **own})


def _sealed_all(column: str, texts: Sequence[tuple[models.Model, UUID, str | None]]) -> list[bytes | None]:
    """In their order; None where there was no value."""
    items = [(_sealing_subject(instance), key, text) for instance, key, text in texts if text is not None]
    sealed = iter(seal_many(_place(column), items))
    return [None if text is None else next(sealed) for _, _, text in texts]


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
    return (
        None if sealed is None else unseal(_opening_subject(instance, change), _place(column), change.id, bytes(sealed))
    )


def _opening_subject(instance: models.Model, change: Change) -> UUID:
    """Under what a change was sealed: of a record that was nobody's then and is somebody's now, its own key, or that
    which the model names as `subject_of_nobody`."""
    own: UUID | None = getattr(instance, "subject_of_nobody", None) or getattr(instance, "key", None)
    is_somebodys_since = change.subject is None and subject_of(instance) is not None
    return own if own and is_somebodys_since else _sealing_subject(instance)


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
        words=_words(instance, change.field),
    )


def _words(instance: models.Model, name: str) -> dict[str, Any]:
    """What the field's stored words are called: the labels of its choices, yes and no."""
    fields: dict[str, Any] = {field.name: field for field in stored_fields(type(instance))}
    if isinstance(fields.get(name), models.BooleanField):
        return {"True": gettext_noop("yes"), "False": gettext_noop("no")}
    return {str(value): label for value, label in getattr(fields.get(name), "flatchoices", ())}


def _label(instance: models.Model, name: str) -> str:
    """What people call the field, in the reader's language; its name where the model has it no more."""
    fields = {field.name: field for field in stored_fields(type(instance))}
    return label_words(str(fields[name].verbose_name)) if name in fields else name

"""Deleting what an import brought, unless something else has come to refer to it."""

from collections.abc import Collection, Iterator

from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet

from records.intake.problems import Refused
from records.models import Import


def delete_unless_used(record: Import, rows: "QuerySet[Model]") -> int:
    """Delete the rows. Raises Refused, naming what refers to them: rows of the floors above too."""
    uses = [f"{count:,} {name}" for name, count in references(rows) if count]
    if uses:
        what = rows.model._meta.verbose_name_plural
        raise Refused(f"import {record.pk} cannot be taken back: its {what} are referred to by {', '.join(uses)}")
    return int(rows._raw_delete(using=rows.db))


def references(rows: "QuerySet[Model]", without: Collection[type[Model]] = ()) -> Iterator[tuple[str, int]]:
    """How many rows of each other model point to these."""
    for relation in relations(rows.model):
        model = relation.related_model
        if model not in without:
            found = model._default_manager.filter(**{f"{relation.field.name}__in": rows})
            yield str(model._meta.verbose_name_plural), found.count()


def unused(rows: "QuerySet[Model]", without: Collection[type[Model]] = ()) -> "QuerySet[Model]":
    """Those of the rows that nothing refers to, but for rows of the models `without`."""
    for relation in relations(rows.model):
        if relation.related_model not in without:
            users = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            rows = rows.filter(~Exists(users))
    return rows


def relations(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """Every foreign key of the database to the model, also those without a name on its side.

    A rollup's key is none of the database's: the fold takes its rows away, not a constraint.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        if getattr(relation.field, "db_constraint", False):
            yield relation

"""Filters by one of the things of a table, whose choices are asked for by a statement that is written out.

Django's own make each choice a model, after a cursor on the server that is three journeys to the database: half a
millisecond for a table in which there is nothing.
"""

from collections.abc import Iterator
from typing import Any

import django_filters as filters
from django.db import connection
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from privacy.prepared import ask


class WrittenChoices(ModelChoiceIterator):  # type: ignore[misc]  # django-filter has no types
    """The empty choice, if there is one, and what the statement gives; no choice for what has no value."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        with connection.cursor() as cursor:
            ask(cursor, self.field.statement, {})
            yield from cursor.fetchall()


class WrittenChoiceField(ModelChoiceField):  # type: ignore[misc]
    iterator = WrittenChoices

    def __init__(self, *args: Any, statement: str, **options: Any) -> None:
        self.statement = statement
        super().__init__(*args, **options)


class WrittenChoiceFilter(filters.ModelChoiceFilter):  # type: ignore[misc]
    """`statement` gives of each row of the queryset what the address says of it, and what it is called."""

    field_class = WrittenChoiceField

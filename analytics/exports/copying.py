"""A list as one COPY: the list's own compiled query, and around it the cells as CSV has them.

The database formats what Python would (records.spreadsheets.inert, a column's words, moments in UTC); the tests compare
the two cell by cell. Lists with sealed columns cannot be written so: their values are opened in Python.
"""

from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import connection
from django.db.models import BooleanField, Field, QuerySet

from privacy.spreadsheets import FORMULA
from records.listing import Chosen, Column, Kind, in_language


def copy_statement(chosen: Chosen) -> str:
    """The statement that writes the list's rows as CSV; empty where a column needs Python."""
    columns = chosen.listing.columns_in_files
    if not all(_is_plain(chosen.queryset, column) for column in columns):
        return ""
    names = [column.name for column in columns]
    query, parameters = chosen.order.of(chosen.queryset).values_list(*names).query.sql_with_params()
    cells = ", ".join(_cell(column, f"c{position}") for position, column in enumerate(columns))
    aliases = ", ".join(f"c{position}" for position in range(len(columns)))
    return f"COPY (SELECT {cells} FROM ({_filled(query, parameters)}) AS list ({aliases})) TO STDOUT WITH (FORMAT csv)"


def bare_statement(chosen: Chosen) -> str:
    """The same rows without any formatting: what the benchmark measures against."""
    names = [column.name for column in chosen.listing.columns_in_files]
    query, parameters = chosen.order.of(chosen.queryset).values_list(*names).query.sql_with_params()
    return f"COPY ({_filled(query, parameters)}) TO STDOUT"


def _is_plain(rows: "QuerySet[Any]", column: Column) -> bool:
    field = _field(rows, column.name)
    if column.said:
        return False
    return field is not None and not getattr(field, "is_sealed", False) and not isinstance(field, BooleanField)


def _field(rows: "QuerySet[Any]", name: str) -> "Field[Any, Any] | None":
    """What a column's values are of; None where that cannot be told."""
    try:
        if name in rows.query.annotations:
            return rows.query.annotations[name].output_field
        model: Any = rows.model
        *path, last = name.split("__")
        for step in path:
            model = model._meta.get_field(step).related_model
        return model._meta.get_field(last)  # type: ignore[no-any-return]
    except (FieldDoesNotExist, FieldError, AttributeError):
        return None


def _cell(column: Column, alias: str) -> str:
    if column.kind is Kind.MOMENT:
        return f"date_trunc('second', {alias} AT TIME ZONE 'UTC')::text || '+00:00'"
    if column.kind is not Kind.TEXT:
        return alias
    text = f"{alias}::text"
    if column.words:
        whens = "".join(
            _filled(" WHEN %s THEN %s", (str(word), in_language(str(said)))) for word, said in column.words.items()
        )
        text = f"CASE {text}{whens} ELSE {text} END"
    starts = ", ".join(_filled("%s", (start,)) for start in FORMULA)
    # Without a text there is nothing between the commas, as Python writes it.
    return f"nullif(CASE WHEN left({text}, 1) IN ({starts}) THEN '''' || ({text}) ELSE {text} END, '')"


def _filled(statement: str, parameters: Any) -> str:
    with connection.cursor() as cursor:
        filled: bytes = cursor.cursor.mogrify(statement, tuple(parameters))
    return filled.decode()

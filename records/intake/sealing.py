"""Sealing what importers stage: SQL finds whose each row is, Python seals, SQL stores.

A plaintext stands meanwhile in the temporary tables of this transaction only, which are in no log and no backup.
"""

import io
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from privacy.vault import seal_many, unseal
from privacy.vault.base_field import SealedField

OPEN = """
DROP TABLE IF EXISTS pg_temp.sealed_cell;
CREATE TEMPORARY TABLE sealed_cell (key uuid, field text, value bytea, PRIMARY KEY (key, field)) ON COMMIT DROP
"""

KEYS = ("subject", "row", "line")
REJECT = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, 'differs from what is known and sealed')"


def seal_staged(cursor: CursorWrapper, model: type[models.Model], columns: dict[str, str], query: str) -> None:
    """Fill the temporary table `sealed_cell` (key of the row to be, field, value).

    `columns` names for each sealed field of the model its column in the query, whose first two columns are the key of
    the person and of the row.
    """
    cursor.execute(OPEN)
    cursor.execute(query)
    names = [column.name for column in cursor.description]
    rows = cursor.fetchall()
    for field, column in columns.items():
        at = names.index(column)
        items = [(row[0], row[1], row[at]) for row in rows if row[at] is not None]
        sealed = seal_many(place_of(model, field), items)
        lines = [f"{item[1]}\t{field}\t\\\\x{value.hex()}\n" for item, value in zip(items, sealed, strict=True)]
        cursor.copy_expert("COPY sealed_cell FROM STDIN", io.StringIO("".join(lines)))


def reject_differing(cursor: CursorWrapper, model: type[models.Model], columns: dict[str, str], query: str) -> None:
    """Reject the lines (the query's third column) whose staged text is not what is sealed, naming the first column.

    The query gives person, row, line, and for each field its staged text and the sealed value, named `old_` and the
    column's name.
    """
    cursor.execute(query)
    names = [column.name for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) | dict(zip(KEYS, row[:3], strict=True)) for row in cursor.fetchall()]
    lines = [(cells["line"], column) for cells in found if (column := _first_differing(model, columns, cells))]
    cursor.executemany(REJECT, lines)


def place_of(model: type[models.Model], field: str) -> str:
    """Where a sealed value belongs, as the model's own field says."""
    sealed = model._meta.get_field(field)
    assert isinstance(sealed, SealedField)  # noqa: S101 (the importer's own declaration)
    return sealed.place


def _first_differing(model: type[models.Model], columns: dict[str, str], cells: dict[str, Any]) -> str | None:
    differing = (
        column
        for field, column in columns.items()
        if cells[column] != _opened(place_of(model, field), cells, cells[f"old_{column}"])
    )
    return next(differing, None)


def _opened(place: str, cells: dict[str, Any], sealed: memoryview | None) -> str | None:
    return None if sealed is None else unseal(cells["subject"], place, cells["row"], bytes(sealed))

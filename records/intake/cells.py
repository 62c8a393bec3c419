"""Sealed cells of rows yet to be inserted, or to be compared with what is stored: for importers' SQL to join."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from privacy.vault import seal_many
from records.intake.copying import copy_in
from records.intake.sealing import Held, opened, place_of

Cell = tuple[UUID, UUID, str]  # whose it is, the row's key, the text

OPEN_CELLS = """
DROP TABLE IF EXISTS pg_temp.sealed_cell;
CREATE TEMPORARY TABLE sealed_cell (key uuid, field text, value bytea, PRIMARY KEY (key, field)) ON COMMIT DROP
"""
DIFFERS = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, 'differs from what is known and sealed')"


def held_cells(rows: Sequence[tuple[UUID, UUID, int]], held: Held, field: str) -> list[Cell]:
    """The held texts of a field for rows of (subject, key, line), of those that have one."""
    return [(subject, key, text) for subject, key, line in rows if (text := held.get(line, {}).get(field))]


def seal_cells(cursor: CursorWrapper, model: type[Model], cells: Mapping[str, list[Cell]]) -> None:
    """Make the temporary table `sealed_cell` (key, field, value) of these texts by field, for rows to be inserted."""
    cursor.execute(OPEN_CELLS)
    for field, texts in cells.items():
        sealed = seal_many(place_of(model, field), texts)
        lines = [f"{key}\t{field}\t\\\\x{value.hex()}\n" for (_, key, _), value in zip(texts, sealed, strict=True)]
        copy_in(cursor, "COPY sealed_cell FROM STDIN", "".join(lines).encode())


def reject_differing(
    cursor: CursorWrapper, model: type[Model], fields: Mapping[str, str], query: str, held: Held
) -> None:
    """Reject the rows whose held texts are not what is stored, each naming the first such field.

    `fields` says which field of the model a held one is. The query gives the key of the person, of the stored row, the
    line, and the stored value of each held field by its name.
    """
    cursor.execute(query)
    names = [column.name for column in cursor.description]
    for subject, key, line, *stored in cursor.fetchall():
        texts, cells = held.get(line, {}), dict(zip(names[3:], stored, strict=True))
        differing = (
            name for name, of in fields.items() if opened(model, of, subject, key, cells[name]) != texts.get(name)
        )
        if (first := next(differing, None)) is not None:
            cursor.execute(DIFFERS, [line, first])

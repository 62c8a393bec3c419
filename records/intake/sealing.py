"""Values that are sealed before the database sees them: held beside the staged rows, never staged themselves."""

import io
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from privacy.vault import seal_many, unseal
from records.models import Identifier
from records.models.contact import identifier_hashes

INSERT_NUMBERS = """
INSERT INTO records_identifier (
    key, customer_id, kind, value, sealed_value, value_hash, source, location, source_import_id, created_at
)
SELECT key, customer_id, %(kind)s, '', sealed, hash, %(source)s, %(location)s, %(import)s, now() FROM staged_number
ON CONFLICT DO NOTHING
"""

Held = Mapping[int, Mapping[str, str]]  # by line, then by field: the value as text, where there is one

Cell = tuple[UUID, UUID, str]  # whose it is, the row's key, the text

OPEN_CELLS = """
DROP TABLE IF EXISTS pg_temp.sealed_cell;
CREATE TEMPORARY TABLE sealed_cell (key uuid, field text, value bytea, PRIMARY KEY (key, field)) ON COMMIT DROP
"""
DIFFERS = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, 'differs from what is known and sealed')"


def place_of(model: type[Model], column: str) -> str:
    """How the vault names the column of a model."""
    return f"{model._meta.label}.{column}"


def store_sealed(cursor: CursorWrapper, model: type[Model], column: str, rows: list[tuple[UUID, UUID, str]]) -> None:
    """Seal a value for each (subject, key of the row, text) and put it into the column of the rows with these keys."""
    if not rows:
        return
    sealed = seal_many(place_of(model, column), rows)
    lines = (f"{key}\t\\\\x{value.hex()}\n" for (_, key, _), value in zip(rows, sealed, strict=True))
    cursor.execute("CREATE TEMPORARY TABLE staged_sealed (key uuid, value bytea)")
    cursor.copy_expert("COPY staged_sealed FROM STDIN", io.BytesIO("".join(lines).encode()))
    cursor.execute(
        f"UPDATE {model._meta.db_table} AS kept SET {column} = staged.value FROM staged_sealed AS staged"
        " WHERE kept.key = staged.key"
    )
    cursor.execute("DROP TABLE staged_sealed")


def opened(model: type[Model], column: str, subject: UUID, key: UUID, sealed: bytes | memoryview | None) -> str | None:
    """What is stored in a row's sealed column."""
    return None if sealed is None else unseal(subject, place_of(model, column), key, bytes(sealed))


def store_sealed_identifiers(
    cursor: CursorWrapper, kind: str, rows: list[tuple[int, UUID, str]], values: Mapping[str, object]
) -> None:
    """Keep sealed numbers with their hashes: (database key of the customer, their key, number). Twice is once."""
    if not rows:
        return
    keys = [uuid4() for _ in rows]
    items = [(subject, key, number) for (_, subject, number), key in zip(rows, keys, strict=True)]
    sealed = seal_many(place_of(Identifier, "sealed_value"), items)
    hashes = identifier_hashes(kind, [number for _, _, number in rows])
    lines = (
        f"{key}\t{customer}\t\\\\x{value.hex()}\t\\\\x{found.hex()}\n"
        for (customer, _, _), key, value, found in zip(rows, keys, sealed, hashes, strict=True)
    )
    cursor.execute("CREATE TEMPORARY TABLE staged_number (key uuid, customer_id bigint, sealed bytea, hash bytea)")
    cursor.copy_expert("COPY staged_number FROM STDIN", io.BytesIO("".join(lines).encode()))
    cursor.execute(INSERT_NUMBERS, {**values, "kind": kind})
    cursor.execute("DROP TABLE staged_number")


def held_cells(rows: Sequence[tuple[UUID, UUID, int]], held: Held, field: str) -> list[Cell]:
    """The held texts of a field for rows of (subject, key, line), of those that have one."""
    return [(subject, key, text) for subject, key, line in rows if (text := held.get(line, {}).get(field))]


def seal_cells(cursor: CursorWrapper, model: type[Model], cells: Mapping[str, list[Cell]]) -> None:
    """Make the temporary table `sealed_cell` (key, field, value) of these texts by field, for rows yet to be inserted."""
    cursor.execute(OPEN_CELLS)
    for field, texts in cells.items():
        sealed = seal_many(place_of(model, field), texts)
        lines = [f"{key}\t{field}\t\\\\x{value.hex()}\n" for (_, key, _), value in zip(texts, sealed, strict=True)]
        cursor.copy_expert("COPY sealed_cell FROM STDIN", io.BytesIO("".join(lines).encode()))


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

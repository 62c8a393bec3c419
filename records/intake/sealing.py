"""Values that are sealed before the database sees them: held beside the staged rows, never staged themselves."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from privacy.vault import seal_many, unseal
from records.intake.copying import copy_in
from records.models import Identifier
from records.models.contact import identifier_hashes

INSERT_NUMBERS = """
INSERT INTO records_identifier (
    key, customer_id, kind, value, sealed_value, value_hash, source, location, source_import_id, created_at
)
SELECT key, customer_id, %(kind)s, '', sealed, hash, %(source)s, %(location)s, %(import)s, now() FROM staged_number
ON CONFLICT DO NOTHING
"""

Value = int | str | list[str]
Held = Mapping[int, Mapping[str, str]]  # by line, then by field: the value as text, where there is one


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
    copy_in(cursor, "COPY staged_sealed FROM STDIN", "".join(lines).encode())
    cursor.execute(
        f"UPDATE {model._meta.db_table} AS kept SET {column} = staged.value FROM staged_sealed AS staged"
        " WHERE kept.key = staged.key"
    )
    cursor.execute("DROP TABLE staged_sealed")


def opened(model: type[Model], column: str, subject: UUID, key: UUID, sealed: bytes | memoryview | None) -> str | None:
    """What is stored in a row's sealed column."""
    return None if sealed is None else unseal(subject, place_of(model, column), key, bytes(sealed))


def store_sealed_identifiers(
    cursor: CursorWrapper, kind: str, rows: list[tuple[int, UUID, str]], values: Mapping[str, Value]
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
    copy_in(cursor, "COPY staged_number FROM STDIN", "".join(lines).encode())
    cursor.execute(INSERT_NUMBERS, {**values, "kind": kind})
    cursor.execute("DROP TABLE staged_number")

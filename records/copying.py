"""Rows of Python values into a table by COPY."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from records.intake.copying import copy_in
from records.intake.staging import COPY_ESCAPES


def copy_rows(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Add rows of texts, numbers, moments, UUIDs and bytes; dictionaries and lists become JSON, None becomes null."""
    text = "\n".join("\t".join(map(_cell, row)) for row in rows)
    if text:
        copy_in(cursor, f"COPY {table} ({', '.join(columns)}) FROM STDIN", text.encode())


def _cell(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, datetime):
        return value.isoformat()
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text.translate(COPY_ESCAPES)

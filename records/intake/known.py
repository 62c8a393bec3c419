"""Rows that say what is known already: counted, and told of the import that brought it first."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

from records.models import Import

COUNT_KNOWN = (Path(__file__).parent / "sql" / "count_known.sql").read_text()


def count_known(cursor: CursorWrapper, record: Import) -> int:
    """How many rows of `known_row` (line, source_import_id) are already there: those that nobody rejected."""
    cursor.execute(COUNT_KNOWN, {"import": record.pk})
    (count,) = cursor.fetchone()
    return int(count)

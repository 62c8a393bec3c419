"""What every format of a list shares."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from privacy.access import Read
from records.listing import Chosen, Column, Kind, as_cells

# Rows fetched at a time: the whole list is never in memory.
CHUNK = 2000


def headings(columns: Iterable[Column]) -> list[str]:
    """The columns' labels; moments name their time zone, for a file has no reader whose zone it could be."""
    return [f"{column.label} (UTC)" if column.kind is Kind.MOMENT else column.label for column in columns]


def cells(chosen: Chosen, read: Read | None) -> Iterator[list[Any]]:
    """The rows of the whole list, read in one statement: one snapshot, whatever happens meanwhile.

    Of a list of persons the reading counts them.
    """
    rows = chosen.rows.iterator(CHUNK)
    for row in read.counted(rows) if read else rows:
        yield [in_utc(cell) for cell in as_cells(chosen.listing.columns, row)]


def in_utc(cell: Any) -> Any:
    return cell.astimezone(UTC).replace(microsecond=0) if isinstance(cell, datetime) else cell

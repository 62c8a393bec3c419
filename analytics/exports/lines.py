"""JSON Lines: a JSON object a row, keyed by the columns' machine names. Moments are ISO 8601 with their offset (UTC's),
money is text with its cents, rates are shares (0 to 1). Columns of a row that are hidden are null, and named in
`hidden`."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from analytics.exports.base import HIDDEN, Format, Table, in_zone


def write_lines(table: Table, file: IO[bytes]) -> None:
    names = [head.name for head in table.heads]
    for row in table.counted_rows():
        cells = {name: plain(cell) for name, cell in zip(names, row, strict=True)}
        hidden = [name for name, cell in zip(names, row, strict=True) if cell is HIDDEN]
        file.write(json.dumps(cells | ({"hidden": hidden} if hidden else {}), ensure_ascii=False).encode() + b"\n")


def plain(cell: Any) -> Any:
    """A cell as JSON has it."""
    if cell is HIDDEN:
        return None
    if isinstance(cell, date | datetime):
        return in_zone(cell).isoformat()
    if isinstance(cell, Decimal):
        return str(cell)
    return cell if cell is None or isinstance(cell, bool | int | float | str) else str(cell)


FORMAT = Format("jsonl", "JSON Lines", "application/jsonl", write_lines, is_for_programs=True)

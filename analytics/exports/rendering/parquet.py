"""A Parquet file from lines: written in stretches, so that memory does not grow with the rows."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

STRETCH = 20_000  # rows of a row group
MONEY = pa.decimal128(18, 2)
TYPES = {
    "text": pa.string(),
    "count": pa.int64(),
    "rate": pa.float64(),
    "decimal": pa.float64(),
    "money": MONEY,
    "date": pa.date32(),
    "moment": pa.timestamp("s", tz="UTC"),
}


def main(path: str, lines: IO[bytes]) -> None:
    about = json.loads(lines.readline())
    schema = schema_of(about)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in stretches(json.loads(line) for line in lines):
            columns = zip(*rows, strict=True)
            kinds = [head["kind"] for head in about["heads"]]
            arrays = [array(kind, column) for kind, column in zip(kinds, columns, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))


def schema_of(about: dict[str, Any]) -> pa.Schema:
    fields = [pa.field(head["name"], TYPES[head["kind"]], metadata={"label": head["label"]}) for head in about["heads"]]
    notes = dict(about["notes"])
    return pa.schema(fields, metadata={"title": about["title"], "as of": about["as_of"], **notes})


def stretches(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    rows = iter(rows)
    while stretch := list(islice(rows, STRETCH)):
        yield stretch


def array(kind: str, column: Iterable[Any]) -> pa.Array:
    """A column of a stretch; hidden cells are null."""
    return pa.array([value_of(kind, cell) for cell in column], type=TYPES[kind])


def value_of(kind: str, cell: Any) -> Any:
    if cell is None or isinstance(cell, dict):
        return None
    if kind == "money":
        return Decimal(str(cell)).quantize(Decimal("0.01"))
    if kind == "date":
        return date.fromisoformat(cell)
    if kind == "moment":
        return datetime.fromisoformat(cell)
    if kind == "count":
        return round(cell) if isinstance(cell, float) else int(cell)
    return float(cell) if kind in {"rate", "decimal"} else str(cell)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer)

"""Parquet, for other programs: typed columns under their machine names, what the file is in the schema's metadata."""

from typing import IO

from analytics.exports.base import Format, Table
from analytics.exports.feeding import write_by


def write_parquet(table: Table, file: IO[bytes]) -> None:
    write_by("parquet", table, file)


FORMAT = Format("parquet", "Parquet", "application/vnd.apache.parquet", write_parquet, is_for_programs=True)

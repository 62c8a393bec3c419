"""PDF to be read and printed: tagged (PDF/UA-1), with pictures, page numbers, and tables that go on over the pages."""

from typing import IO

from analytics.exports.base import Format, Table
from analytics.exports.feeding import write_by

MOST_ROWS = 20_000  # about 700 pages; nobody reads more, and a document is in memory as a whole


def write_pdf(table: Table, file: IO[bytes]) -> None:
    write_by("pdf", table, file)


FORMAT = Format(
    "pdf", "PDF", "application/pdf", write_pdf, at_once=1_000, most_rows=MOST_ROWS, is_by_readers_clock=True
)  # fmt: skip

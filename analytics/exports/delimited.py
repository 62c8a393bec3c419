"""CSV, sent while it is read."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

from analytics.exports.base import cells, headings
from analytics.reports.rendering import inert
from privacy.access import Read
from records.listing import Chosen


class Line:
    """What csv.writer writes to: hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180). Text that a spreadsheet would run as a formula is made plain text."""
    writer = csv.writer(Line(), lineterminator="\r\n")
    for row in rows:
        yield writer.writerow([inert(cell) for cell in row])


def csv_response(chosen: Chosen, read: Read | None) -> StreamingHttpResponse:
    """The whole list, filtered and sorted as on the page. UTF-8, with the mark that makes Excel read it so."""
    name = chosen.listing.name

    def content() -> Iterator[str]:
        yield "\ufeff"
        yield from lines([headings(chosen.listing.columns)])
        yield from lines(cells(chosen, read))

    sent = read.streamed(content()) if read else content()
    response = StreamingHttpResponse(sent, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

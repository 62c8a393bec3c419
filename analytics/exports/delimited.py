"""CSV, sent while it is read."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from analytics.exports.base import cells, headings
from privacy.access import Read
from records.listing import Chosen
from records.spreadsheets import BYTE_ORDER_MARK, lines


def csv_response(chosen: Chosen, read: Read | None) -> StreamingHttpResponse:
    """The whole list, filtered and sorted as on the page. UTF-8, with the mark that makes Excel read it so."""
    name = chosen.listing.name

    def content() -> Iterator[str]:
        yield BYTE_ORDER_MARK
        yield from lines([headings(chosen.listing.columns)])
        yield from lines(cells(chosen, read))

    sent = read.streamed(content()) if read else content()
    response = StreamingHttpResponse(sent, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

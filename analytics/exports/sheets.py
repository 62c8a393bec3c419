"""XLSX with typed cells: numbers can be summed, dates sorted, and no text runs as a formula."""

from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse
from xlsxwriter import Workbook

from analytics.exports.base import cells, headings
from privacy.access import Read
from records.listing import Chosen, Kind

FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.RATE: "0.00%",
    Kind.MONEY: '"$"#,##0.00',
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
WIDTHS = {Kind.TEXT: 26, Kind.MOMENT: 20}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel's own limit, the heading row included.
MOST_ROWS = 1_048_576


def xlsx_response(chosen: Chosen, read: Read | None) -> FileResponse:
    """The whole list, filtered and sorted as on the page, written row by row to a file that vanishes once sent."""
    kinds = [column.kind for column in chosen.listing.columns]
    file = TemporaryFile()  # noqa: SIM115  # closed by the response
    write_sheet(file, chosen.listing.name, headings(chosen.listing.columns), kinds, cells(chosen, read))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{chosen.listing.name}.xlsx", content_type=XLSX)


def write_sheet(file: IO[bytes], name: str, headings: list[str], kinds: list[Kind], rows: Iterable[list[Any]]) -> None:
    """One sheet with a frozen, filterable heading. Memory does not grow with the rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "in_memory": False,
    }
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(name[:31].capitalize())
        formats = [book.add_format({"num_format": FORMATS[kind]}) if kind in FORMATS else None for kind in kinds]
        for position, kind in enumerate(kinds):
            sheet.set_column(position, position, WIDTHS.get(kind, 14), formats[position])
        sheet.write_row(0, 0, headings, book.add_format({"bold": True, "bottom": 1}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for position, cell in enumerate(row):
                sheet.write(number, position, cell, formats[position])

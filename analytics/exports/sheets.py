"""XLSX with typed cells: numbers can be summed, dates sorted, and no text runs as a formula.

A list longer than a sheet may be goes on in further sheets. A workbook is whole before its first byte can be sent, at
about 20,000 rows a second: lists that would keep a browser or a proxy waiting for minutes are had as CSV alone.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

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
# Excel's own limit for a sheet, the heading row included.
MOST_ROWS = 1_048_576
# A workbook's, ours.
MOST_ROWS_IN_ALL = 2_000_000


class TooManyRows(ValueError):
    """More rows than a workbook of ours may have; the message says what to do."""


def xlsx_response(chosen: Chosen, read: Read | None) -> FileResponse:
    """The whole list, filtered and sorted as on the page, written row by row to a file that vanishes once sent.

    Raises TooManyRows before anything is read.
    """
    if chosen.queryset.order_by()[: MOST_ROWS_IN_ALL + 1].count() > MOST_ROWS_IN_ALL:
        raise TooManyRows(
            f"This list has more than {MOST_ROWS_IN_ALL:,} rows, too many for XLSX. Take it as CSV, or set filters."
        )
    kinds = [column.kind for column in chosen.listing.columns]
    file = TemporaryFile()  # noqa: SIM115  # closed by the response
    write_sheet(file, chosen.listing.name, headings(chosen.listing.columns), kinds, cells(chosen, read))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{chosen.listing.name}.xlsx", content_type=XLSX)


def write_sheet(file: IO[bytes], name: str, headings: list[str], kinds: list[Kind], rows: Iterable[list[Any]]) -> None:
    """Sheets with a frozen, filterable heading, each as long as a sheet may be. Memory does not grow with the rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "in_memory": False,
    }
    with Workbook(file, options) as book:
        formats = [book.add_format({"num_format": FORMATS[kind]}) if kind in FORMATS else None for kind in kinds]
        bold = book.add_format({"bold": True, "bottom": 1})
        for number, part in enumerate(parts(rows), start=1):
            sheet = book.add_worksheet(sheet_name(name, number))
            write_heading(sheet, headings, bold, list(zip(kinds, formats, strict=True)))
            write_rows(sheet, part, formats)


def parts(rows: Iterable[list[Any]]) -> Iterator[Iterable[list[Any]]]:
    """The rows in stretches of a sheet each, none of them in memory; the first may be empty.

    Each must be used up before the next is asked for.
    """
    rest = iter(rows)
    yield islice(rest, MOST_ROWS - 1)
    for first in rest:
        yield chain([first], islice(rest, MOST_ROWS - 2))


def sheet_name(name: str, number: int) -> str:
    """`Customers`, `Customers 2`: at most 31 characters, as Excel has it."""
    suffix = f" {number}" if number > 1 else ""
    return f"{name[: 31 - len(suffix)].capitalize()}{suffix}"


def write_heading(
    sheet: Worksheet, headings: list[str], bold: Format, columns: list[tuple[Kind, Format | None]]
) -> None:
    for position, (kind, cell_format) in enumerate(columns):
        sheet.set_column(position, position, WIDTHS.get(kind, 14), cell_format)
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 0)


def write_rows(sheet: Worksheet, rows: Iterable[list[Any]], formats: list[Format | None]) -> None:
    for number, row in enumerate(rows, start=1):
        for position, cell in enumerate(row):
            sheet.write(number, position, cell, formats[position])

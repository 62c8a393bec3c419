"""XLSX with typed cells: numbers can be summed, dates sorted, and no text runs as a formula.

A report that says what came of it all begins with a sheet of that, in the words of its page. Then comes the table with
its heading frozen, and beside a report's a chart that the spreadsheet program draws; the last sheet says what the file
is. A table ends where a sheet ends: longer ones are refused before they are read.
"""

import re
from collections.abc import Iterable
from typing import IO, Any

from django.utils.translation import gettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from analytics.exports.base import HIDDEN, Format, Table, in_zone
from records.listing import Kind

FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.RATE: "0.00%",
    Kind.MONEY: '"$"#,##0.00',
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
WIDTHS = {Kind.TEXT: 26, Kind.MOMENT: 20}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
EXCELS_OWN = "history"
MOST_ROWS = 1_048_576 - 1  # Excel's own limit for a sheet, without the heading
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "in_memory": False,
}


def write_workbook(table: Table, file: IO[bytes]) -> None:
    """Memory does not grow with the rows."""
    with Workbook(file, OPTIONS) as book:
        kinds = [head.kind for head in table.heads]
        formats = [book.add_format({"num_format": FORMATS[kind]}) if kind in FORMATS else None for kind in kinds]
        bold = book.add_format({"bold": True, "bottom": 1})
        about, summary = gettext("About this file"), gettext("Summary")
        if table.opening.numbers:
            write_summary(
                book.add_worksheet(summary), table, bold, book.add_format({"text_wrap": True, "valign": "top"})
            )
        sheet = book.add_worksheet(sheet_name(table, about, summary))
        write_heading(sheet, [head.said for head in table.heads], bold, list(zip(kinds, formats, strict=True)))
        count = write_rows(sheet, table.counted_rows(), formats)
        if table.chart and count:
            draw(book, sheet, table, count)
        write_notes(book.add_worksheet(about), table, bold)


def sheet_name(table: Table, *others: str) -> str:
    """What the table is of, as Excel takes it: at most 31 characters, some of them not, and no name twice."""
    name = " ".join(NOT_IN_A_NAME.sub(" ", table.title).split())[:LONGEST_NAME].strip(" '")
    is_taken = name.casefold() in ("", EXCELS_OWN, *map(str.casefold, others))
    return table.name[:LONGEST_NAME].capitalize() if is_taken else name


def write_summary(sheet: Worksheet, table: Table, bold: CellFormat, wrapped: CellFormat) -> None:
    """What came of it all, in words, for whoever reads one sheet: as the first page of its document has it."""
    told = table.opening
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, max(2, len(told.heads)), 26)
    blank = [(wrapped, ("",))]
    lines: list[tuple[CellFormat | None, tuple[str, ...]]] = [
        *[(bold, (table.title,)), (None, (table.lead,))], *blank,  # a sentence, over the empty cells beside it
        *[(wrapped, fact) for fact in told.facts], *blank,
        *[(wrapped, number) for number in told.numbers], *blank,
        *[(bold, told.heads)], *[(wrapped, row) for row in told.rows], *[(wrapped, (told.note,))],
    ]  # fmt: skip
    for line, (cell_format, cells) in enumerate(lines):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text, cell_format)


def write_heading(
    sheet: Worksheet, headings: list[str], bold: CellFormat, columns: list[tuple[Kind, CellFormat | None]]
) -> None:
    for position, (kind, cell_format) in enumerate(columns):
        sheet.set_column(position, position, WIDTHS.get(kind, 14), cell_format)
    sheet.write_row(0, 0, headings, bold)
    sheet.freeze_panes(1, 0)


def write_rows(sheet: Worksheet, rows: Iterable[list[Any]], formats: list[CellFormat | None]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):
        for position, cell in enumerate(row):
            sheet.write(count, position, _shown(cell), formats[position])
    return count


def _shown(cell: Any) -> Any:
    if cell is HIDDEN:
        return cell.words
    cell = in_zone(cell)
    return (
        cell
        if cell is None or isinstance(cell, str | bool | int | float) or hasattr(cell, "as_tuple")
        else _other(cell)
    )


def _other(cell: Any) -> Any:
    """Days and moments as they are; whatever a sheet has no type for, as text."""
    return cell if hasattr(cell, "isoformat") else str(cell)


def draw(book: Workbook, sheet: Worksheet, table: Table, count: int) -> None:
    """Bars of the chart's columns, below the table."""
    assert table.chart is not None  # noqa: S101 (asked by the caller)
    places = {head.name: position for position, head in enumerate(table.heads)}
    over = places[table.chart.over]
    chart = book.add_chart({"type": "bar"})
    for name in table.chart.values:
        place = places[name]
        chart.add_series(
            {
                "name": [sheet.get_name(), 0, place],
                "categories": [sheet.get_name(), 1, over, count, over],
                "values": [sheet.get_name(), 1, place, count, place],
            }
        )
    chart.set_title({"name": table.chart.title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})  # the first row on top, as in the table
    chart.set_size({"width": 720, "height": 360})
    options = {
        "description": gettext("%(title)s: the numbers of the table above.") % {"title": table.chart.title},
        "object_position": 2,
    }
    sheet.insert_chart(count + 2, 0, chart, options)


def write_notes(sheet: Worksheet, table: Table, bold: CellFormat) -> None:
    """What the file is: a line a note."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for number, (label, note) in enumerate(table.notes):
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, note)


FORMAT = Format("xlsx", "XLSX", XLSX, write_workbook, most_rows=MOST_ROWS, is_by_readers_clock=True)

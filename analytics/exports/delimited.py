"""CSV: UTF-8 with the mark that makes Excel read it so, RFC 4180 but for the line's end, which is one line feed.

What the database can write itself it does, in one COPY. Text that a spreadsheet would run is made plain either way.
"""

from typing import IO

from django.db import connection

from analytics.exports.base import HIDDEN, Format, Progress, Table
from privacy.spreadsheets import BYTE_ORDER_MARK, lines


class Counted:
    """What COPY writes to: it is handed one row at a time."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file, self._progress = file, progress

    def write(self, row: bytes) -> None:
        self._file.write(row)
        self._progress.add()


def write_csv(table: Table, file: IO[bytes]) -> None:
    file.write(BYTE_ORDER_MARK.encode())
    file.write(_encoded(next(iter(lines([[head.heading for head in table.heads]])))))
    if table.copied:
        with connection.cursor() as cursor:
            cursor.copy_expert(table.copied, Counted(file, table.progress))
    else:
        shown = ([cell.words if cell is HIDDEN else cell for cell in row] for row in table.counted_rows())
        for line in lines(shown):
            file.write(_encoded(line))


def _encoded(line: str) -> bytes:
    return f"{line.removesuffix(chr(13) + chr(10))}\n".encode()


FORMAT = Format("csv", "CSV", "text/csv; charset=utf-8", write_csv)

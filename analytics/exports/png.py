"""One picture as PNG, at twice the size of a screen's: with its title, in the colours of the light theme."""

from typing import IO

from analytics.exports.base import Format, Table
from analytics.exports.feeding import write_by


def write_png(table: Table, file: IO[bytes]) -> None:
    write_by("picture", table, file, "png")


FORMAT = Format("png", "PNG", "image/png", write_png, is_picture=True)

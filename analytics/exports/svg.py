"""One picture as SVG, for slides and print: with its title, in the colours of the light theme."""

from typing import IO

from analytics.exports.base import Format, Table
from analytics.exports.feeding import write_by


def write_svg(table: Table, file: IO[bytes]) -> None:
    write_by("picture", table, file, "svg")


FORMAT = Format("svg", "SVG", "image/svg+xml", write_svg, is_picture=True)

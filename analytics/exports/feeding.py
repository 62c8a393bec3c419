"""Formats whose library is heavy are written by a process of their own (analytics.exports.rendering), which gets the
table line by line: so no web process and no worker ever loads them.

The first line says what the table is, each further one is a row; both sides are this program.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext

from analytics.exports.base import HIDDEN, Table, in_zone, zone_words
from analytics.exports.lines import plain
from analytics.pictures.base import Picture
from campaigns.materials.processes import TookTooLong, ends_within, started
from records import figures

LONGEST = 15 * 60.0  # seconds from the last row to the finished file
HIDDEN_CELL = {"hidden": True}


class NotWritten(Exception):
    """The process ended before the file was whole."""


def write_by(module: str, table: Table, file: IO[bytes], *arguments: str) -> None:
    """Have `analytics.exports.rendering.MODULE` write the table, called with these arguments. Raises NotWritten."""
    with TemporaryDirectory(prefix="waymark-export-") as home:
        path = Path(home) / "file"
        with started(f"analytics.exports.rendering.{module}", str(path), *arguments, home=Path(home)) as process:
            assert process.stdin is not None  # noqa: S101 (started gives it one)
            try:
                feed(table, process.stdin)
                process.stdin.close()
                ended = ends_within(process, LONGEST, table.progress.tell)
            except (BrokenPipeError, TookTooLong) as problem:
                raise NotWritten(f"the writer of {module} files did not finish") from problem
            if ended or not path.exists():
                raise NotWritten(f"the writer of {module} files ended with {ended}")
        with path.open("rb") as written:
            shutil.copyfileobj(written, file)


def feed(table: Table, pipe: IO[bytes]) -> None:
    pipe.write(_line(about(table)))
    for row in table.counted_rows():
        pipe.write(_line([HIDDEN_CELL if cell is HIDDEN else plain(cell) for cell in row]))


def about(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "lead": table.lead,
        "opening": asdict(table.opening),
        "heads": [
            {
                "label": head.said,
                "name": head.name,
                "kind": head.kind.value,
                "in_documents": head.in_documents,
            }
            for head in table.heads
        ],
        "notes": [list(note) for note in table.notes],
        "as_of": in_zone(table.as_of).isoformat(),
        "pictures": [as_drawn(one) for one in table.pictures],
        "picture": table.picture,
        "wording": wording(),
    }


def wording() -> dict[str, str]:
    """What a document says of itself, and how numbers are written, in the language of the file.

    A language whose region only says how its numbers are written (privacy.languages) is told without it.
    """
    return {
        "language": (get_language() or "en").partition("-")[0],
        "hidden": HIDDEN.words,
        "yes": gettext("yes"),
        "no": gettext("no"),
        "thousands": str(get_format("THOUSAND_SEPARATOR")),
        "decimal": str(get_format("DECIMAL_SEPARATOR")),
        "percent": figures.percent(""),
        "as_of": gettext("As of %(moment)s"),
        "description": gettext("A Waymark report as of %(moment)s"),
        "zone": zone_words(),
        "page": gettext("Page %(number)s of %(pages)s"),
        "numbers": gettext("The numbers"),
        "no_rows": gettext("No rows."),
        "about": gettext("About this file"),
    }


def as_drawn(one: Picture) -> dict[str, Any]:
    """A picture as the drawing process takes it."""
    told = {"name": one.name, "title": one.title, "description": one.description, "size": one.size, "note": one.note}
    return {**told, "specification": one.specification}


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"

"""Writing a package's files in one pass over the rows: the JSON as it goes, and for the PDF what each volume prints."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from privacy.agency import agency_day
from privacy.rights.held import Held
from privacy.rights.package.content import Whole
from privacy.rights.typesetting import typeset

JSON_NAME = "package.json"
# Of one kind of record so many rows stand in the first volume; the others follow in volumes of so many rows each, for a
# document is in memory as a whole while it is set.
IN_FIRST_VOLUME = 1_000
IN_A_VOLUME = 4_000
LOOK_EVERY = 500
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")

Look = Callable[[int], None]


def write_package(whole: Whole, folder: Path, look: Look) -> list[int]:
    """Write the JSON and the volumes of the PDF into the folder; returns the pages of each volume.

    `look` is told how many rows are written. Whatever it raises ends the work.
    """
    spool = Spool(folder)
    with (folder / JSON_NAME).open("w", encoding="utf-8") as file:
        _Writer(whole, file, spool, look).write()
    return spool.set_volumes(whole, look)


class _Writer:
    """One pass: each row is written to the file and handed to the spool, and forgotten."""

    def __init__(self, whole: Whole, file: IO[str], spool: "Spool", look: Look) -> None:
        self.whole, self.file, self.spool, self.look = whole, file, spool, look
        self.rows = 0

    def write(self) -> None:
        self.file.write("{\n")
        for name, value in self.whole.head.items():
            self.file.write(f"{_json(name)}: {_json(value)},\n")
        self.file.write('"categories": [\n')
        for number, (words, held) in enumerate(self.whole.categories()):
            self.file.write(",\n" if number else "")
            self._category(words, held)
        told = self.whole.told()
        self.file.write(f'\n],\n"told": {_json(told)},\n"left_out": {_json(self.whole.left_out())}\n}}\n')
        self.look(self.rows)

    def _category(self, words: dict[str, Any], held: list[Held]) -> None:
        self.file.write(f'{_json(words)[:-1]}, "holdings": [')
        self.spool.begin_category(words)
        is_first = True
        for one in held:
            is_first &= not self._holding(one, words["number"], is_first)
        self.file.write("]}")

    def _holding(self, held: Held, category: int, is_first: bool) -> bool:
        """Whether there was any row."""
        count = 0
        for row in held.rows(category):
            if not count:
                about = _json({"model": held.label, "name": held.name, "note": held.trace.note})
                self.file.write(f'{"" if is_first else ","}\n{about[:-1]}, "rows": [')
                self.spool.begin_holding(held.name, held.trace.note)
            told = self.whole.row(held, row)
            self.file.write(f"{',' if count else ''}\n{_json(told)}")
            self.spool.add(told)
            count += 1
            self._counted()
        if count:
            self.file.write("]}")
            self.spool.end_holding()
        return bool(count)

    def _counted(self) -> None:
        self.rows += 1
        if self.rows % LOOK_EVERY == 0:
            self.look(self.rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class Spool:
    """What the PDF prints: the first volume's sections, and beside it a file of lines for each kind with more rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sections: list[dict[str, Any]] = []
        self.annexes: list[tuple[str, Path, int]] = []
        self._more: IO[str] | None = None
        self._count = 0

    def begin_category(self, words: dict[str, Any]) -> None:
        self.sections.append({**words, "holdings": []})

    def begin_holding(self, name: str, note: str) -> None:
        self.sections[-1]["holdings"].append({"name": name, "note": note, "rows": [], "more": 0})
        self._count = 0

    def add(self, told: dict[str, Any]) -> None:
        printed = printed_row(told)
        if self._count < IN_FIRST_VOLUME:
            self.sections[-1]["holdings"][-1]["rows"].append(printed)
        else:
            if self._more is None:
                path = self.folder / f"annex-{len(self.annexes)}.lines"
                self.annexes.append((f"{self.sections[-1]['number']}. {self._holding['name']}", path, 0))
                self._more = path.open("w", encoding="utf-8")
            self._more.write(_json(printed) + "\n")
        self._count += 1

    def end_holding(self) -> None:
        if self._more is not None:
            self._more.close()
            self._more = None
            name, path, _ = self.annexes[-1]
            self.annexes[-1] = (name, path, self._count - IN_FIRST_VOLUME)
            self._holding["more"] = self._count - IN_FIRST_VOLUME

    @property
    def _holding(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sections[-1]["holdings"][-1]
        return found

    def set_volumes(self, whole: Whole, look: Look) -> list[int]:
        """Set each volume by a process of its own, and remove the lines; returns their pages."""
        first = {"kind": "package", **whole.head, "sections": self.sections, "told": whole.told()}
        pages = [typeset({**first, "left_out": whole.left_out()}, self.folder / volume_name(1))]
        for name, path, count in self.annexes:
            for start in range(0, count, IN_A_VOLUME):
                look(-1)
                content = {
                    "kind": "annex", "request": whole.request.number, "title": name,
                    "first": IN_FIRST_VOLUME + start + 1, "rows": _lines(path, start, IN_A_VOLUME),
                }  # fmt: skip
                pages.append(typeset(content, self.folder / volume_name(len(pages) + 1)))
            path.unlink()
        return pages


def _lines(path: Path, start: int, count: int) -> list[Any]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for number, line in enumerate(file) if start <= number < start + count]


def volume_name(number: int) -> str:
    return f"package-{number}.pdf"


def printed_row(told: dict[str, Any]) -> dict[str, Any]:
    """A row as it is printed: its values as texts, what stands beside them, what was before, and where and how long it
    is kept."""
    kept = told["retention"]
    since = f" from {_day(kept['from'])}" if kept["from"] else ""
    return {
        "values": [[one["label"], text_of(one["value"])] for one in told["values"]],
        "also": [[one["label"], text_of(one["value"])] for one in told.get("also", ())],
        "former": [[one["label"], text_of(one["value"]), _day(one["until"])] for one in told.get("former", ())],
        "disputed": [[one["label"], said["statement"]] for one in told["values"] for said in one.get("disputed", ())],
        "about": f"Source: {told['source']}. Kept: {kept['kept']}{since} ({kept['rule']}).",
    }


def _day(text: str) -> str:
    """The agency's day of a moment; a day as it is."""
    return agency_day(datetime.fromisoformat(text)).isoformat() if "T" in text else text


def text_of(value: Any) -> str:
    """A value as people read it; a moment to the minute."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return value if isinstance(value, str) else _json(value)

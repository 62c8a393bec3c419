"""What a kind of evaluation declares, and what it answers."""

import dataclasses
import math
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from records.intake.problems import Refused


@dataclass(frozen=True)
class Found:
    """`data` for JSON, `lines` for people, `failures` what is not as it was published."""

    data: dict[str, Any]
    lines: list[str]
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """`run` takes the options by name and raises Refused with one line for what cannot be evaluated."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Mapping[str, Any]], Found]


def plain(value: Any) -> Any:
    """As JSON has it: dataclasses as objects, days in ISO 8601, what is no finite number as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def csv_file(parser: ArgumentParser, *names: str) -> None:
    for name in names:
        parser.add_argument(name, type=Path, help="a delimited file, plain or gzipped")


def shares(text: str) -> dict[str, float]:
    """`control=1,letter=2` as weights by arm. The arm may hold an equals sign, not a comma."""
    found = {}
    for part in text.split(","):
        name, sign, weight = part.rpartition("=")
        try:
            found[name.strip()] = float(weight)
        except ValueError:
            sign = ""
        if not sign or not name.strip() or not math.isfinite(found[name.strip()]):
            raise ArgumentTypeError(f"{part!r} is no share as in control=1")
    return found


def rows(table: Iterable[Iterable[object]]) -> list[str]:
    """Lines of cells set in columns, the first left, the others right."""
    cells = [[str(cell) for cell in row] for row in table]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return [
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def need(condition: object, problem: str) -> None:
    if not condition:
        raise Refused(problem)

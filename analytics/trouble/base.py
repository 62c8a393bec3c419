"""What a detector declares, and which there are."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from analytics.trouble import detectors

ANTICIPATING = 12  # the purpose "to anticipate customer needs"
Evidence = Mapping[str, Any]
Found = Iterable[tuple[int, Evidence]]


@dataclass(frozen=True)
class Detector:
    """`find` gives, as of a day of the agency's, the customers (by primary key) in this trouble, each with its
    evidence: numbers, and days as YYYY-MM-DD, of which `said` makes the sentence that staff read. `solution` is what is
    proposed.
    `false_alarms` is the share of customers whom it names on a day of a history without trouble, at most
    (tests/analytics/trouble/test_false_alarms.py measures it). `method` says how it is found.
    `categories` are those of the records that it reads, `purpose` the notice's purpose for which the program does.
    """

    name: str
    label: Any
    find: Callable[[date], Found]
    said: Callable[[Evidence], str]
    solution: Any
    method: Any
    false_alarms: float
    purpose: int = ANTICIPATING
    categories: tuple[int, ...] = (18,)


@cache
def all_detectors() -> dict[str, Detector]:
    """Each by its name. Raises ValueError where two have the same."""
    names = [module.name for module in pkgutil.iter_modules(detectors.__path__)]
    found = [importlib.import_module(f"{detectors.__name__}.{name}").DETECTOR for name in names]
    by_name = {one.name: one for one in found}
    if len(by_name) < len(found):
        raise ValueError("two detectors have the same name")
    return by_name


def rows_of(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
        return found

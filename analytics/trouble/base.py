"""What a detector declares, and which there are."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import connection, transaction

from analytics.trouble import detectors
from privacy.agency import agency_zone

ANTICIPATING = 12  # the purpose "to anticipate customer needs"
SET_ZONE = "SELECT set_config('TimeZone', %s, true)"
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
    """What a detector's statement finds. A moment that it makes a day (`::date`) is the agency's day."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SET_ZONE, [str(agency_zone())])
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
        # Within a transaction of the caller's it would stay; where the statement fails, it goes with the savepoint.
        cursor.execute(SET_ZONE, [connection.timezone_name])
        return found

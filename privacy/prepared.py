"""Statements whose plan a connection keeps: where a log stands in many partitions, planning takes longer than looking.

Of a customer's engagement planning took seven milliseconds and looking less than one. PostgreSQL would go on planning
anew, since it expects a plan for any values to be dearer than it is; so it is told to keep that one (plan_cache_mode),
for this statement alone. After a change of a table it plans again (its manual, PREPARE). A connection forgets its
statements when it ends, and so does this module.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

# By connection of the driver, the names that it knows.
KNOWN: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
Constants = tuple[tuple[str, Any], ...]


class Prepared:
    """A statement with `%(name)s` for what is given.

    `parameters` are what differs from run to run, with their types in PostgreSQL; everything else that is given stands
    in the plan itself (the partitions, a length), and must be hashable.
    """

    def __init__(self, statement: str, **parameters: str) -> None:
        self.statement, self.parameters = statement, parameters
        self.texts: dict[Constants, str] = {}

    def execute(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Run it; the rows are the cursor's. Raises KeyError where a value is lacking."""
        constants = tuple((name, value) for name, value in values.items() if name not in self.parameters)
        text = self.texts.get(constants) or self.texts.setdefault(constants, self._text(cursor, dict(constants)))
        given = ", ".join(["%s"] * len(self.parameters))
        asked = f"SET plan_cache_mode TO force_generic_plan; EXECUTE {_prepared(text)} ({given})"
        cursor.execute(asked, [values[name] for name in self.parameters])
        _at_once("RESET plan_cache_mode")

    def _text(self, cursor: CursorWrapper, constants: dict[str, Any]) -> str:
        places = {name: f"${nth}" for nth, name in enumerate(self.parameters, 1)}
        literals = {name: cursor.mogrify("%s", [value]).decode() for name, value in constants.items()}
        types = ", ".join(self.parameters.values())
        return f"({types}) AS {self.statement % {**literals, **places}}"


def _prepared(text: str) -> str:
    """The name by which the connection knows it, from now on if not before."""
    name = f"waymark_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    connection.ensure_connection()
    known = KNOWN.setdefault(connection.connection, set())
    if name not in known:
        _at_once(f"PREPARE {name} {text}")
        known.add(name)
    return name


def _at_once(command: str) -> None:
    """By the driver's own cursor: it is no question of whoever is asking, and counts as none."""
    with connection.connection.cursor() as cursor:
        cursor.execute(command)

"""Statements whose plan a connection keeps: where a log stands in many partitions, planning takes longer than looking.

Of a customer's engagement planning took seven milliseconds and looking less than one. PostgreSQL would go on planning
anew, since it expects a plan for any values to be dearer than it is; so it is told to keep that one (plan_cache_mode):
by `execute` for this statement alone, by KEEP_PLANS for the rest of a transaction. After a change of a table it plans
again (its manual, PREPARE). A connection forgets its statements when it ends, and so does this module.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

# Before the calls (`Prepared.call`) of a transaction, for the rest of it.
KEEP_PLANS = "SET LOCAL plan_cache_mode TO force_generic_plan"
# By connection of the driver, the names that it knows.
KNOWN: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
Constants = tuple[tuple[str, Any], ...]


class _Told(NamedTuple):
    """A statement with its constants, as a connection learns it (`text`) and as it is run (`call`)."""

    name: str
    text: str
    call: str


class Prepared:
    """A statement with `%(name)s` for what is given.

    `parameters` are what differs from run to run, with their types in PostgreSQL; everything else that is given stands
    in the plan itself (the partitions, a length), and must be hashable. `first` makes the temporary tables of which the
    statement speaks, for a connection that is yet to learn it.
    """

    def __init__(self, statement: str, first: str = "", /, **parameters: str) -> None:
        self.statement, self.first, self.parameters = statement, first, parameters
        self.told: dict[Constants, _Told] = {}

    def execute(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Run it; the rows are the cursor's. Raises KeyError where a value is lacking."""
        cursor.execute(f"SET plan_cache_mode TO force_generic_plan; {self.call(cursor, values)}", values)
        _at_once("RESET plan_cache_mode")

    def call(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> str:
        """What runs it, to be sent with these values, after KEEP_PLANS and in one journey with whatever else."""
        told = self._with(cursor, values)
        self._teach(told)
        return told.call

    def is_known(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> bool:
        """Whether the connection has learned it with these constants. One that has not learns it by the next call, and
        holds in share what the statement speaks of from then until its transaction ends."""
        connection.ensure_connection()
        return self._with(cursor, values).name in KNOWN.get(connection.connection, ())

    def _with(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> _Told:
        constants = tuple((name, value) for name, value in values.items() if name not in self.parameters)
        return self.told.get(constants) or self.told.setdefault(constants, self._told(cursor, dict(constants)))

    def _told(self, cursor: CursorWrapper, constants: dict[str, Any]) -> _Told:
        places = {name: f"${nth}" for nth, name in enumerate(self.parameters, 1)}
        literals = {name: cursor.mogrify("%s", [value]).decode() for name, value in constants.items()}
        types = f"({', '.join(self.parameters.values())}) " if self.parameters else ""
        text = f"{types}AS {self.statement % {**literals, **places}}"
        name = f"waymark_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        given = ", ".join(f"%({parameter})s" for parameter in self.parameters)
        return _Told(name, text, f"EXECUTE {name} ({given})" if given else f"EXECUTE {name}")

    def _teach(self, told: _Told) -> None:
        """The connection knows it from now on, if not before."""
        connection.ensure_connection()
        known = KNOWN.setdefault(connection.connection, set())
        if told.name not in known:
            _at_once(f"{self.first};\nPREPARE {told.name} {told.text}")
            known.add(told.name)


def _at_once(command: str) -> None:
    """By the driver's own cursor: it is no question of whoever is asking, and counts as none. Errors are Django's."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(command)

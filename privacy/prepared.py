"""Statements whose plan a connection keeps: planning often takes longer than looking.

`ask` leaves to PostgreSQL whether a plan is kept. Where a log stands in many partitions it would go on planning anew,
since it expects a plan for any values to be dearer than it is: of a customer's engagement planning took seven
milliseconds and looking less than one. So a `Prepared` statement tells it to keep that one (plan_cache_mode): by
`execute` for this statement alone, by KEEP_PLANS for the rest of a transaction. After a change of a table it plans
again (its manual, PREPARE). A connection forgets its statements when it ends, and so does this module.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import ProgrammingError, connection
from django.db.backends.utils import CursorWrapper

# Before the calls (`Prepared.call`) of a transaction, for the rest of it.
KEEP_PLANS = "SET LOCAL plan_cache_mode TO force_generic_plan"
# By connection of the driver, the names that it knows.
KNOWN: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
# So many a connection may know, more than pages ask again and again; then it forgets them all, for a plan takes memory.
MOST_KNOWN = 100
Constants = tuple[tuple[str, Any], ...]


class _Told(NamedTuple):
    """A statement with its constants, as a connection learns it (`text`) and as it is run (`call`)."""

    name: str
    text: str
    call: str

    @classmethod
    def of(cls, text: str, given: Sequence[str]) -> "_Told":
        name = f"waymark_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        return cls(name, text, f"EXECUTE {name} ({', '.join(given)})" if given else f"EXECUTE {name}")


def ask(cursor: CursorWrapper, statement: str, values: Mapping[str, Any]) -> None:
    """As `cursor.execute` of a small statement that pages ask again and again: the rows are the cursor's.

    PostgreSQL plans the first five times for the values, and from then on keeps one plan for any values unless it is
    expected to be dearer. `values` may hold more than the statement asks for; what type each has it finds out itself,
    so that the statement says it where it cannot. What is the same every time (a limit, a kind that an index is of)
    stands in the statement. Raises KeyError where a value is lacking.
    """
    told = _asked(statement)
    _make_room_for(told)
    _teach(told)
    cursor.execute(told.call, values)


@lru_cache(maxsize=MOST_KNOWN)
def _asked(statement: str) -> _Told:
    places = _Places()
    text = f"AS {statement % places}"
    return _Told.of(text, [f"%({name})s" for name in places])


@contextmanager
def keeping_plans() -> Iterator[None]:
    """What Django asks within is asked as by `ask`, for querysets whose values stand beside columns, which tell their
    types. Where PostgreSQL cannot find a type out it is asked as it is, which a transaction would not survive; a value
    that is selected comes back as text. What names its values, as `ask` itself does, passes as it is."""
    with connection.execute_wrapper(_ask_as_django):
        yield


def _ask_as_django(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if isinstance(params, Mapping):
        return execute(sql, params, many, context)
    told = _of_django(sql, None if params is None else len(params))
    _make_room_for(told)
    try:
        _teach(told)
    except ProgrammingError:
        return execute(sql, params, many, context)
    return execute(told.call, params, many, context)


@lru_cache(maxsize=MOST_KNOWN)
def _of_django(sql: str, count: int | None) -> _Told:
    """`count`: how many values; None where the driver would leave percent signs alone."""
    if count is None:
        return _Told.of(f"AS {sql}", [])
    places = tuple(f"${nth}" for nth in range(1, count + 1))
    return _Told.of(f"AS {sql % places}", ["%s"] * count)


class _Places(dict[str, str]):
    """By the name of a value its place in a statement that is prepared: `$1` for the first that is asked for."""

    def __missing__(self, name: str) -> str:
        return self.setdefault(name, f"${len(self) + 1}")


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
        """Run it; the rows are the cursor's. Raises KeyError where a value is lacking.

        What is sent in one journey outside of a transaction is one of its own, with which KEEP_PLANS ends."""
        cursor.execute(f"{KEEP_PLANS}; {self.call(cursor, values)}", values)
        if connection.in_atomic_block:
            _at_once("SET LOCAL plan_cache_mode TO DEFAULT")

    def call(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> str:
        """What runs it, to be sent with these values, after KEEP_PLANS and in one journey with whatever else."""
        told = self._with(cursor, values)
        _teach(told, self.first)
        return told.call

    def is_known(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> bool:
        """Whether the connection has learned it with these constants. One that has not learns it by the next call, and
        holds in share what the statement speaks of from then until its transaction ends."""
        return self._with(cursor, values).name in _known()

    def _with(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> _Told:
        constants = tuple((name, value) for name, value in values.items() if name not in self.parameters)
        return self.told.get(constants) or self.told.setdefault(constants, self._told(cursor, dict(constants)))

    def _told(self, cursor: CursorWrapper, constants: dict[str, Any]) -> _Told:
        places = {name: f"${nth}" for nth, name in enumerate(self.parameters, 1)}
        literals = {name: cursor.mogrify("%s", [value]).decode() for name, value in constants.items()}
        types = f"({', '.join(self.parameters.values())}) " if self.parameters else ""
        return _Told.of(
            f"{types}AS {self.statement % {**literals, **places}}", [f"%({name})s" for name in self.parameters]
        )


def _teach(told: _Told, first: str = "") -> None:
    """The connection knows it from now on, if not before; `first` runs before it learns it."""
    known = _known()
    if told.name not in known:
        _at_once(f"{first};\nPREPARE {told.name} {told.text}")
        known.add(told.name)


def _make_room_for(told: _Told) -> None:
    """Before a statement is asked by itself: of several that go in one journey none may be forgotten. One that is known
    needs no room."""
    if told.name not in (known := _known()) and len(known) >= MOST_KNOWN:
        _at_once("DEALLOCATE ALL")
        known.clear()


def _known() -> set[str]:
    """What the connection in use has learned."""
    connection.ensure_connection()
    return KNOWN.setdefault(connection.connection, set())


def _at_once(command: str) -> None:
    """By the driver's own cursor: it is no question of whoever is asking, and counts as none. Errors are Django's."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(command)

"""Who a person is to the floors above: this floor knows keys alone. One floor registers its `People`.

A person is the key of the record under which they are known; it may have others merged into it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q


@dataclass(frozen=True)
class Asked:
    """By what somebody is looked for."""

    name: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    email: str = ""
    phone: str = ""
    number: str = ""


@dataclass(frozen=True)
class Candidate:
    """A person who may be meant: what they are called, in what they agree with what was asked, and their ID."""

    key: UUID
    name: str
    detail: str
    agrees_in: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody as the tables know them: the keys and primary keys of all records of theirs, merged ones included, and
    what is theirs in texts (`own`: names, addresses, numbers, in lower case; telephone numbers as digits too)."""

    keys: tuple[UUID, ...]
    records: tuple[int, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)

    def is_own(self, text: object) -> bool:
        return str(text).strip().lower() in self.own


class People(Protocol):
    def alike(self, asked: Asked) -> list[Candidate]:
        """Those who may be meant, the likeliest first; each person once."""

    def called(self, keys: Iterable[UUID]) -> list[Candidate]:
        """The persons of these keys that exist, in their order; a merged record's key gives the person's."""

    def person(self, keys: Sequence[UUID]) -> Person:
        """The one person who is kept under these keys."""

    def living(self, keys: Iterable[UUID]) -> set[UUID]:
        """Those of the keys that are still a record's."""


_people: list[People] = []


def register(people: People) -> None:
    _people[:] = [people]


def people() -> People:
    if not _people:
        raise LookupError("No floor has registered who persons are.")
    return _people[0]


# What no path leads to ------------------------------------------------------------------------------------------------

Extract = tuple[Any, dict[str, Any]]


@dataclass(frozen=True)
class Trace:
    """How a person's rows are found in a model that has no path to a customer, or beside that path.

    `which` gives the condition. `also` gives rows of others that tell of the person, each with the values that may be
    shown of it. `others` are fields with another person's data, withheld unless the value is the person's own, or that
    of the field `own_by` is. What happened or was computed `is_fixed`: nobody corrects it. `related` are fetched with
    the rows, `note` is told with them. `names` gives what the numbers in a field stand for, where the database knows no
    reference (a log's).
    """

    which: Callable[[Person], Q] | None = None
    also: Callable[[Person], Iterator[Extract]] | None = None
    others: tuple[str, ...] = ()
    own_by: str = ""
    is_fixed: bool = False
    related: tuple[str, ...] = ()
    names: Mapping[str, Callable[[], Mapping[Any, str]]] = field(default_factory=dict)
    note: str = ""


_traces: dict[str, Trace] = {}
_nobodys: dict[str, str] = {}


def declare_trace(model: str, trace: Trace) -> None:
    """Declare how a person's rows are found in a model (`campaigns.Event`)."""
    _traces[model] = trace


def declare_nobodys(model: str, reason: str) -> None:
    """Declare that a model's rows are about no individual, and why."""
    _nobodys[model] = reason


def trace_of(model: str) -> Trace:
    return _traces.get(model, Trace())


def reason_of(model: str) -> str:
    """Why a model's rows are about no individual; empty where they are about one."""
    return _nobodys.get(model, "")


def declared() -> list[str]:
    """The labels of the models that were declared either way."""
    return sorted({*_traces, *_nobodys})

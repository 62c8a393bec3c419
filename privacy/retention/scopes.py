"""Of which rows a hold is: its criteria as conditions of a model, found by what the model declares.

A floor above says how its nouns are reached: `declare_family` that several records are one person's, `declare_path` how
an organization or campaign is reached from a person's row, `declare_query` which queries a hold may name. Criteria that
a model cannot be asked for do not concern it: a campaign has no part in a payment card.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from privacy.holdings import SELF, Holds
from privacy.models import LegalHold

ORGANIZATION, CAMPAIGN, CATEGORY = "organization", "campaign", "category"
NEVER = Q(pk__in=[])


@dataclass(frozen=True)
class Query:
    """A query that a hold may name: `people` gives the keys of those whom its text means today.

    `problem` says what is wrong with a text, or nothing; it never repeats what names a person.
    """

    kind: str
    label: str
    people: Callable[[str], "QuerySet[Model, UUID]"]
    problem: Callable[[str], str]


@dataclass(frozen=True)
class Known:
    """What a kind of name refers to: how many of some names there are, for the check of a form."""

    label: str
    missing: Callable[[Iterable[str]], list[str]]


_families: list[Callable[[Iterable[UUID]], "QuerySet[Model, UUID]"]] = []
_paths: dict[str, str] = {}
_queries: dict[str, Query] = {}
_known: dict[str, Known] = {}


def declare_family(family: Callable[[Iterable[UUID]], "QuerySet[Model, UUID]"]) -> None:
    """Tell how the keys of all records of the same persons are found, merged ones too, as a query of one column."""
    _families[:] = [family]


def declare_path(scope: str, from_individual: str) -> None:
    """Tell the lookup from an individual to what a scope names (`organization__key`)."""
    _paths[scope] = from_individual


def declare_query(query: Query) -> None:
    _queries[query.kind] = query


def declare_known(kind: str, known: Known) -> None:
    """Tell how to find which names of a kind (`people`, `organizations`, `campaigns`) name nothing."""
    _known[kind] = known


def queries() -> dict[str, Query]:
    return dict(_queries)


def missing_names(kind: str, names: Iterable[str]) -> list[str]:
    """Those of the names that name nothing that the program knows."""
    return _known[kind].missing(names) if kind in _known else []


def held(model: type[Model], holds: Holds, trigger: str, in_force: Iterable[LegalHold]) -> Q:
    """That a row is under one of the holds; `trigger` names the annotation that is the day which starts its clock."""
    conditions = [condition for hold in in_force if (condition := of_hold(model, holds, trigger, hold)) is not None]
    return reduce(or_, conditions, NEVER)


def of_hold(model: type[Model], holds: Holds, trigger: str, hold: LegalHold) -> Q | None:
    """That a row is under the hold: every criterion that it names is met. None where the model cannot meet one."""
    parts = [
        *([_people(holds, hold.people)] if hold.people else []),
        *([_asked(holds, hold)] if hold.query_kind else []),
        *([_reached(holds, ORGANIZATION, hold.organizations)] if hold.organizations else []),
        *([_reached(holds, CAMPAIGN, hold.campaigns)] if hold.campaigns else []),
        *([_of_categories(holds, hold.categories)] if hold.categories else []),
        *([Q(**{f"{trigger}__gte": hold.from_day})] if hold.from_day else []),
        *([Q(**{f"{trigger}__lte": hold.to_day})] if hold.to_day else []),
    ]
    condition = Q()
    for part in parts:
        if part is None:
            return None
        condition &= part
    return condition


def key_of_individual(holds: Holds) -> str:
    """The lookup of the key of the person whom a row is about; empty where it is about nobody in particular."""
    if not holds.individual:
        return ""
    return "key" if holds.individual == SELF else f"{holds.individual}__key"


def family_of(people: Iterable[UUID]) -> "list[UUID] | QuerySet[Model, UUID]":
    people = list(people)
    return _families[0](people) if _families else people


def _people(holds: Holds, people: Iterable[UUID]) -> Q | None:
    key = key_of_individual(holds)
    return Q(**{f"{key}__in": family_of(people)}) if key else None


def _asked(holds: Holds, hold: LegalHold) -> Q | None:
    """A query that is not declared any more holds everything: nothing is destroyed on doubt."""
    query, key = _queries.get(hold.query_kind), key_of_individual(holds)
    if query is None:
        return Q()
    return Q(**{f"{key}__in": query.people(hold.query)}) if key else None


def _reached(holds: Holds, scope: str, names: Iterable[object]) -> Q | None:
    path = holds.scopes.get(scope) or _from_individual(holds, scope)
    return Q(**{f"{path}__in": list(names)}) if path else None


def _from_individual(holds: Holds, scope: str) -> str:
    path = _paths.get(scope, "")
    if not path or not holds.individual:
        return ""
    return path if holds.individual == SELF else f"{holds.individual}__{path}"


def _of_categories(holds: Holds, numbers: Iterable[int]) -> Q | None:
    """A model of records of several categories has a column that says which one a row is of."""
    if column := holds.scopes.get(CATEGORY):
        return Q(**{f"{column}__in": list(numbers)})
    return Q() if set(numbers) & set(holds.categories) else None

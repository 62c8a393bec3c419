"""What each model holds of the notice, declared beside its fields: the program's own reading of its schema.

A model says `notice = Holds(...)` in its body, or `notice = SystemData("why it holds no record of the notice")`; other
packages' models are declared in the app that brings them (`declare`). From these declarations come the data map, the
coverage, the access package, the disposal and the redaction; `privacy.checks` fails where one is missing or wrong.
Source: DESIGN section 3; 5 U.S.C. 552a(e)(4)(C) (the categories of records that a system holds are published).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from privacy.notice import Element, elements_ever, elements_shipped

SELF = "self"


@dataclass(frozen=True)
class SystemData:
    """A model that holds no record of the notice, and why."""

    reason: str


@dataclass(frozen=True)
class Holds:
    """A model that holds records of the notice.

    `elements` names for a field the element or elements that it may hold; `system` gives for every other field the
    reason why it holds none. `individual` is how to reach the person a row is about: a lookup path to their customer
    (`customer`, `viewer__customer`), `self`, or the empty text where a row is about no single person. `clock` is the
    lookup path of the date that starts a row's retention; `rules` are the notice's retention rules that a row may be
    under, of which `rule_field` (a field whose values are these rules) chooses where there are several; where its
    values are other words, `rule_values` gives the word of each rule.

    `clocks` names another clock for a rule: a path, several of which the first that leads to a date counts, or an
    expression of SQL that gives a date. `triggers` gives for a rule, by the name of an event that its period may be
    counted from instead, the path of its date; an approved version of the rule chooses among them.
    `attributes` names a field that holds elements by their identifiers as keys, of the `attribute_categories`.
    `empties` names the fields that are emptied instead of the row being deleted, because a log still counts by it.
    `scopes` gives the lookups by which a legal hold reaches a row: of an organization's key, a campaign's slug, a
    category's number. `is_whole` marks a log whose expired partitions go whole, and sums that go with them
    (privacy.retention.logs).
    `waits` names lookups of rows that must have gone first, beside those that refer to the row by a foreign key.
    `shows_life` is the path of a date on which the person did something: later than the end of their relationship, it
    puts that end in doubt, and nothing that goes by it is disposed of. Rows of which `lifeless` holds show none: it is
    not known that the person did it.
    `told` names fields of `system` that a copy of somebody's records tells beside the elements, as it tells all days:
    what a row belongs to, reasons, the source's own number (privacy.rights.alongside).
    """

    elements: Mapping[str, str | tuple[str, ...]]
    system: Mapping[str, str]
    individual: str
    clock: str
    rules: tuple[str, ...]
    rule_field: str = ""
    attributes: str = ""
    attribute_categories: tuple[int, ...] = ()
    rule_values: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, Any] = field(default_factory=dict)
    triggers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    empties: tuple[str, ...] = ()
    scopes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    is_whole: bool = False
    waits: tuple[str, ...] = ()
    shows_life: str = ""
    lifeless: Q = field(default_factory=Q)
    told: tuple[str, ...] = ()

    def elements_of(self, field: str) -> tuple[str, ...]:
        """The identifiers of the elements that the field may hold."""
        named = self.elements.get(field, ())
        return (named,) if isinstance(named, str) else named

    @cached_property
    def element_ids(self) -> frozenset[str]:
        """All elements that the model holds in fields of their own."""
        return frozenset(identifier for field in self.elements for identifier in self.elements_of(field))

    @cached_property
    def categories(self) -> tuple[int, ...]:
        """The numbers of the categories of records that the model holds."""
        known = elements_shipped()
        numbers = {known[identifier].category for identifier in self.element_ids if identifier in known}
        return tuple(sorted(numbers | set(self.attribute_categories)))


Declaration = Holds | SystemData

_foreign: dict[str, Declaration] = {}


def declare(model: str, declaration: Declaration) -> None:
    """Declare a model of another package, by its label (`sessions.Session`)."""
    _foreign[model.lower()] = declaration


def declaration_of(model: type[models.Model]) -> Declaration | None:
    """What a model holds, or None where nothing is declared. A declaration is not inherited by other models."""
    own = vars(model).get("notice")  # which may also be a field of that name
    return own if isinstance(own, Holds | SystemData) else _foreign.get(model._meta.label_lower)


def declared_elsewhere() -> list[str]:
    """The labels of the models that `declare` was told of."""
    return sorted(_foreign)


def all_models() -> list[type[models.Model]]:
    """Every model that has a table, those between two models included."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def holding_models() -> Iterator[tuple[type[models.Model], Holds]]:
    """The models that hold records of the notice."""
    for model in all_models():
        declaration = declaration_of(model)
        if isinstance(declaration, Holds):
            yield model, declaration


@dataclass(frozen=True)
class Home:
    """Where an element is held: a field, an attribute of a field of attributes, or nowhere because it is dropped."""

    element: Element
    model: str = ""
    field: str = ""
    is_attribute: bool = False

    @property
    def is_dropped(self) -> bool:
        """Secrets alone have this home: they are dropped on intake and counted."""
        return not self.model

    def __str__(self) -> str:
        if self.is_dropped:
            return "dropped on intake"
        return f"{self.model}.{self.field}[{self.element.id}]" if self.is_attribute else f"{self.model}.{self.field}"


def homes() -> dict[str, list[Home]]:
    """The homes of each element by its identifier, those without any included."""
    found: dict[str, list[Home]] = {identifier: [] for identifier in elements_ever()}
    for model, holds in holding_models():
        for home in _homes_in(model, holds):
            found[home.element.id].append(home)
    for identifier, element in elements_ever().items():
        if element.is_secret and not found[identifier]:
            found[identifier].append(Home(element))
    return found


def homes_of(element: Element) -> list[Home]:
    """The homes of one element, of a draft's as well: by its identifier, or where whole categories are held."""
    known = homes()
    if element.id in known:
        return known[element.id]
    if element.is_secret:
        return [Home(element)]
    return [
        Home(element, model._meta.label, holds.attributes, is_attribute=True)
        for model, holds in holding_models()
        if element.category in holds.attribute_categories
    ]


def _homes_in(model: type[models.Model], holds: Holds) -> Iterator[Home]:
    known = elements_ever()
    for name in holds.elements:
        yield from (Home(known[identifier], model._meta.label, name) for identifier in holds.elements_of(name))
    for element in known.values():
        if element.category in holds.attribute_categories and not element.is_secret:
            yield Home(element, model._meta.label, holds.attributes, is_attribute=True)


def stored_fields(model: type[models.Model]) -> list[Any]:
    """The fields of a model that are columns; a composite key is made of fields that stand there themselves."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.CompositePrimaryKey)]

"""Homes of elements made up for tests of the data map: no real model has a say in them."""

import pytest

from privacy import holdings
from privacy.holdings import Holds, Home
from privacy.notice import elements_ever


def home(identifier: str, model: str = "", field: str = "", *, is_attribute: bool = False) -> Home:
    return Home(elements_ever()[identifier], model, field, is_attribute)


class Meta:
    def __init__(self, label: str) -> None:
        self.label = label


def give_homes(monkeypatch: pytest.MonkeyPatch, name: str = "records.Person") -> None:
    """Customers (category 1) and messages (13, 16) in models, the rest of 1 without home, secrets dropped.

    The name has two fields of one model (`name`) and an attribute of another. The other categories' elements are
    attributes.
    """
    homes: dict[str, list[Home]] = {}
    for identifier, element in elements_ever().items():
        if element.is_secret:
            homes[identifier] = [home(identifier)]
        elif element.category == 1:
            homes[identifier] = []
        else:
            homes[identifier] = [home(identifier, "records.Sheet", "content", is_attribute=True)]
    names = "c01-customer-and-key-contacts-names"
    homes[names] = [
        home(names, name, "first"),
        home(names, name, "last"),
        home(names, "records.Sheet", "content", is_attribute=True),
    ]
    declared = [model(name, ("RET-1", "RET-3")), model("records.Sheet", ("RET-3", "RET-5", "RET-7"))]
    monkeypatch.setattr(holdings, "homes", lambda: homes)
    monkeypatch.setattr(holdings, "holding_models", lambda: declared)


def model(label: str, rules: tuple[str, ...]) -> tuple[object, Holds]:
    """A stand-in for a model: the map asks it for its label only."""
    made = type("Model", (), {"_meta": Meta(label)})
    return made, Holds(elements={}, system={}, individual="self", clock="pk", rules=rules, rule_field="rule")

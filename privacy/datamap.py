"""The data map: each element of the notice, where it is held, who may read it and when it goes.

Made from the models' declarations (privacy.holdings) alone, so it cannot say anything that the program does not do.
Source: 5 U.S.C. 552a(e)(4)(C) and (E).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privacy import holdings
from privacy.holdings import Home
from privacy.notice import Category, Element, Notice, RetentionRule, in_force
from privacy.readers import readers
from privacy.roles import Role

DROPPED, HOMELESS = "dropped on intake", "no home yet"


@dataclass(frozen=True)
class Row:
    """An element at one of its homes; `home` is None where it has none."""

    category: Category
    element: Element
    home: Home | None
    readers: tuple[Role, ...]
    rules: tuple[RetentionRule, ...]

    @property
    def is_kept(self) -> bool:
        return self.home is not None and not self.home.is_dropped

    @property
    def model(self) -> str:
        """The model's label, or why there is none."""
        if self.home is None:
            return HOMELESS
        return self.home.model or DROPPED

    @property
    def place(self) -> str:
        """Model and field."""
        if self.home is None or self.home.is_dropped:
            return self.model
        return f"{self.home.model}.{self.home.field}"

    @property
    def reader_names(self) -> tuple[str, ...]:
        return tuple(role.label for role in self.readers) if self.is_kept else ("Nobody",)

    @property
    def rule_names(self) -> tuple[str, ...]:
        """The rules that a row of the model may be under, each with its period."""
        return tuple(rule_name(rule) for rule in self.rules) if self.is_kept else ("Nothing is kept",)


def rule_name(rule: RetentionRule) -> str:
    """`Rule 2A: up to 2 years`"""
    return f"Rule {rule.id.removeprefix('RET-')}: {rule.period}"


def data_map() -> list[Row]:
    """Every element of the version in force at each of its homes, in the notice's order."""
    notice, homes = in_force(), holdings.homes()
    rules = {model._meta.label: holds.rules for model, holds in holdings.holding_models()}
    return [
        Row(category, element, home, tuple(readers(category.number)), _rules(notice, rules, home))
        for category in notice.categories
        for element in category.elements
        for home in homes[element.id] or [None]
    ]


def _rules(notice: Notice, rules: dict[str, tuple[str, ...]], home: Home | None) -> tuple[RetentionRule, ...]:
    return tuple(notice.retention_rules[rule] for rule in (rules.get(home.model, ()) if home else ()))


def narrowed(rows: Iterable[Row], *, category: str, sensitivity: str, text: str) -> list[Row]:
    """The rows of a category (its number), of a sensitivity, and with a text in element or home; empty is any."""
    return [
        row
        for row in rows
        if category in {"", str(row.category.number)}
        and sensitivity in {"", row.element.sensitivity}
        and text.casefold() in f"{row.element.label} {row.element.id} {row.place}".casefold()
    ]


COLUMNS = ("Category", "Category title", "Element", "Element id", "Sensitivity", "Home", "Who may read", "Retention")


def table(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """The map as a file has it: a heading row, then a row an element and home."""
    yield COLUMNS
    for row in rows:
        yield (
            str(row.category.number),
            row.category.title,
            row.element.label,
            row.element.id,
            row.element.sensitivity,
            row.place,
            ", ".join(row.reader_names),
            " or ".join(row.rule_names),
        )

"""The data map: each element of the notice, where it is held, who may read it and when it goes.

Made from the models' declarations (privacy.holdings) alone, so it cannot say anything that the program does not do.
Source: 5 U.S.C. 552a(e)(4)(C) and (E).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from privacy import holdings
from privacy.holdings import Home
from privacy.notice import Category, Element, Notice, RetentionRule, in_force
from privacy.readers import readers
from privacy.roles import Role
from privacy.wording import label_words

DROPPED, HOMELESS = gettext_noop("Dropped on intake"), gettext_noop("No home yet")


@dataclass(frozen=True)
class Row:
    """An element in one of the models that hold it; without a home there where it has none."""

    category: Category
    element: Element
    homes: tuple[Home, ...]
    readers: tuple[Role, ...]
    rules: tuple[RetentionRule, ...]

    @property
    def is_kept(self) -> bool:
        return any(not home.is_dropped for home in self.homes)

    @property
    def is_attribute(self) -> bool:
        return any(home.is_attribute for home in self.homes)

    @property
    def model(self) -> str:
        """The model's label, or why there is none."""
        return (self.homes[0].model or DROPPED) if self.homes else HOMELESS

    @property
    def model_name(self) -> str:
        """The same for readers: a model's label is a name, what stands for none is in their language."""
        return self.model if self.is_kept else gettext(self.model)

    @property
    def places(self) -> tuple[str, ...]:
        """Model and field of each home."""
        return tuple(f"{home.model}.{home.field}" for home in self.homes) if self.is_kept else (self.model,)

    @property
    def reader_names(self) -> tuple[str, ...]:
        return tuple(gettext(role.label) for role in self.readers) if self.is_kept else (gettext("Nobody"),)

    @property
    def rule_names(self) -> tuple[str, ...]:
        """The rules that the element may be under in this model, each with its period."""
        return tuple(rule_name(rule) for rule in self.rules) if self.is_kept else (gettext("Nothing is kept"),)


# How the notice in force says how long records are kept, for the translator.
TERMS = (
    gettext_noop("customer ceases to participate"),
    gettext_noop("up to 2 years"),
    gettext_noop("24 months"),
    gettext_noop("3 years"),
    gettext_noop("5 years"),
)


def rule_name(rule: RetentionRule) -> str:
    """`Rule 2A: up to 2 years`, `Rule 1: until customer ceases to participate`"""
    term = gettext(rule.period) if rule.count else _until(rule.trigger.replace("_", " "))
    return gettext("Rule %(rule)s: %(term)s") % {"rule": rule.id.removeprefix("RET-"), "term": term}


def _until(trigger: str) -> str:
    return gettext("until %(trigger)s") % {"trigger": gettext(trigger)}


def data_map() -> list[Row]:
    """Every element of the version in force in each model that holds it, in the notice's order."""
    notice, homes = in_force(), holdings.homes()
    rules = {model._meta.label: holds.rules for model, holds in holdings.holding_models()}
    return [
        Row(category, element, by_model, tuple(readers(category.number)), _rules(notice, category, rules, by_model))
        for category in notice.categories
        for element in category.elements
        for by_model in _by_model(homes[element.id])
    ]


def _by_model(homes: list[Home]) -> list[tuple[Home, ...]]:
    """The homes of an element, those in one model together; one empty group where there are none."""
    models = dict.fromkeys(home.model for home in homes)
    return [tuple(home for home in homes if home.model == model) for model in models] or [()]


def _rules(
    notice: Notice, category: Category, of_models: dict[str, tuple[str, ...]], homes: tuple[Home, ...]
) -> tuple[RetentionRule, ...]:
    """Of the model's rules those that are for the category, or all of them where none is; in the notice's order."""
    declared = {rule for home in homes for rule in of_models.get(home.model, ())}
    rules = tuple(rule for rule in notice.retention if rule.id in declared)
    return tuple(rule for rule in rules if category.number in rule.categories) or rules


def narrowed(rows: Iterable[Row], *, category: str, sensitivity: str, text: str) -> list[Row]:
    """The rows of a category (its number), of a sensitivity, and with a text in element or home; empty is any."""
    return [
        row
        for row in rows
        if category in {"", str(row.category.number)}
        and sensitivity in {"", row.element.sensitivity}
        and text.casefold() in " ".join(_searched(row)).casefold()
    ]


def _searched(row: Row) -> tuple[str, ...]:
    return (row.element.label, label_words(row.element.label), row.element.id, *row.places)


COLUMNS = ("Category", "Category title", "Element", "Element id", "Sensitivity", "Home", "Who may read", "Retention")


def table(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """The map as a file has it: a heading row, then a row an element and model."""
    yield COLUMNS
    for row in rows:
        yield (
            str(row.category.number),
            row.category.title,
            row.element.label,
            row.element.id,
            row.element.sensitivity,
            ", ".join(row.places),
            ", ".join(row.reader_names),
            " or ".join(row.rule_names),
        )

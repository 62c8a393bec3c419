"""What a notice is made of: typed and immutable.

The words are the notice's own; sensitivity, type, subject, handling and the links from purposes and rules to
categories are readings of ours, marked so in the files.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar


class Numbered(Protocol):
    @property
    def number(self) -> int: ...


N = TypeVar("N", bound=Numbered)


def by_number(items: tuple[N, ...]) -> dict[int, N]:
    return {item.number: item for item in items}


@dataclass(frozen=True)
class Element:
    """One thing of a category that a person could ask for by itself. `label` is the notice's word for it."""

    id: str
    label: str
    category: int
    position: int
    type: str
    sensitivity: str
    subject: str
    handling: str
    retention: str
    is_many: bool = False
    phrase: str = ""  # the notice's words where it shares a noun between several elements
    duplicate_of: str = ""
    note: str = ""

    @property
    def is_secret(self) -> bool:
        return self.sensitivity == "secret"

    @property
    def is_encrypted(self) -> bool:
        """Whether it is kept encrypted, where it is kept at all."""
        return self.handling == "encrypt"


@dataclass(frozen=True)
class Category:
    id: str
    number: int
    slug: str
    title: str
    text: str
    retrieval: tuple[str, ...]
    retention: str
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Purpose:
    id: str
    number: int
    text: str
    categories: tuple[int, ...]


@dataclass(frozen=True)
class Individuals:
    id: str
    number: int
    text: str
    categories: tuple[int, ...]


@dataclass(frozen=True)
class RoutineUse:
    id: str
    number: int
    title: str
    applies: bool
    gist: str
    basis: str


@dataclass(frozen=True)
class RetrievalRule:
    id: str
    number: int
    text: str
    keys: tuple[str, ...]
    categories: tuple[int, ...]
    is_personal: bool
    note: str = ""


@dataclass(frozen=True)
class RetentionRule:
    """`count` and `unit` (day, month or year) after `trigger`; `trigger_stated` where the notice itself names it."""

    id: str
    number: int
    text: str
    count: int
    unit: str
    is_maximum: bool
    trigger: str
    trigger_stated: bool
    categories: tuple[int, ...]
    scope: str = ""
    note: str = ""

    @property
    def period(self) -> str:
        """In words: `3 years`, `24 months`, `up to 2 years`, `at once`."""
        if not self.count:
            return "at once"
        return f"{'up to ' if self.is_maximum else ''}{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class Safeguard:
    id: str
    kind: str
    text: str
    software: str = ""


@dataclass(frozen=True)
class Section:
    """A section as the Federal Register prints it: its own paragraphs, after the list `of` where it has one."""

    key: str
    heading: str
    of: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """Whom to ask whether a record exists. Without an address of its own it is the system manager's."""

    about: str
    to: str
    form: str = ""
    must_include: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Notice:
    """One version. In force on every day from `effective` to `until`, both included; without `until` it is the last."""

    id: str
    number: str
    name: str
    agency: str
    status: str
    basis: str
    citation: str
    published: date
    effective: date
    until: date | None
    manager_title: str
    manager_address: str
    authority: tuple[str, ...]
    access_regulation: str
    sections: tuple[Section, ...]
    purposes: tuple[Purpose, ...]
    individuals: tuple[Individuals, ...]
    categories: tuple[Category, ...]
    sources: tuple[str, ...]
    routine_uses: tuple[RoutineUse, ...]
    retrieval: tuple[RetrievalRule, ...]
    retention: tuple[RetentionRule, ...]
    safeguards: tuple[Safeguard, ...]
    notification: tuple[Route, ...]
    oddities: tuple[str, ...]

    @property
    def is_derived(self) -> bool:
        """Whether these words are ours, made from a published version, rather than published."""
        return self.status == "derived"

    @property
    def version(self) -> str:
        """What commands and addresses call it: `2025-05-12`."""
        return self.id.partition("@")[2]

    def is_in_force(self, day: date) -> bool:
        return self.effective <= day and (self.until is None or day <= self.until)

    @cached_property
    def elements(self) -> dict[str, Element]:
        """All elements by id, in the notice's order."""
        return {element.id: element for category in self.categories for element in category.elements}

    @cached_property
    def categories_by_number(self) -> dict[int, Category]:
        return by_number(self.categories)

    @cached_property
    def purposes_by_number(self) -> dict[int, Purpose]:
        return by_number(self.purposes)

    @cached_property
    def routine_uses_by_number(self) -> dict[int, RoutineUse]:
        return by_number(self.routine_uses)

    @cached_property
    def retrieval_by_number(self) -> dict[int, RetrievalRule]:
        return by_number(self.retrieval)

    def category(self, number: int) -> Category:
        """Raises KeyError."""
        return self.categories_by_number[number]

    def purpose(self, number: int) -> Purpose:
        """Raises KeyError."""
        return self.purposes_by_number[number]

    def retrieval_rules(self, category: int) -> list[RetrievalRule]:
        """The rules by which records of the category are found again."""
        return [rule for rule in self.retrieval if rule.id in self.category(category).retrieval]

    @cached_property
    def retention_rules(self) -> dict[str, RetentionRule]:
        """All retention rules by id (the notice's rule 2 is RET-2A and RET-2B)."""
        return {rule.id: rule for rule in self.retention}

    def section(self, key: str) -> Section:
        """Raises KeyError."""
        return {section.key: section for section in self.sections}[key]

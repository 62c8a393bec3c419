"""What belongs to a record, such as a customer's contacts: a table a noun on the record's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from privacy.models import User
from records.nouns.base import Action, Noun, Page
from records.views.facts import text_of

SHOWN = 50


@dataclass(frozen=True)
class SectionRow:
    record: Any
    cells: list[str]
    address: str
    edit_address: str
    history_address: str
    actions: list[Action]


@dataclass(frozen=True)
class Section:
    """`count` may be more than the rows shown."""

    noun: Noun
    rows: list[SectionRow]
    count: int
    new_address: str


@dataclass(frozen=True)
class Apart:
    """How many things of a noun a parent has, and where they are listed."""

    noun: Noun
    count: int
    address: str
    new_address: str


def section_of(noun: Noun, parent: Any, user: User) -> Section:
    """A child noun's things of this parent, in the model's order. One query, two where there are more than shown."""
    rows = list(noun.children_of(parent, user).select_related(*noun.related)[: SHOWN + 1])
    count = len(rows) if len(rows) <= SHOWN else noun.children_of(parent, user).count()
    may_keep = noun.may_keep(user)
    new = "" if noun.is_single and rows else _new_address(noun, parent, user)
    return Section(noun, [_row(noun, row, may_keep) for row in rows[:SHOWN]], count, new)


def sections_of(children: Iterable[Noun], parent: Model, user: User) -> list[Section]:
    """The sections of those nouns that the user may see, but for those listed apart."""
    shown = [child for child in children if child.may_see(user) and not child.is_listed_apart]
    return [section_of(child, parent, user) for child in shown]


def apart_of(children: Iterable[Noun], parent: Any, user: User) -> list[Apart]:
    """The nouns whose things of this parent have a list of their own. One query each."""
    shown = [child for child in children if child.may_see(user) and child.is_listed_apart]
    return [
        Apart(child, child.children_of(parent, user).count(), list_of(child, parent), _new_address(child, parent, user))
        for child in shown
    ]


def list_of(noun: Noun, parent: Any) -> str:
    """Where the things of this parent are listed."""
    return f"{noun.address(Page.LIST)}?{urlencode({'of': parent.key})}"


def _new_address(noun: Noun, parent: Any, user: User) -> str:
    may_add = noun.may_keep(user) and Page.NEW in noun.pages
    return reverse(noun.route(Page.NEW), args=[parent.key]) if may_add else ""


def _row(noun: Noun, record: Any, may_keep: bool) -> SectionRow:
    return SectionRow(
        record=record,
        cells=[text_of(record, column.name) for column in noun.columns],
        address=noun.address(Page.ONE, record) if noun.has(Page.ONE) else "",
        edit_address=noun.address(Page.EDIT, record) if may_keep and Page.EDIT in noun.pages else "",
        history_address=noun.address(Page.HISTORY, record) if Page.HISTORY in noun.pages else "",
        actions=[action for action in noun.actions if may_keep and action.is_offered(record)],
    )

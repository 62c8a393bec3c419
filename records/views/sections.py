"""What belongs to a record, such as a customer's contacts: a table a noun on the record's page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from privacy.models import User
from privacy.refusing import what_would_do
from privacy.rights.beside import mark_disputed
from records.listing import Column
from records.models import Customer
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
    columns: tuple[Column, ...]
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
    columns = noun.columns_under(parent)
    return Section(noun, columns, [_row(noun, row, columns, may_keep) for row in rows[:SHOWN]], count, new)


def sections_of(children: Iterable[Noun], parent: Model, user: User) -> list[Section]:
    """The sections of those nouns that the user may see, but for those listed apart.

    Of what is not made on this page, those alone that there are.
    """
    shown = [child for child in children if child.may_see(user) and not _is_apart(child, type(parent))]
    made = [child for child in shown if child.is_child_of(type(parent))]
    there = _there([child for child in shown if child not in made], parent, user)
    further = [section_of(child, parent, user) for child in there]
    found = [*(section_of(child, parent, user) for child in made), *(one for one in further if one.rows)]
    mark_disputed(row.record for section in found for row in section.rows)
    return found


def _there(nouns: list[Noun], parent: Model, user: User) -> list[Noun]:
    """Of nouns that share a model, those of whose category there is a record. One query for all of them."""
    shared = [noun for noun in nouns if noun.category]
    if not shared:
        return nouns
    same = parent.records_of_person() if isinstance(parent, Customer) else [parent]
    rows = shared[0].model._default_manager.filter(**{f"{shared[0].also_under}__in": same})
    found = set(rows.values_list("category", flat=True).distinct())
    return [noun for noun in nouns if not noun.category or noun.category in found]


def _is_apart(child: Noun, parent: type[Model]) -> bool:
    """Listed apart from what they are made under, which may have very many; whatever else they belong to has few."""
    return child.is_listed_apart and child.is_child_of(parent)


def categories_shown(children: Iterable[Noun], parent: type[Model], user: User) -> list[int]:
    """The categories of records that the sections of these nouns show the user on the page of such a thing."""
    shown = [child for child in children if child.may_see(user) and not _is_apart(child, parent)]
    return sorted({category for child in shown for category in child.categories})


def reached(children: Iterable[Noun], withheld: Collection[int]) -> list[Noun]:
    """The nouns of which no category is withheld."""
    return [child for child in children if not set(child.categories) & set(withheld)]


@dataclass(frozen=True)
class Withheld:
    """A noun whose records what the user reads for does not reach, and the sentence that says what would."""

    noun: Noun
    sentence: str


def withheld_of(children: Iterable[Noun], user: User, withheld: Collection[int]) -> list[Withheld]:
    """The nouns that the user may see, of which some category is withheld."""
    shut = [child for child in children if child.may_see(user) and set(child.categories) & set(withheld)]
    return [Withheld(child, what_would_do(child.categories, user.roles)) for child in shut]


def apart_of(children: Iterable[Noun], parent: Any, user: User) -> list[Apart]:
    """The nouns whose things of this parent have a list of their own. One query each."""
    shown = [child for child in children if child.may_see(user) and _is_apart(child, type(parent))]
    return [
        Apart(child, child.children_of(parent, user).count(), list_of(child, parent), _new_address(child, parent, user))
        for child in shown
    ]


def list_of(noun: Noun, parent: Any) -> str:
    """Where the things of this parent are listed."""
    return f"{noun.address(Page.LIST)}?{urlencode({'of': parent.key})}"


def _new_address(noun: Noun, parent: Any, user: User) -> str:
    may_add = noun.may_keep(user) and Page.NEW in noun.pages and noun.is_child_of(type(parent))
    return reverse(noun.route(Page.NEW), args=[parent.key]) if may_add else ""


def _row(noun: Noun, record: Any, columns: tuple[Column, ...], may_keep: bool) -> SectionRow:
    return SectionRow(
        record=record,
        cells=[text_of(record, column.name) for column in columns],
        address=noun.address(Page.ONE, record) if noun.has(Page.ONE) else "",
        edit_address=noun.address(Page.EDIT, record) if may_keep and Page.EDIT in noun.pages else "",
        history_address=noun.address(Page.HISTORY, record) if Page.HISTORY in noun.pages else "",
        actions=[action for action in noun.actions if may_keep and action.is_offered(record)],
    )

"""What belongs to a record, such as a customer's contacts: a table a noun on the record's page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext

from privacy.models import User
from privacy.prepared import ask
from privacy.refusing import what_would_do
from privacy.rights.beside import mark_disputed
from records.listing import Column
from records.models import Customer
from records.models.customer import OF_PERSON
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
    return _section(noun, parent, user, rows, count)


def sections_of(children: Iterable[Noun], parent: Model, user: User) -> list[Section]:
    """The sections of those nouns that the user may see, but for those listed apart.

    Of what is not made on this page, those alone that there are. One query says what there is, and one more for each
    noun that there is something of: most parents have something of few.
    """
    shown = [child for child in children if child.may_see(user) and not _is_apart(child, type(parent))]
    made = [child for child in shown if child.is_child_of(type(parent))]
    there = _there(shown, parent)
    found = [section_of(one, parent, user) if one in there else _section(one, parent, user, [], 0) for one in made]
    further = (section_of(one, parent, user) for one in shown if one in there and one not in made)
    found += [section for section in further if section.rows]
    mark_disputed(row.record for section in found for row in section.rows)
    return found


def _section(noun: Noun, parent: Any, user: User, rows: list[Any], count: int) -> Section:
    may_keep = noun.may_keep(user)
    new = "" if noun.is_single and rows else _new_address(noun, parent, user)
    columns = noun.columns_under(parent)
    return Section(noun, columns, [_row(noun, row, columns, may_keep) for row in rows[:SHOWN]], count, new)


def _there(nouns: list[Noun], parent: Model) -> list[Noun]:
    """Those of which anything hangs on the parent, whoever may see it. One query, none where there are no nouns.

    Its text is put together here, for Django takes longer to write so many subqueries than PostgreSQL to answer them.
    """
    if not nouns:
        return []
    of_same = "= ANY ((SELECT ids FROM same)::bigint[])"
    asked = [f"EXISTS (SELECT FROM {noun.hanging_on(type(parent))} {of_same})" for noun in nouns]
    with connection.cursor() as cursor:
        ask(cursor, f"WITH same AS (SELECT {_same(parent)} AS ids) SELECT {', '.join(asked)}", {"person": parent.pk})
        (row,) = cursor.fetchall()
    return [noun for noun, is_there in zip(nouns, row, strict=True) if is_there]


def _same(parent: Model) -> str:
    """Whose things are the parent's: its own, and those of the records that are merged into it."""
    return OF_PERSON if isinstance(parent, Customer) else "ARRAY[%(person)s::bigint]"


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
    return reverse(noun.route(Page.NEW), args=[parent.key]) if may_add and noun.takes_more(parent) else ""


def _cell(record: Any, column: Column) -> str:
    """As the list of the noun has it: a stored word by its label."""
    word = str(getattr(record, column.name)) if column.words else ""
    return gettext(str(column.words[word])) if word in column.words else text_of(record, column.name)


def _row(noun: Noun, record: Any, columns: tuple[Column, ...], may_keep: bool) -> SectionRow:
    return SectionRow(
        record=record,
        cells=[_cell(record, column) for column in columns],
        address=noun.address(Page.ONE, record) if noun.has(Page.ONE) else "",
        edit_address=noun.address(Page.EDIT, record) if may_keep and Page.EDIT in noun.pages else "",
        history_address=noun.address(Page.HISTORY, record) if Page.HISTORY in noun.pages else "",
        actions=[action for action in noun.actions if may_keep and action.is_offered(record)],
    )

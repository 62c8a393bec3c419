"""A noun: one kind of record, and from one declaration its list, new, page, edit and history pages.

Each module beside this one declares one noun under the name `NOUN`; `records.nouns.nouns` finds them. Nothing else
needs to know of a new one but the table of tests/config/test_access.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy.enums import KeyKind
from privacy.holdings import Holds, declaration_of
from privacy.models import User
from privacy.places import PAGES, Place, declare_place
from privacy.roles import Permit
from records.forms.record import RecordForm
from records.listing import Column, Listing, by_list
from records.models import Customer
from records.models.provenance import made_up_lookup


class Page(Enum):
    """The pages that a noun may have. A child's NEW stands under its parent, and its list on the parent's page."""

    LIST = "list"
    NEW = "new"
    ONE = "page"
    EDIT = "edit"
    HISTORY = "history"


EVERY_PAGE = frozenset(Page)
CHILD_PAGES = frozenset({Page.NEW, Page.EDIT, Page.HISTORY})


@dataclass(frozen=True)
class Action:
    """A button on the page or beside the row of one: it posts to the route of this name with the record's key."""

    label: str
    route: str
    is_offered: Callable[[Any], bool] = lambda instance: True


def always(parent: Any) -> bool:
    return True


@dataclass(frozen=True)
class Noun:
    """`visible` gives the records that a user's scope holds, whatever their permits for the noun.

    `see` and `keep` are the permits of which one is needed to open and to make or change. `parent` names the foreign
    key of a thing of another noun. `search` are lookups that a text in the search box is tried with. `more` gives the
    template of the page of one more than the facts; how many people are shown there it says as `people`.
    """

    slug: str
    singular: str
    plural: str
    model: type[Model]
    form: type[RecordForm]
    see: tuple[Permit, ...]
    keep: tuple[Permit, ...]
    visible: Callable[[User], "QuerySet[Any]"]
    columns: tuple[Column, ...]
    sort: str
    facts: tuple[str, ...] = ()  # fields on the page of one; those of the form where none are named
    there: tuple[str, ...] = ()  # facts that are moments by the clock of the record's place, its `zone`
    for_keepers: tuple[str, ...] = ()  # facts, and what was changed of them, that only those who keep the noun see
    related: tuple[str, ...] = ()  # foreign keys that the page of one follows
    search: tuple[str, ...] = ()
    search_hint: str = ""
    about: str = ""  # what the records are, for the page of all nouns; and where there are none, unless `none` is said
    none: str = ""  # what stands where there are none
    parent: str = ""
    takes_more: Callable[[Any], bool] = always  # whether a further one may be made under this parent
    also_under: str = ""  # another foreign key, on whose page they stand too where there are any
    category: int = 0  # the one category of its records, where several nouns share a model
    section_columns: tuple[Column, ...] = ()  # on the page of what they belong to; `columns` where none are named
    time_line: tuple[str, ...] = ()  # of what stands in a customer's time line: when it happened, then what it was
    ended: str = ""  # the field with the date on which one ended; ended ones are listed when asked for
    pages: frozenset[Page] = EVERY_PAGE
    key: KeyKind = KeyKind.LIST  # by which of the notice's keys the page of one is opened
    searched_key: Callable[[str], KeyKind] = by_list
    filters: "type[NounFilters] | None" = None
    actions: tuple[Action, ...] = ()
    list_route: str = ""  # another page that is the list
    one_route: str = ""  # another page that is the page of one
    is_single: bool = False  # a parent has one at most
    is_listed_apart: bool = False  # the parent's page leads to the list of them, filtered by `of`, and shows none
    more: Callable[[User, Any], Mapping[str, Any]] | None = None
    templates: Mapping[Page, str] = field(default_factory=dict)

    @property
    def said_of_none(self) -> str:
        return self.none or self.about

    @property
    def name(self) -> str:
        """The slug as names of routes and places have it."""
        return self.slug.replace("-", "_")

    def route(self, page: Page) -> str:
        if page is Page.ONE and self.one_route:
            return self.one_route
        if page is Page.LIST and self.list_route:
            return self.list_route
        return f"{self.name}_{page.value}"

    def has(self, page: Page) -> bool:
        return page in self.pages or bool({Page.ONE: self.one_route, Page.LIST: self.list_route}.get(page))

    def address(self, page: Page, instance: Any = None) -> str:
        """The address of a page: of one record, or of a child's parent for NEW."""
        return reverse(self.route(page), args=[instance.key] if instance is not None else [])

    def template(self, page: Page) -> str:
        return self.templates.get(page, f"records/noun_{page.value}.html")

    def may_see(self, user: User) -> bool:
        return user.has_one_of(self.see)

    def may_keep(self, user: User) -> bool:
        return user.has_one_of(self.keep)

    def may_read(self, user: User, field: str) -> bool:
        return field not in self.for_keepers or self.may_keep(user)

    def of(self, user: User) -> "QuerySet[Any]":
        """What the user may open: nothing without a permit."""
        return self.visible(user) if self.may_see(user) else self.model._default_manager.none()

    def children_of(self, parent: Model, user: User) -> "QuerySet[Any]":
        """Those of the parent, or of what they stand under too; of a customer, those of every record of the person."""
        same = parent.records_of_person() if isinstance(parent, Customer) else [parent]
        return self.of(user).filter(**{f"{self._path_to(type(parent))}__in": same})

    def hanging_on(self, parent: type[Model]) -> str:
        """The table and condition, up to the column of the parent, by which such a parent's things are found."""
        column = self.model._meta.get_field(self._path_to(parent)).column  # type: ignore[union-attr]
        of_category = f"category = {self.category:d} AND " if self.category else ""
        return f"{self.model._meta.db_table} WHERE {of_category}{column}"

    def _path_to(self, parent: type[Model]) -> str:
        return self.parent if self.is_child_of(parent) else self.also_under

    def columns_under(self, parent: Model) -> tuple[Column, ...]:
        """The columns of the table on the page of what they belong to, without those that say whose they are."""
        if self.section_columns:
            return self.section_columns
        path = self.also_under if not self.is_child_of(type(parent)) else ""
        return tuple(column for column in self.columns if not (path and column.name.startswith(f"{path}__")))

    def is_child_of(self, model: type[Model]) -> bool:
        return bool(self.parent) and self.parent_model is model

    def stands_under(self, model: type[Model]) -> bool:
        """Whether they stand on the page of such a thing without being made there."""
        return bool(self.also_under) and self._related(self.also_under) is model and not self.is_child_of(model)

    @cached_property
    def parent_model(self) -> type[Model]:
        return self._related(self.parent)

    def _related(self, name: str) -> type[Model]:
        return self.model._meta.get_field(name).remote_field.model  # type: ignore[union-attr]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields on the page of one."""
        return self.facts or tuple(self.form._meta.fields or ())

    @cached_property
    def categories(self) -> tuple[int, ...]:
        """The categories of records that these hold; none for what is no record of the notice."""
        if self.category:
            return (self.category,)
        holds = declaration_of(self.model)
        return holds.categories if isinstance(holds, Holds) else ()

    @cached_property
    def place(self) -> Place | None:
        """Where the door says that these records are read; None for what is no record of the notice."""
        if not self.categories:
            return None
        page = Page.LIST if Page.LIST in self.pages else Page.EDIT
        label = f"{self.plural}:{PAGES}"
        return declare_place(self.route(page), label, self.categories, is_page=page is Page.LIST, permits=self.see)

    @cached_property
    def listing(self) -> Listing:
        first, *rest = self.columns
        if self.has(Page.ONE) and first.address is None:
            first = Column(first.label, first.name, first.kind, self._address_of_row, first.words)
        return Listing(
            name=self.plural.lower(),
            columns=(first, *rest),
            filters=type("Filters", (self.filters or NounFilters,), {"noun": self}),
            rows=self.of,
            key="key",
            sort=self.sort,
            singular=self.singular.lower(),
            made_up=made_up_lookup(self.model),
            place=self.place,
            searched_key=self.searched_key,
        )

    def _address_of_row(self, row: Mapping[str, Any]) -> str:
        return reverse(self.route(Page.ONE), args=[row["key"]])


def of_visible_customers(model: type[Model], path: str = "customer") -> Callable[[User], "QuerySet[Any]"]:
    """The scope of a customer's things: those of the customers whom the user sees."""
    return lambda user: model._default_manager.filter(**{f"{path}__in": Customer.objects.records_visible_to(user)})


class NounFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Search by the noun's lookups, and those that have ended where the noun knows an end."""

    noun: Noun
    search = filters.CharFilter(method="find", label=_("Search"))
    ended = filters.BooleanFilter(method="with_ended", label=_("Ended ones too"), widget=forms.CheckboxInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.noun.search:
            del self.filters["search"]
        if not self.noun.ended:
            del self.filters["ended"]

    def find(self, rows: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        text = text.strip()
        if not text:
            return rows
        tried = Q()
        for lookup in self.noun.search:
            field, _dots, how = lookup.rpartition("__")
            if how == "istartswith":
                # As the indexes of names have it; Django's own would upper-case both, and find no index.
                rows = rows.annotate(**{f"{field}_lower": Lower(field)})
                tried |= Q(**{f"{field}_lower__startswith": text.lower()})
            else:
                tried |= Q(**{lookup: text})
        return rows.filter(tried)

    def with_ended(self, rows: "QuerySet[Any]", name: str, wanted: bool) -> "QuerySet[Any]":
        return rows

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        if self.noun.ended and not self.form.cleaned_data.get("ended"):
            rows = rows.filter(**{f"{self.noun.ended}__isnull": True})
        return rows

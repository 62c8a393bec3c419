"""Lists: one declaration (columns, filters, rows) is the page of a list, and the files of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.forms import BaseForm, Field
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext

from privacy.enums import KeyKind
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import Place
from records.ordering import Order

Row = Mapping[str, Any]
# The filter that is a search box.
SEARCH = "search"
# Of a list's address the words that are about how it is shown, and narrow nothing.
OF_THE_PAGE = ("sort", "size", "layout")


class Kind(Enum):
    """How a cell is shown, and how it is typed in a file."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"

    @property
    def is_number(self) -> bool:
        return self in {Kind.COUNT, Kind.RATE, Kind.MONEY, Kind.DECIMAL}


@dataclass(frozen=True, eq=False)
class Column:
    """One column, which equals itself alone. `name` is the field or annotation that it shows and sorts by; `address`
    where its cell leads.

    `words` says what people call a stored word (the labels of a field with choices), `said` puts a sentence that the
    program keeps in English into the reader's language. `rank` is the same value as an
    aggregate over joined rows: a page sorted by it is found in one pass, not by a look-up for each row of the list.
    """

    label: "str | Promise"
    name: str
    kind: Kind = Kind.TEXT
    address: Callable[[Row], str] | None = None
    words: "Mapping[str, str | Promise]" = field(default_factory=dict)
    said: Callable[[str], str] | None = None
    rank: "Combinable | None" = None

    def value(self, row: Row) -> Any:
        """As its page and its files have it: a stored word by its label, in the reader's language."""
        value = row[self.name]
        if self.said:
            return self.said(value or "")
        return in_language(self.words.get(value, value)) if self.words else value


def in_language(value: Any) -> Any:
    """A stored word's label in the reader's language; anything else as it is."""
    return gettext(value) if isinstance(value, str) and value else value


def by_list(text: str) -> KeyKind:
    """What a search box finds that looks nobody up."""
    return KeyKind.LIST


@dataclass(frozen=True)
class Act:
    """What can be done with one row: a link beside it. `said` is the label where it must tell which row is meant."""

    label: "str | Promise"
    address: str
    said: "str | Promise" = ""
    is_download: bool = False
    is_post: bool = False


@dataclass(frozen=True)
class Listing:
    """`rows` gives what the user may see, with every column's name as field or annotation."""

    name: str
    columns: tuple[Column, ...]
    filters: type[filters.FilterSet]
    rows: Callable[[User], "QuerySet[Any]"]
    key: str
    sort: str
    # What one row is called.
    singular: str = "row"
    # The lookup that says of a row whether it is made up, where it has one.
    made_up: str = ""
    # The same rows, in a statement made for looking at few of them; and how many there are, where that is known faster.
    few: Callable[[User], "QuerySet[Any]"] | None = None
    count: Callable[[User], int] | None = None
    # Where it is shown, of a list of persons: its rows are read through the door.
    place: Place | None = None
    # Which of the notice's keys a text in the search box is.
    searched_key: Callable[[str], KeyKind] = by_list
    # Columns on the page alone, which cannot be sorted by: `fill` adds their values to the rows of one page.
    page_columns: tuple[Column, ...] = ()
    fill: "Callable[[Chosen, Sequence[dict[str, Any]]], None] | None" = None
    # Columns of the files alone: what the page says in one cell stands there as numbers of one kind each.
    file_columns: tuple[Column, ...] = ()
    # What else the acts, the addresses of the cells and the tags of a row need to know of it.
    needs: tuple[str, ...] = ()
    acts: Callable[[User, Row], Iterable[Act]] | None = None
    # Words that warn, behind the name of a row.
    tags: Callable[[Row], Iterable[str]] | None = None
    # How many people's records a page shows, where a row is not one person's.
    people_in: Callable[[Sequence[Row]], int] = len

    @property
    def has_acts(self) -> bool:
        """For templates, which would call `acts`."""
        return self.acts is not None

    @property
    def columns_in_files(self) -> tuple[Column, ...]:
        return (*self.columns, *self.file_columns)

    @property
    def every_column(self) -> tuple[Column, ...]:
        return (*self.columns, *self.page_columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def chosen(self, request: HttpRequest, shown: "tuple[Column, ...] | None" = None) -> "Chosen":
        """What the address asks for, with the columns that are `shown`, or those of files.

        Filters that make no sense choose nothing and are told by `filterset.errors`.
        """
        user = signed_in(request)
        filterset = self.filters(request.GET, queryset=(self.few or self.rows)(user), request=request)
        return Chosen(self, filterset, self.sorted_by(request.GET.get("sort", "")), shown or self.columns_in_files)

    def sorted_by(self, asked: str) -> str:
        """The column asked for, if it is one of the list's, with a minus for descending."""
        return asked if asked.removeprefix("-") in {column.name for column in self.columns} else self.sort


@dataclass(frozen=True)
class Chosen:
    """A listing filtered and sorted; `sort` is a column's name, with a minus for descending."""

    listing: Listing
    filterset: filters.FilterSet
    sort: str
    # The columns that are worked out.
    columns: tuple[Column, ...] = ()

    @cached_property
    def queryset(self) -> "QuerySet[Any]":
        """What the filters choose of the listing's rows."""
        return _narrowed(self.filterset, self.listing.rows(signed_in(self.filterset.request)))

    @cached_property
    def few(self) -> "QuerySet[Any]":
        """The same, in a statement made for looking at few of them where the listing has one."""
        return _narrowed(self.filterset, self.filterset.queryset) if self.listing.few else self.queryset

    @property
    def rows(self) -> "QuerySet[Any, dict[str, Any]]":
        """The rows as mappings from column name to value, in the order asked for; equal ones by primary key.

        Of the whole list: a page of it is found by records.paging.
        """
        return self._as_mappings(self.queryset)

    def rows_of(self, keys: "QuerySet[Any, Any]") -> "QuerySet[Any, dict[str, Any]]":
        """The rows with these primary keys, which are few."""
        return self._as_mappings(self.few.filter(pk__in=keys))

    def _as_mappings(self, rows: "QuerySet[Any]") -> "QuerySet[Any, dict[str, Any]]":
        filled = {column.name for column in self.listing.page_columns}
        names = [column.name for column in self.columns if column.name not in filled]
        marks = [self.listing.made_up] if self.listing.made_up else []
        more = (self.order.name, self.listing.key, *marks, *self.listing.needs, "pk")
        return self.order.of(rows).values(*dict.fromkeys([*names, *more]))

    def count(self) -> int:
        """How many rows there are; of the whole list as its listing knows it."""
        if self.listing.count and self.filterset.is_valid() and not self.is_narrowed:
            return self.listing.count(signed_in(self.filterset.request))
        return self.queryset.order_by().count()

    def to_be_sought(self) -> "tuple[QuerySet[Any], Order]":
        """The rows among which the keys of a page are sought, and their order.

        Those sorted by a column with a `rank` are found in one pass over the rows that it is of.
        """
        rank = self.listing.column(self.order.name).rank
        if rank is not None:
            ranked = self.queryset.order_by().values("pk").annotate(rank=rank)
            return ranked, Order("rank", self.order.is_down, self.order.may_lack)
        return self.few.order_by(), self.order

    @property
    def order(self) -> Order:
        """A column that always has a value is sorted without a word about that: an index then serves both ways."""
        name = self.sort.removeprefix("-")
        always = {each.name for each in self.filterset.queryset.model._meta.concrete_fields if not each.null}
        return Order(name, is_down=self.sort.startswith("-"), may_lack=name not in always)

    @property
    def looked_up_by(self) -> KeyKind:
        """What the search box looks somebody up by; the list where nobody in particular is looked up."""
        text = str(self.filterset.data.get(SEARCH, "")).strip()
        return self.listing.searched_key(text) if text else KeyKind.LIST

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return bool(self.narrowed_by)

    @property
    def narrowed_by(self) -> list[str]:
        """The filters that are set."""
        asked = self.filterset.form.fields
        return [name for name in asked if any(map(self.filterset.data.get, words_of_filter(name, asked[name])))]

    @property
    def folded_narrowing(self) -> int:
        """How many are set of the filters that a narrow page folds away beside the search box."""
        return len([name for name in self.narrowed_by if name != SEARCH])


def names_in_address(form: BaseForm) -> list[str]:
    """The words that a form of filters reads from an address."""
    return [word for name, asked in form.fields.items() for word in words_of_filter(name, asked)]


def lacking(chosen: Chosen, asked: Iterable[str]) -> list[str]:
    """The words of an address that are no filter of the list as the user has it, and so narrow nothing."""
    return sorted(set(asked) - set(known_words(chosen)))


def known_words(chosen: Chosen) -> list[str]:
    """The words that an address of the list may have, as the user has it."""
    return [*names_in_address(chosen.filterset.form), *OF_THE_PAGE]


def words_of_filter(name: str, asked: Field) -> list[str]:
    """A filter's word in an address; a widget of several parts has one for each."""
    return [f"{name}{part}" for part in getattr(asked.widget, "widgets_names", [""])]


def _narrowed(filterset: filters.FilterSet, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those of the rows that the filters choose; none where the filters make no sense."""
    found: QuerySet[Any] = filterset.filter_queryset(rows.all()) if filterset.is_valid() else rows.none()
    return found


def as_cells(columns: Iterable[Column], row: Row) -> list[Any]:
    return [column.value(row) for column in columns]

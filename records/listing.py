"""Lists: one declaration (columns, filters, rows) is the page of a list, and the files of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import django_filters as filters
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from privacy.enums import KeyKind
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import Place

Row = Mapping[str, Any]
NEAR = 5_000  # rows from the start or end of a list: so far its statement for few rows is used


class Kind(Enum):
    """How a cell is shown, and how it is typed in a file."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"

    @property
    def is_number(self) -> bool:
        return self in {Kind.COUNT, Kind.RATE, Kind.MONEY}


@dataclass(frozen=True)
class Column:
    """One column. `name` is the field or annotation that it shows and sorts by; `address` where its cell leads.

    `words` says what people call a stored word (the labels of a field with choices). `rank` is the same value as an
    aggregate over joined rows: a page sorted by it is found in one pass, not by a look-up for each row of the list.
    """

    label: str
    name: str
    kind: Kind = Kind.TEXT
    address: Callable[[Row], str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    rank: "Combinable | None" = None

    def value(self, row: Row) -> Any:
        value = row[self.name]
        return self.words.get(value, value) if self.words else value


def by_list(text: str) -> KeyKind:
    """What a search box finds that looks nobody up."""
    return KeyKind.LIST


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

    def chosen(self, request: HttpRequest) -> "Chosen":
        """What the address asks for. Filters that make no sense choose nothing and are told by `filterset.errors`."""
        user = signed_in(request)
        filterset = self._filtered(request, self.rows(user))
        few = _chosen_rows(self._filtered(request, self.few(user))) if self.few else None
        return Chosen(self, filterset, self.sorted_by(request.GET.get("sort", "")), _chosen_rows(filterset), few)

    def _filtered(self, request: HttpRequest, rows: "QuerySet[Any]") -> Any:
        return self.filters(request.GET, queryset=rows, request=request)

    def sorted_by(self, asked: str) -> str:
        """The column asked for, if it is one of the list's, with a minus for descending."""
        return asked if asked.removeprefix("-") in {column.name for column in self.columns} else self.sort


@dataclass(frozen=True)
class Chosen:
    """A listing filtered and sorted; `sort` is a column's name, with a minus for descending."""

    listing: Listing
    filterset: filters.FilterSet
    sort: str
    queryset: "QuerySet[Any]"
    # The same, in a statement made for looking at few of them.
    few: "QuerySet[Any] | None" = None

    @property
    def rows(self) -> "QuerySet[Any, dict[str, Any]]":
        """The rows as mappings from column name to value, in the order asked for; equal ones by primary key.

        Of the whole list it works out every cell before it skips a row: `pages` are for those who look at a page.
        """
        return self._as_mappings(self.queryset)

    def rows_of(self, keys: "QuerySet[Any, Any]") -> "QuerySet[Any, dict[str, Any]]":
        """The rows with these primary keys, which are few."""
        return self._as_mappings((self.queryset if self.few is None else self.few).filter(pk__in=keys))

    def _as_mappings(self, rows: "QuerySet[Any]") -> "QuerySet[Any, dict[str, Any]]":
        names = [column.name for column in self.listing.columns]
        marks = [self.listing.made_up] if self.listing.made_up else []
        return self.ordered(rows).values(*dict.fromkeys([*names, self.listing.key, *marks]))

    @property
    def pages(self) -> "PagedRows":
        return PagedRows(self)

    def count(self) -> int:
        """How many rows there are; of the whole list as its listing knows it."""
        if self.listing.count and self.filterset.is_valid() and not self.is_narrowed:
            return self.listing.count(signed_in(self.filterset.request))
        return self.queryset.order_by().count()

    def keys(self, *, near: bool) -> "QuerySet[Any, dict[str, Any]]":
        """The rows' primary keys alone, in the order asked for. `near` says that the first ones of them are wanted."""
        column = next(column for column in self.listing.columns if column.name == self.sort.removeprefix("-"))
        if column.rank is not None:
            keys = self.queryset.order_by().values("pk").annotate(rank=column.rank)
            return self.ordered(keys, "rank").values("pk")
        rows = self.few if near and self.few is not None else self.queryset
        return self.ordered(rows.order_by().values("pk"))

    def ordered(self, rows: "QuerySet[Any, Any]", by: str = "") -> "QuerySet[Any, Any]":
        """Rows without a value come last, whichever way the list is sorted; equal ones go by primary key.

        A column that always has a value is sorted without a word about that: an index then serves both directions.
        """
        name = self.sort.removeprefix("-")
        always = {each.name for each in rows.model._meta.concrete_fields if not each.null}
        nulls_last = None if name in always else True
        column = F(by or name)
        if self.sort.startswith("-"):
            return rows.order_by(column.desc(nulls_last=nulls_last), "pk" if nulls_last else "-pk")
        return rows.order_by(column.asc(nulls_last=nulls_last), "pk")

    @property
    def looked_up_by(self) -> KeyKind:
        """What the search box looks somebody up by; the list where nobody in particular is looked up."""
        text = str(self.filterset.data.get("search", "")).strip()
        return self.listing.searched_key(text) if text else KeyKind.LIST

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return any(self.filterset.data.get(name) for name in self.filterset.filters)


class PagedRows:
    """A chosen list as a paginator takes it: counted, and cut into pages, each in one statement.

    A page is found among the keys alone and only its rows are worked out. Beyond the middle it is sought from the end.
    """

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen

    @cached_property
    def length(self) -> int:
        return self.chosen.count()

    def count(self) -> int:
        return self.length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, page: slice) -> list[dict[str, Any]]:
        """`page` has a start and a stop within the list, as a paginator's has."""
        start, stop = page.start, min(page.stop, self.length)
        from_end = start > self.length // 2
        first, last = (self.length - stop, self.length - start) if from_end else (start, stop)
        keys = self.chosen.keys(near=last <= NEAR)
        return list(self.chosen.rows_of((keys.reverse() if from_end else keys)[first:last])) if self.length else []


def _chosen_rows(filterset: filters.FilterSet) -> "QuerySet[Any]":
    rows: QuerySet[Any] = filterset.qs if filterset.is_valid() else filterset.queryset.none()
    return rows


def as_cells(columns: Iterable[Column], row: Row) -> list[Any]:
    return [column.value(row) for column in columns]

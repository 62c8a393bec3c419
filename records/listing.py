"""Lists: one declaration (columns, filters, rows) is the page of a list, and the files of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import django_filters as filters
from django.db.models import F, OrderBy, QuerySet
from django.http import HttpRequest

from privacy.enums import KeyKind
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import Place

Row = Mapping[str, Any]


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

    `words` says what people call a stored word (the labels of a field with choices).
    """

    label: str
    name: str
    kind: Kind = Kind.TEXT
    address: Callable[[Row], str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)

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
    # The lookup that says of a row whether it is made up, where it has one.
    made_up: str = ""
    # Where it is shown, of a list of persons: its rows are read through the door.
    place: Place | None = None
    # Which of the notice's keys a text in the search box is.
    searched_key: Callable[[str], KeyKind] = by_list

    def chosen(self, request: HttpRequest) -> "Chosen":
        """What the address asks for. Filters that make no sense choose nothing and are told by `filterset.errors`."""
        filterset = self.filters(request.GET, queryset=self.rows(signed_in(request)), request=request)
        rows = filterset.qs if filterset.is_valid() else filterset.queryset.none()
        return Chosen(self, filterset, self.sorted_by(request.GET.get("sort", "")), rows)

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

    @property
    def rows(self) -> "QuerySet[Any, dict[str, Any]]":
        """The rows as mappings from column name to value, in the order asked for; equal ones by primary key."""
        names = [column.name for column in self.listing.columns]
        marks = [self.listing.made_up] if self.listing.made_up else []
        return self.queryset.order_by(self.order, "pk").values(*dict.fromkeys([*names, self.listing.key, *marks]))

    @property
    def order(self) -> OrderBy:
        """Rows without a value come last, whichever way the list is sorted."""
        column = F(self.sort.removeprefix("-"))
        if self.sort.startswith("-"):
            return column.desc(nulls_last=True)
        return column.asc(nulls_last=True)

    @property
    def looked_up_by(self) -> KeyKind:
        """What the search box looks somebody up by; the list where nobody in particular is looked up."""
        text = str(self.filterset.data.get("search", "")).strip()
        return self.listing.searched_key(text) if text else KeyKind.LIST

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return any(self.filterset.data.get(name) for name in self.filterset.filters)


def as_cells(columns: Iterable[Column], row: Row) -> list[Any]:
    return [column.value(row) for column in columns]

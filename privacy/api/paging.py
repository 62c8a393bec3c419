"""Pages of lists: by where the last one ended, never by a number of rows to skip.

A list has sorts, each a row of fields that ends with one that is unique. The cursor of the next page is the last row's
values of them, encrypted: it may hold a name, and an address is kept in histories and logs.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError as FieldProblem
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.cursors import opened, sealed

DEFAULT_SIZE = 25
MOST = 100
CURSOR, SIZE, SORT = "cursor", "size", "sort"
OF_PAGES = frozenset({CURSOR, SIZE, SORT})


class KeysetPagination(BasePagination):
    """`sorts` of the view gives for each word of `sort` the fields; the first is the usual one."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of one page. Raises ValidationError for a size, sort or cursor that makes no sense."""
        self.request = request
        self.size = _size(request.query_params.get(SIZE, ""))
        self.fields = _fields(view.sorts, request.query_params.get(SORT, ""))
        rows = queryset.order_by(*self.fields)
        if cursor := request.query_params.get(CURSOR, ""):
            rows = rows.filter(behind(self.fields, self._values_in(cursor, queryset)))
        found = list(rows[: self.size + 1])
        self.next_address = self._next(found[self.size - 1]) if len(found) > self.size else None
        return found[: self.size]

    def get_paginated_response(self, data: Any) -> Response:
        links = {"Link": f'<{self.next_address}>; rel="next"'} if self.next_address else {}
        return Response({"results": data, "next": self.next_address}, headers=links)

    def _next(self, last: Any) -> str:
        values = [getattr(last, field.lstrip("-")) for field in self.fields]
        query = self.request.query_params.copy()
        query[CURSOR] = sealed(values, self._context())
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def _context(self) -> list[bytes]:
        """What a cursor belongs to: the list, its filters and its sort."""
        asked = sorted(
            (name, value)
            for name, values in self.request.query_params.lists()
            if name not in {CURSOR, SIZE}
            for value in values
        )
        return [self.request.path.encode(), json.dumps(asked).encode()]

    def _values_in(self, cursor: str, queryset: "QuerySet[Any]") -> list[Any]:
        try:
            values = opened(cursor, self._context())
            return [
                _typed(queryset, field.lstrip("-"), value) for field, value in zip(self.fields, values, strict=True)
            ]
        except (ValueError, FieldProblem):
            said = "This cursor is of another list, or of other filters. Start again without it."
            raise ValidationError({CURSOR: [said]}) from None


def behind(fields: Sequence[str], values: Sequence[Any]) -> Q:
    """What stands behind a row in this order. The first field bounds the search, which an index can use."""
    found = Q()
    for place in reversed(range(len(fields))):
        name, is_down = fields[place].lstrip("-"), fields[place].startswith("-")
        further = Q(**{f"{name}__{'lt' if is_down else 'gt'}": values[place]})
        found = further | (Q(**{name: values[place]}) & found) if found else further
    first, is_down = fields[0].lstrip("-"), fields[0].startswith("-")
    return Q(**{f"{first}__{'lte' if is_down else 'gte'}": values[0]}) & found


def _size(asked: str) -> int:
    if not asked:
        return DEFAULT_SIZE
    if asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= MOST:
        return int(asked)
    raise ValidationError({SIZE: [f"A whole number from 1 to {MOST}."]})


def _fields(sorts: "dict[str, tuple[str, ...]]", asked: str) -> tuple[str, ...]:
    if not asked:
        return next(iter(sorts.values()))
    if asked not in sorts:
        raise ValidationError({SORT: [f"One of {', '.join(sorts)}."]})
    return sorts[asked]


def _typed(queryset: "QuerySet[Any]", name: str, value: Any) -> Any:
    field = queryset.model._meta.pk if name == "pk" else queryset.model._meta.get_field(name)
    return field.to_python(value)

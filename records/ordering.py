"""The order of a list: by one column, equal rows by primary key, and what stands behind a row in it.

Rows without a value come last, whichever way the list is sorted. So that each row has one place, the primary key breaks
every tie; where a column always has a value the whole order can be turned round, which one index serves both ways.

What is hidden from a reader is no value for that reader: a list leaves it out of its rows in the statement, and what is
sorted by number in memory is so by `most_first`.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet


@dataclass(frozen=True)
class Order:
    """`name` is a field or annotation; `may_lack` says that rows may have no value of it."""

    name: str
    is_down: bool = False
    may_lack: bool = True

    @property
    def key_is_down(self) -> bool:
        return self.is_down and not self.may_lack

    def of(self, rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
        """The rows in this order."""
        last = True if self.may_lack else None
        column = F(self.name).desc(nulls_last=last) if self.is_down else F(self.name).asc(nulls_last=last)
        return rows.order_by(column, "-pk" if self.key_is_down else "pk")

    def behind(self, value: Any, key: Any) -> Q:
        """What comes after the row of this value and primary key."""
        key_behind = Q(**{f"pk__{'lt' if self.key_is_down else 'gt'}": key})
        if value is None:
            return self._lacking() & key_behind
        further = self._than("lt" if self.is_down else "gt", value) | (Q(**{self.name: value}) & key_behind)
        # The first part bounds the search, which an index can use.
        return (
            further | self._lacking()
            if self.may_lack
            else self._than("lte" if self.is_down else "gte", value) & further
        )

    def ahead(self, value: Any, key: Any) -> Q:
        """What comes before the row of this value and primary key."""
        key_ahead = Q(**{f"pk__{'gt' if self.key_is_down else 'lt'}": key})
        if value is None:
            return ~self._lacking() | (self._lacking() & key_ahead)
        nearer = self._than("gt" if self.is_down else "lt", value) | (Q(**{self.name: value}) & key_ahead)
        return self._than("gte" if self.is_down else "lte", value) & nearer

    def _than(self, how: str, value: Any) -> Q:
        return Q(**{f"{self.name}__{how}": value})

    def _lacking(self) -> Q:
        return Q(**{f"{self.name}__isnull": True})


def most_first(count: float | None, *names: str) -> tuple[bool, float, *tuple[str, ...]]:
    """A key to sort by: the most first, equal ones by name. What is hidden stands behind all that is told and by name
    alone: where it stood by its number, its neighbours would tell it."""
    return (count is None, -(count or 0), *names)

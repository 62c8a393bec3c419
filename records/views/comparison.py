"""Two customers' records side by side."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from privacy.wording import label_words
from records.models import Customer

DETAILS = (
    "name", "number", "email", "phone", "street", "city", "state", "postal_code", "organization", "job_title", "role",
    "customer_since",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One detail of both; `agrees` where both have it and say the same."""

    label: str
    first: Any
    second: Any

    @property
    def agrees(self) -> bool:
        return bool(self.first) and self.first == self.second

    @property
    def differs(self) -> bool:
        return bool(self.first) and bool(self.second) and self.first != self.second


def compared(first: Customer, second: Customer) -> list[Compared]:
    """The details that at least one of them has."""
    rows = [Compared(_label(name), getattr(first, name), getattr(second, name)) for name in DETAILS]
    return [row for row in rows if row.first or row.second]


def _label(name: str) -> str:
    return capfirst(label_words(str(Customer._meta.get_field(name).verbose_name)))  # type: ignore[union-attr]

"""When a relationship ended, as the notice's rule 3 counts: the person's, under whatever record they are known."""

from typing import Any

from django.db.models import Case, DateField, F, When


def ended(prefix: str = "") -> Any:
    """The day on which the relationship of a customer ended; of a merged record's person, where they are known now.

    `prefix` is the lookup that leads to the customer (`customer__`).
    """
    return Case(
        When(**{f"{prefix}merged_into": None}, then=F(f"{prefix}relationship_ended_on")),
        default=F(f"{prefix}merged_into__relationship_ended_on"),
        output_field=DateField(),
    )


def ended_or(day: Any, prefix: str = "customer__") -> Any:
    """The same, and for what is of nobody known, with whom there is no relationship, another day."""
    return Case(
        When(**{f"{prefix.removesuffix('__')}": None}, then=day),
        default=ended(prefix),
        output_field=DateField(),
    )


OF_CUSTOMER = {"RET-3": ended("customer__")}

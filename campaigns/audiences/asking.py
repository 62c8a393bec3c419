"""From stored conditions to customers: checked by the same fields as a form's, and each put into words."""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext

from campaigns.audiences.conditions import CONDITIONS, Condition
from campaigns.audiences.fields import ChoicesField, TickField, is_asked, joined
from records.models import Customer, CustomerQuerySet

Conditions = Mapping[str, Any]


class BadConditions(ValueError):
    """Stored conditions that make no sense (any more), in a sentence for whoever keeps the audience."""


def read(stored: Any) -> dict[str, Any]:
    """The conditions that ask for anything, by name, with cleaned values. Raises BadConditions."""
    if not isinstance(stored, Mapping):
        raise BadConditions(gettext("The conditions are not a table of names and values."))
    if unknown := sorted(set(stored) - {condition.name for condition in CONDITIONS}):
        raise BadConditions(gettext("No condition is called “%(name)s”.") % {"name": unknown[0]})
    cleaned = {condition.name: _clean(condition, stored[condition.name]) for condition in _asked(stored)}
    return {name: value for name, value in cleaned.items() if is_asked(value)}


def customers_in(stored: Any) -> CustomerQuerySet:
    """Every record that meets all the conditions: those of merged people too, who are left out and counted later.

    Raises BadConditions.
    """
    values = read(stored)
    return Customer.objects.filter(_all(condition.holds(values[condition.name]) for condition in _asked(values)))


def those_who_left(stored: Any) -> Q:
    """Of these, who has gone out of what the audience is about (left a list). Raises BadConditions."""
    values = read(stored)
    gone = (condition.left(values[condition.name]) for condition in _asked(values) if condition.left)
    return reduce(or_, gone, Q(pk__in=[]))


def lists_in(stored: Any) -> list[str]:
    """The slugs of the lists that the audience is about: an address may be kept out of one of them alone."""
    return list(read(stored).get("lists", []))


def words_of(stored: Any) -> list[tuple[str, str]]:
    """Each condition's label and what it asks, for people. Raises BadConditions."""
    values = read(stored)
    return [(str(condition.label), _words(condition, values[condition.name])) for condition in _asked(values)]


def _asked(values: Conditions) -> list[Condition]:
    return [condition for condition in CONDITIONS if condition.name in values]


def _all(conditions: Any) -> Q:
    return reduce(and_, conditions, Q())


def _clean(condition: Condition, value: Any) -> Any:
    try:
        return condition.field(condition.label).clean(value)
    except (forms.ValidationError, TypeError, AttributeError) as error:
        said = error.messages[0] if isinstance(error, forms.ValidationError) else gettext("It is of the wrong kind.")
        raise BadConditions(f"{condition.label}: {said}") from None


def _words(condition: Condition, value: Any) -> str:
    field = condition.field(condition.label)
    if isinstance(field, ChoicesField):
        return joined(field.labels[name] for name in value)
    if isinstance(field, TickField):
        return gettext("yes")
    return joined(value) if isinstance(value, list) else str(value)

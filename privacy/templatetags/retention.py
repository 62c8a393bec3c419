"""Words of retention for templates."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.apps import apps

from privacy.retention.triggers import words_of

register = template.Library()
register.filter("trigger_words", words_of)


@register.filter
def at(values: Mapping[str, Any], name: str) -> Any:
    """The value of a mapping by a name that another value gives."""
    return values[name]


@register.filter
def model_words(label: str) -> str:
    """What people call the rows of a model: `customers`; the label where it is a model no more."""
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        return label

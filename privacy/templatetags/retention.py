"""Words of retention for templates."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.apps import apps

from privacy.retention.said_words import in_words
from privacy.retention.triggers import words_of
from privacy.wording import label_words, rows_words

register = template.Library()
register.filter("trigger_words", words_of)
register.filter("label_words", label_words)
register.filter("said_words", in_words)


@register.filter
def at(values: Mapping[str, Any], name: str) -> Any:
    """The value of a mapping by a name that another value gives."""
    return values[name]


@register.filter
def model_words(label: str) -> str:
    """What people call the rows of a model: `customers`; the label where it is a model no more."""
    try:
        return rows_words(apps.get_model(label))
    except LookupError:
        return label

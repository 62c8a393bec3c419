"""Words of retention for templates."""

from django import template
from django.apps import apps

from privacy.retention.triggers import words_of

register = template.Library()
register.filter("trigger_words", words_of)


@register.filter
def model_words(label: str) -> str:
    """What people call the rows of a model: `customers`; the label where it is a model no more."""
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        return label

"""When a form says what the asterisk at its fields means (USWDS: required fields)."""

from django import template
from django.forms import BaseForm

register = template.Library()


@register.filter
def asks_for_several_and_requires(form: BaseForm) -> bool:
    """Whether one of several fields must be filled in: of a single one nobody asks whether it may stay empty."""
    shown = form.visible_fields()
    return len(shown) > 1 and any(field.field.required for field in shown)

"""The entries of a customer's time line, written by Python: a template takes a quarter of a millisecond for each."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from records.templatetags.figures import day, moment
from records.views.time_line import Entry

register = template.Library()


@register.filter
def time_line_entries(entries: Iterable[Entry]) -> SafeString:
    """A list's items: what it was, which, and when by the reader's clock."""
    return mark_safe("".join(map(_item, entries)))  # noqa: S308 (made of escaped parts)


def _item(entry: Entry) -> str:
    text = escape(entry.text)
    said = f'<a href="{escape(entry.address)}">{text}</a>' if entry.address else text
    when = escape(_when(entry))
    return f'<li><strong class="what">{escape(entry.kind)}</strong> {said}<span class="when">{when}</span></li>'


def _when(entry: Entry) -> str:
    return day(entry.at) if entry.is_of_day else moment(entry.at)

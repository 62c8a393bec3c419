"""The figures of records.figures as filters, and a cell of a list by its kind."""

from typing import Any

from django import template
from django.utils import formats, timezone

from records import figures
from records.listing import Kind, in_language

register = template.Library()

register.filter("in_language", in_language)
for figure in (figures.count, figures.decimal, figures.rate, figures.money, figures.duration):
    register.filter(figure.__name__, figure)


@register.filter
def moment(value: Any) -> str:
    """A moment in the reader's time zone: `12 Mar 2026, 14:03`."""
    return figures.NOTHING if value is None else formats.date_format(timezone.localtime(value), "j M Y, H:i")


@register.filter
def day(value: Any) -> str:
    return figures.NOTHING if value is None else formats.date_format(value, "j M Y")


SHOWN = {
    Kind.COUNT: figures.count,
    Kind.RATE: figures.rate,
    Kind.DECIMAL: figures.decimal,
    Kind.MONEY: figures.money,
    Kind.DATE: day,
    Kind.MOMENT: moment,
}


@register.filter
def cell(value: Any, kind: Kind) -> str:
    """The value of a list's cell as its page shows it."""
    show = SHOWN.get(kind)
    return show(value) if show else (str(value) if value else figures.NOTHING)

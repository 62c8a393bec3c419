"""The figures of records.figures as filters, and a cell of a list by its kind."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import cache
from html import escape
from itertools import starmap
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from privacy import wording
from records import figures
from records.intake import reason_words, refusal_words
from records.listing import Kind, in_language
from records.next_steps import words_of

register = template.Library()

register.filter("in_language", in_language)
register.filter("reason_words", reason_words.in_words)
register.filter("refusal_words", refusal_words.in_words)
register.filter("step_words", words_of)


@register.filter
def within_sentence(label: str) -> str:
    """A label as it stands within a sentence: `mailing list`, and `ACH account`, which begins with an abbreviation."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


for figure in (figures.count, figures.decimal, figures.rate, figures.money, figures.duration, figures.percent):
    register.filter(figure.__name__, figure)


@register.filter
def moment(value: Any) -> str:
    """A moment in the reader's time zone: `Mar 12, 2026, 2:03 PM`."""
    return figures.NOTHING if value is None else wording.moment(timezone.localtime(value))


@register.filter
def exact_moment(value: datetime) -> str:
    return wording.exact_moment(timezone.localtime(value))


def moment_at(value: datetime, zone: tzinfo) -> str:
    """A moment by the clock of a place, which is named: `Mar 14, 2027, 4:30 AM CDT`."""
    there = value.astimezone(zone)
    return f"{wording.moment(there)} {there.tzname()}"


@register.filter
def day(value: Any) -> str:
    return figures.NOTHING if value is None else wording.short_day(value)


SHOWN = {
    Kind.COUNT: figures.count,
    Kind.RATE: figures.rate,
    Kind.DECIMAL: figures.decimal,
    Kind.MONEY: figures.money,
    Kind.DATE: day,
    Kind.MOMENT: moment,
}
CELL, NUMBER_CELL = "<td>", '<td class="number">'
NUMBERS = frozenset(kind for kind in Kind if kind.is_number)


@register.filter
def cell(value: Any, kind: Kind) -> str:
    """The value of a list's cell as its page shows it; a number that is hidden is the word for it."""
    if isinstance(value, str) and kind in NUMBERS:
        return missing_or(value)
    if show := SHOWN.get(kind):
        return show(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or figures.NOTHING
    return str(value) if value else figures.NOTHING


@register.filter
def number_cells(shown: Iterable[str]) -> SafeString:
    """Numbers as they are read, a cell each. No number has a line's end in it: they are escaped together."""
    texts = escape("\n".join(shown)).replace("\n", f"</td>{NUMBER_CELL}")
    return mark_safe(f"{NUMBER_CELL}{texts}</td>")  # noqa: S308 (escaped)


@register.filter
def table_rows(rows: Iterable[Iterable[tuple[str, bool]]]) -> SafeString:
    """Rows of words and numbers, each with whether it is one, under the first as the row's head.

    Most numbers of a table stand in it many times: each text is escaped once.
    """
    cell_of = cache(_table_cell)
    shown = (
        f'<tr><th scope="row">{escape(head)}</th>{"".join(starmap(cell_of, others))}</tr>'
        for (head, _), *others in rows
    )
    return mark_safe("".join(shown))  # noqa: S308 (made of escaped parts)


def _table_cell(text: str, is_number: bool) -> str:
    return f"{NUMBER_CELL if is_number else CELL}{escape(missing_or(text))}</td>"


def missing_or(text: str) -> str:
    """The words for what is not there, in the reader's language; anything else as it is."""
    return gettext(text) if text in ("hidden", "not recorded") else text

"""Numbers as people read them: counts, rates, money, differences, spans of time, with their language's separators."""

from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext, ngettext_lazy

from privacy.wording import day as day
from privacy.wording import days as days

Number = int | float | Decimal
NOTHING = "–"
NARROW_GAP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MOST_DECIMALS = 4


def written(value: Any, decimals: int = 0) -> str:
    """`1,204.50`, with the separators of the language that the page is in."""
    text = f"{value:,.{decimals}f}"
    if text.isdecimal():  # most counts of a page: the language's separators need not be looked up
        return text
    return text.translate(_separators(get_language()))


@cache
def _separators(language: str | None) -> dict[int, str]:
    formats = {",": "THOUSAND_SEPARATOR", ".": "DECIMAL_SEPARATOR"}
    return {ord(sign): get_format(name, language) for sign, name in formats.items()}


def count(value: Number | None) -> str:
    """`1,204`; an en dash for what is not known, as all of its siblings."""
    return NOTHING if value is None else written(value)


def decimal(value: Number | None) -> str:
    """`3.4`: one decimal."""
    return NOTHING if value is None else written(value, 1)


def rate(value: Number | None) -> str:
    """A share (0 to 1) as a percentage: `2.20%`."""
    return NOTHING if value is None else percent(written(value * 100, 2))


def percent(number: object) -> str:
    """A number that is written already, with the sign as the reader's language has it: `95%`, in Spanish `95 %`."""
    return f"{number}{_percent_sign(get_language())}"


@cache
def _percent_sign(_language: str | None) -> str:
    return gettext("%(number)s%%") % {"number": ""}


def money(value: Number | None) -> str:
    """Dollars and cents: `$1,204.50`."""
    return NOTHING if value is None else f"{MINUS if value < 0 else ''}${written(abs(value), 2)}"


def points(value: Number, decimals: int = 2) -> str:
    """A difference of two rates in percentage points: `+0.42 points`."""
    return gettext("%(number)s points") % {"number": signed(value * 100, decimals)}


def money_difference(value: Number, decimals: int = 2) -> str:
    """`+$0.15`"""
    sign = MINUS if value < 0 else "+"
    return f"{sign}${written(abs(value), decimals)}"


def signed(value: Number, decimals: int = 2) -> str:
    sign = MINUS if value < 0 else "+"
    return f"{sign}{written(abs(value), decimals)}"


def plain(value: Number, decimals: int = 2) -> str:
    """Without a plus: as the bounds of an interval are written."""
    return signed(value, decimals).removeprefix("+")


def enough_decimals(*values: Number) -> int:
    """The fewest decimals, from two on, at which no value that is not zero reads as zero."""
    for decimals in range(2, MOST_DECIMALS):
        if all(value == 0 or abs(value) >= 0.5 * 10**-decimals for value in values):
            return decimals
    return MOST_DECIMALS


def duration(seconds: float) -> str:
    """`45 s`, `3 min 5 s`, `2 h 4 min`: the two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{NARROW_GAP}s"
    if whole < 3600:
        return f"{whole // 60}{NARROW_GAP}min" + (f" {whole % 60}{NARROW_GAP}s" if whole % 60 else "")
    return f"{written(whole // 3600)}{NARROW_GAP}h" + (
        f" {whole % 3600 // 60}{NARROW_GAP}min" if whole % 3600 // 60 else ""
    )


COUNTED = {
    "campaign": ngettext_lazy("%(count)s campaign", "%(count)s campaigns", "number"),
    "conversion": ngettext_lazy("%(count)s conversion", "%(count)s conversions", "number"),
    "customer": ngettext_lazy("%(count)s customer", "%(count)s customers", "number"),
    "day": ngettext_lazy("%(count)s day", "%(count)s days", "number"),
    "link": ngettext_lazy("%(count)s link", "%(count)s links", "number"),
    "other form": ngettext_lazy("%(count)s other form", "%(count)s other forms", "number"),
    "other thing": ngettext_lazy("%(count)s other thing", "%(count)s other things", "number"),
    "person": ngettext_lazy("%(count)s person", "%(count)s people", "number"),
    "reader": ngettext_lazy("%(count)s reader", "%(count)s readers", "number"),
    "recipient": ngettext_lazy("%(count)s recipient", "%(count)s recipients", "number"),
    "response": ngettext_lazy("%(count)s response", "%(count)s responses", "number"),
    "row": ngettext_lazy("%(count)s row", "%(count)s rows", "number"),
    "view": ngettext_lazy("%(count)s view", "%(count)s views", "number"),
    "visit": ngettext_lazy("%(count)s visit", "%(count)s visits", "number"),
}


def plural(number: int, noun: str) -> str:
    """`1 view`, `1,204 views`, in the reader's language. Raises KeyError for a noun that is not among COUNTED."""
    return str(COUNTED[noun] % {"number": number, "count": written(number)})

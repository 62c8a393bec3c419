"""Labels and days in the reader's language, for what models and lists say: no model is needed for it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache, lru_cache
from types import MappingProxyType

from django.db.models import Model
from django.utils.formats import date_format, time_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext


def label_words(words: str) -> str:
    """What the notice calls something (an element, a category) or a model its field, in the reader's language.

    The catalogues have most labels with a capital; here they begin as they were given, as within a sentence.
    """
    if (found := gettext(words)) != words:
        return found
    found = gettext(f"{words[:1].upper()}{words[1:]}")
    return f"{found[:1].lower()}{found[1:]}" if words[:1].islower() else found


def places_words(label: str) -> str:
    """`Contact points: City`, kept in English, in the reader's language."""
    return ": ".join(map(label_words, label.split(": ")))


BETWEEN = "; "  # several texts that are kept as one
NONE_FORMERLY: Mapping[str, str] = MappingProxyType({})
label_words_lazy = lazy(label_words, str)


def rows_words(model: type[Model]) -> str:
    """What people call a model's rows, in the reader's language: `customers`."""
    return label_words(str(model._meta.verbose_name_plural))


def day(value: date) -> str:
    """`March 12, 2026`, in the reader's language (config.formats), by a moment's own clock."""
    return _written_day(value, "DATE_FORMAT")


def days(values: Iterable[date]) -> list[str]:
    """Many days, each as `day` has it: which language the reader's is takes longer to find out than a kept text."""
    language = get_language()
    return [_kept(_date_of(value), "DATE_FORMAT", language) for value in values]


def short_day(value: date) -> str:
    """`Mar 12, 2026`"""
    return _written_day(value, "SHORT_DATE_FORMAT")


def year_month(value: date) -> str:
    """`March 2026`"""
    return _written_day(value, "YEAR_MONTH_FORMAT")


def moment(value: datetime) -> str:
    """`Mar 12, 2026, 2:03 PM`, in the reader's language, by the moment's own clock: whose, is for the caller to say."""
    return f"{short_day(value)}, {clock(value)}"


def exact_moment(value: datetime) -> str:
    """To the second: `Mar 12, 2026, 2:03:07 PM`."""
    return f"{short_day(value)}, {exact_clock(value)}"


def clock(value: datetime | time) -> str:
    """`2:03 PM`"""
    return _kept(time(value.hour, value.minute), "TIME_FORMAT", get_language())


def exact_clock(value: datetime | time) -> str:
    """`2:03:07 PM`"""
    return _kept(time(value.hour, value.minute, value.second), "EXACT_TIME_FORMAT", get_language())


def _written_day(value: date, form: str) -> str:
    return _kept(_date_of(value), form, get_language())


def _date_of(value: date) -> date:
    """A moment's day is its date: two that are the same moment may lie on two days."""
    return value.date() if isinstance(value, datetime) else value


@lru_cache(maxsize=8_192)
def _kept(value: date | time, form: str, _language: str | None) -> str:
    """Kept: to write a day takes as long as a dozen numbers; a customer's page has each of a hundred three times."""
    return time_format(value, form) if isinstance(value, time) else date_format(value, form)


def stored_words(text: str, templates: Sequence[str], formerly: Mapping[str, str] = NONE_FORMERLY) -> str:
    """What the program said of itself and keeps in English, in the reader's language; as it is kept where it is none
    of the templates with values put in.

    What is said more closely comes first. A value called `why` is such a text itself, `whys` are several of them.
    `formerly` has the templates of earlier releases, each with today's, which says the same of the same values.
    """
    text = _as_said_today(text, formerly)
    if (found := gettext(text) if text else "") != text:
        return found
    for template in templates:
        if values := _pattern(template).fullmatch(text):
            return gettext(template) % {
                name: _value_words(name, value, templates, formerly) for name, value in values.groupdict().items()
            }
    return text


def _as_said_today(text: str, formerly: Mapping[str, str]) -> str:
    for before, now in formerly.items():
        if values := _pattern(before).fullmatch(text):
            return now % values.groupdict()
    return text


def _value_words(name: str, value: str, templates: Sequence[str], formerly: Mapping[str, str]) -> str:
    if name == "why":
        return stored_words(value, templates, formerly)
    if name == "whys":
        return BETWEEN.join(stored_words(one, templates, formerly) for one in value.split(BETWEEN))
    return value


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What reads the values of a template out of a text."""
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)

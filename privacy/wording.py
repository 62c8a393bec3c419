"""Labels and days in the reader's language, for what models and lists say: no model is needed for it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from types import MappingProxyType

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, gettext_noop


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


WHOLE_DAY = gettext_noop("j F Y")


def rows_words(model: type[Model]) -> str:
    """What people call a model's rows, in the reader's language: `customers`."""
    return label_words(str(model._meta.verbose_name_plural))


def day(value: date) -> str:
    """`12 March 2026`, in the reader's language."""
    return written_day(value, WHOLE_DAY)


def moment(value: datetime) -> str:
    """`12 Mar 2026, 14:03`, in the reader's language, by the moment's own clock: whose, is for the caller to say."""
    return f"{written_day(value.date(), 'j M Y')}, {value:%H:%M}"


def exact_moment(value: datetime) -> str:
    """To the second: `12 Mar 2026, 14:03:07`."""
    return f"{moment(value)}:{value:%S}"


def written_day(value: date, form: str) -> str:
    """A day in one of Django's forms, or what stands for that form in the reader's language."""
    if isinstance(value, datetime):  # two that are the same moment may lie on two days
        return date_format(value, gettext(form))
    return _written_day(value, form, get_language())


@lru_cache(maxsize=4_096)
def _written_day(value: date, form: str, _language: str | None) -> str:
    """Kept: to write a day takes as long as a dozen numbers; a customer's page has each of a hundred three times."""
    return date_format(value, gettext(form))


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

"""Labels and days in the reader's language, for what models and lists say: no model is needed for it."""

from datetime import date

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext


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


label_words_lazy = lazy(label_words, str)


def rows_words(model: type[Model]) -> str:
    """What people call a model's rows, in the reader's language: `customers`."""
    return label_words(str(model._meta.verbose_name_plural))


def day(value: date) -> str:
    """`12 March 2026`, in the reader's language."""
    return date_format(value, gettext("j F Y"))

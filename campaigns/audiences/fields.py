"""Form fields whose cleaned values are plain (texts, numbers, lists of them), so that they stand in JSON as they are.

Each takes both what a form sends and what was stored: an audience that is stored is checked as one that is typed.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext as _

MOST_DAYS = 3_650


class ChoicesField(forms.MultipleChoiceField):
    """Some of the choices, each once, in their order."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        return [name for name in self.labels if name in chosen]

    @property
    def labels(self) -> dict[str, str]:
        """The choices' names and what people call them."""
        return {str(name): str(label) for name, label in self.choices}  # type: ignore[misc, union-attr]


class TextsField(forms.CharField):
    """Texts between commas; `form` is what each must be, in `words`."""

    def __init__(self, form: str, words: str | Promise, **options: Any) -> None:
        super().__init__(max_length=400, **options)
        self.form, self.words = re.compile(form), words

    def clean(self, value: Any) -> list[str]:
        text = super().clean(", ".join(map(str, value)) if isinstance(value, list | tuple) else value)
        texts = [part.strip().upper() for part in text.split(",") if part.strip()]
        if wrong := [part for part in texts if not self.form.fullmatch(part)]:
            raise forms.ValidationError(_("“%(text)s” is not %(what)s.") % {"text": wrong[0], "what": self.words})
        return list(dict.fromkeys(texts))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class DaysField(forms.IntegerField):
    """A number of days, counted back from now."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_DAYS, **options)


class DayField(forms.DateField):
    """A day, as `2026-03-31`."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> str:
        day = super().clean(value)
        return day.isoformat() if day else ""


class TickField(forms.BooleanField):
    """Ticked, or nothing is asked."""


def back(days: int) -> timedelta:
    return timedelta(days=days)


def is_asked(value: Any) -> bool:
    """Whether a cleaned value asks for anything."""
    return value not in (None, "", False) and value != []


def joined(texts: Iterable[str]) -> str:
    """`a, b or c`"""
    *rest, last = list(texts) or [""]
    return gettext("%(list)s or %(last)s") % {"list": ", ".join(rest), "last": last} if rest else last

"""What is looked up, by which key."""

from typing import Any

from django import forms

from privacy.enums import KeyKind
from records.retrieval import HINTS, SUBJECTS, Subject, subject


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each subject with its keys, as a select shows them in groups."""
    return [(one.label, [(f"{one.name}:{kind.value}", f"By {kind.label}") for kind in one.finders]) for one in SUBJECTS]


class LookUpForm(forms.Form):
    by = forms.ChoiceField(label="Look up", choices=choices)
    text = forms.CharField(label="What to look for", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"])

    @property
    def chosen(self) -> tuple[Subject, KeyKind]:
        """What a valid form asks for."""
        name, _, kind = str(self.cleaned_data["by"]).partition(":")
        return subject(name), KeyKind(kind)

    @property
    def hints(self) -> list[tuple[str, Any]]:
        return [(KeyKind(kind).label, hint) for kind, hint in HINTS.items()]

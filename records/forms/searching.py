"""What is looked up, by which key."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.enums import KeyKind
from privacy.models import User
from records.retrieval import HINTS, SUBJECTS, Subject, subject


class LookUpForm(forms.Form):
    """Offers the subjects that are open to the user, each with its keys."""

    by = forms.ChoiceField(label=_("Look up"))
    text = forms.CharField(
        label=_("What to look for"), strip=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.subjects = [one for one in SUBJECTS if one.is_open_to(user)]
        self.fields["by"].choices = [(one.label, keys_of(one)) for one in self.subjects]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[Subject, KeyKind]:
        """What a valid form asks for."""
        name, _, kind = str(self.cleaned_data["by"]).partition(":")
        return subject(name), KeyKind(kind)

    @property
    def hints(self) -> dict[str, str]:
        """What to type for each key that is offered, by its label."""
        return {gettext(kind.label): gettext(HINTS[kind]) for one in self.subjects for kind in one.finders}


def keys_of(one: Subject) -> list[tuple[str, str]]:
    return [(f"{one.name}:{kind.value}", gettext("By %(key)s") % {"key": gettext(kind.label)}) for kind in one.finders]

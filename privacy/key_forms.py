"""The form of a new API key: its name, its scopes, for what it reads, and how long it lives."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from privacy.api.scopes import NOUNS
from privacy.models import User
from privacy.notice import NotInForce
from privacy.purposes import Basis, bases_of, basis_named, usual_basis

LIVES = [(7, _("A week")), (30, _("30 days")), (90, _("90 days")), (365, _("A year"))]
USUAL_LIFE = 90
WORDS = {"read": pgettext_lazy("scope", "read"), "write": _("add and change")}


class NewKeyForm(forms.Form):
    """What a key may do is said in words, and as refusals and the description of the API name it (`customers:read`)."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it: you will see it in the list and nowhere else.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It may never do more than you may yourself. Choose only what the program needs."),
        error_messages={"required": _("Choose at least one.")},
    )
    basis = forms.ChoiceField(
        label=_("What it reads records for"),
        required=False,
        help_text=_("Each reading is logged with it, and with the key."),
    )
    reference = forms.CharField(
        label=_("Incident number"), max_length=40, required=False, help_text=_("If the purpose requires one.")
    )
    days = forms.TypedChoiceField(label=_("It ends after"), choices=LIVES, coerce=int, initial=USUAL_LIFE)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (scope, f"{gettext(noun.label)}: {WORDS[scope.rpartition(':')[2]]} ({scope})")
            for noun in NOUNS
            for scope in noun.scopes
        ]
        known = [(basis.name, f"{basis.title}: {text}") for basis in bases_of(user.roles) if (text := _text(basis))]
        self.fields["basis"].choices = known or [("", _("Your role reads no records"))]  # type: ignore[attr-defined]
        usual = usual_basis(user.roles)
        self.fields["basis"].initial = usual.name if usual else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        basis = self.chosen
        if basis and not basis.is_referenced:
            needed = _("This purpose needs the number of the incident, such as INC-2026-0042.")
            self.add_error(
                "reference", needed if basis.needs_incident else _("Only an incident has a number: leave it out.")
            )
        return values

    @property
    def chosen(self) -> Basis | None:
        return basis_named(self.cleaned_data.get("basis", ""), self.cleaned_data.get("reference", "").strip())

    @property
    def expires_at(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


def _text(basis: Basis) -> str:
    """Empty for a purpose that is not in force."""
    try:
        return basis.text
    except NotInForce:
        return ""

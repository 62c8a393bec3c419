"""The forms of an endpoint: its name, its address, and what it is told of."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.webhooks.addresses import NotAllowed, NotFound, checked, target_of
from privacy.webhooks.kinds import kinds


class KindsForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("What it is notified of"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(kind.name, f"{gettext(kind.label)} ({kind.name})") for kind in kinds()]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]


class EndpointForm(KindsForm):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program it is."))
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where it listens. Its response is not read, and redirects are not followed."),
    )
    field_order = ["name", "address", "kinds"]

    def clean_address(self) -> str:
        """A name that no machine has today may have one tomorrow; one that leads to a private address is refused."""
        address: str = self.cleaned_data["address"].strip()
        try:
            checked(target_of(address))
        except NotAllowed as refusal:
            raise forms.ValidationError(str(refusal)) from None
        except NotFound:
            pass
        return address

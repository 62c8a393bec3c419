"""What somebody may change of their own account."""

from typing import ClassVar

from django import forms

from privacy.clocks import time_zones
from privacy.models import User


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no parameters at run time
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones,
        help_text="Clock times on all pages are shown in it. Days of the reports stay the agency's.",
        error_messages={
            "invalid_choice": "This is no time zone of the list: choose one of it, such as America/Chicago."
        },
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["time_zone"]

"""What somebody may change of their own account."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.clocks import time_zones
from privacy.enums import NumberStyle
from privacy.models import User


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms take no parameters at run time
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Times on all pages are shown in this time zone. Days in reports stay the agency's."),
        error_messages={
            "invalid_choice": _("This time zone is not on the list: choose one that is, such as America/Chicago.")
        },
    )
    number_style = forms.ChoiceField(label=_("Numbers"), choices=NumberStyle.choices, required=False)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["language", "number_style", "time_zone"]
        labels: ClassVar[dict[str, Any]] = {"language": _("Language")}
        help_texts: ClassVar[dict[str, Any]] = {
            "language": _("For the pages. What people wrote and the words of the notice stay as they were written.")
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Who sends the time zone alone keeps the language.
        self.fields["language"].required = False

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"] or self.instance.language)

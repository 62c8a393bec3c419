"""What is done with a task, and who is to do it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.models import User


class FinishForm(forms.Form):
    outcome = forms.CharField(
        label=_("What came of it"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class HandOnForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Whose it is from now on"), empty_label=_("Choose"))

    def __init__(self, colleagues: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = colleagues  # type: ignore[attr-defined]

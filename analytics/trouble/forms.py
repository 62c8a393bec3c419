"""What staff say of a finding."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.enums import TroubleState

CHOICES = [
    (TroubleState.ACTED.value, _("I acted on it")),
    (TroubleState.DISMISSED.value, _("There is no trouble: dismiss it")),
]


class SettleForm(forms.Form):
    state = forms.ChoiceField(label=_("Record what came of it"), choices=CHOICES, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What you did, or why there is no trouble"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3})
    )

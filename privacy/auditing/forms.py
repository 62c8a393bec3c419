"""What the auditor asks for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today
from privacy.auditing.period import LONGEST, Days
from privacy.forms import day_field

USUAL = timedelta(days=30)
SAMPLE = 20


class PeriodForm(forms.Form):
    """The days, and what draws the sample."""

    first = day_field(_("From day"))
    last = day_field(_("To day"))
    seed = forms.RegexField(
        r"^[A-Za-z0-9-]{0,20}$", label=_("Sample's seed"), required=False,
        error_messages={"invalid": _("A seed is up to 20 letters, digits and hyphens.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        days = self.days
        if days.first > days.last:
            raise forms.ValidationError(_("The first day is after the last one."))
        if days.last - days.first > LONGEST:
            raise forms.ValidationError(_("Choose at most one year."))
        return values

    def filled(self) -> "PeriodForm":
        """The same with the days that it means, so that the page says which are shown."""
        seed = self.cleaned_data.get("seed", "")
        return PeriodForm(initial={"first": self.days.first, "last": self.days.last, "seed": seed})

    @property
    def days(self) -> Days:
        last = self.cleaned_data.get("last") or agency_today()
        return Days(self.cleaned_data.get("first") or last - USUAL, last)

    @property
    def seed_word(self) -> str:
        return self.cleaned_data.get("seed") or self.days.words.replace(" ", "")

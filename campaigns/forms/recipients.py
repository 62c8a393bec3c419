"""With whom something is shared, where it is said by customer IDs."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.languages import filled
from privacy.models import User
from records import figures
from records.models import Customer, CustomerQuerySet

MOST = 1_000
MOST_NAMED = 5


class NumbersForm(forms.Form):
    """Customer IDs as people write them down. `customers` are theirs, once it is valid."""

    numbers = forms.CharField(
        label=_("A list of customer IDs"),
        max_length=50_000,
        help_text=filled(_("One per line, or separated by commas; at most %(most)s."), most=MOST),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def customers(self) -> CustomerQuerySet:
        return Customer.objects.records_visible_to(self.user).filter(number__in=self.cleaned_data["numbers"])

    def clean_numbers(self) -> list[str]:
        parts = re.split(r"[\r\n,;]+", self.cleaned_data["numbers"])
        wanted = list(dict.fromkeys(filter(None, map(str.strip, parts))))
        if len(wanted) > MOST:
            raise forms.ValidationError(
                _("%(wanted)s IDs are too many: at most %(most)s. Choose them in the list of customers instead.")
                % {"wanted": figures.count(len(wanted)), "most": figures.count(MOST)}
            )
        seen = Customer.objects.records_visible_to(self.user).filter(number__in=wanted)
        known = set(seen.values_list("number", flat=True))
        unknown = [number for number in wanted if number not in known]
        if unknown:
            named = ", ".join(unknown[:MOST_NAMED]) + (" …" if len(unknown) > MOST_NAMED else "")
            raise forms.ValidationError(_("Not among the customers you see: %(named)s.") % {"named": named})
        return wanted

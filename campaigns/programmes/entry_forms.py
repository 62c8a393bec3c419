"""What customers fill in to enter a contest, and to claim a prize."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.programmes.forms import PageForm
from campaigns.recipients.forms import NoPaymentNumbers
from records.models import Contest, Question

YES, NO = "yes", "no"
# How the fields begin whose answers nobody keeps.
CONDITION = "condition_"


class ConditionField(forms.ChoiceField):
    """A question that must be answered yes. What was answered is kept nowhere."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            choices=[(YES, _("Yes")), (NO, _("No"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Please answer this so that we can continue.")},
        )

    def clean(self, value: Any) -> str:
        answer: str = super().clean(value)
        if answer == NO:
            raise forms.ValidationError(
                _("Only people who can answer yes here may enter. Nothing that you answered is kept."), code="barred"
            )
        return answer


class EntryForm(PageForm):
    """The conditions and the contest's questions, in the language that is active. `with_name` for whoever came by no
    link of their own."""

    def __init__(
        self, contest: Contest, questions: Sequence[Question], *args: Any, with_name: bool = False, **options: Any
    ) -> None:
        super().__init__(questions, {}, *args, **options)
        asked = self.fields
        self.fields = {}
        if with_name:
            self.fields |= _of_strangers()
        language = translation.get_language() or ""
        for number, text in enumerate(_conditions(contest, language), 1):
            self.fields[f"{CONDITION}{number}"] = ConditionField(text)
        self.fields |= asked


def _of_strangers() -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})),
        "email": forms.EmailField(
            label=_("Your e-mail address"),
            max_length=254,
            widget=forms.EmailInput({"autocomplete": "email"}),
            help_text=_("We will send you your own link there, and write to you if you win."),
        ),
    }


def _conditions(contest: Contest, language: str) -> list[str]:
    found = []
    if contest.minimum_age:
        found.append(_("Are you %(age)s years old or older?") % {"age": contest.minimum_age})
    if contest.state_codes:
        found.append(_("Do you live in one of these states: %(states)s?") % {"states": ", ".join(contest.state_codes)})
    return [*found, *contest.conditions_in(language)]


class ClaimForm(NoPaymentNumbers):
    send_to = forms.CharField(
        label=gettext_lazy("Where the prize should go"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
        help_text=gettext_lazy("Your name and postal address. They are used only for the prize."),
    )

"""Forms of the safeguards: who looks after one, a check, a contract, an incident, a decision of a review."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today
from privacy.languages import WordedForm
from privacy.models import Incident, SafeguardCare, SafeguardCheck, User
from privacy.notice import in_force
from privacy.purposes import is_incident_number
from privacy.safeguards import incidents
from privacy.safeguards.enums import CheckKind
from privacy.wording import label_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAY = forms.DateInput(attrs={"type": "date"})


class CareForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Who looks after a safeguard at a site."""

    safeguard = forms.ChoiceField(label=_("Safeguard"))

    class Meta:
        model = SafeguardCare
        fields = ("safeguard", "site", "owner", "evidence", "every_months", "next_on")
        widgets = {"next_on": DAY, "evidence": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen, owner = self.fields["safeguard"], self.fields["owner"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 (declared above)
        chosen.choices = [(one.id, f"{one.id.rpartition('-')[2]}. {one.text}") for one in in_force().safeguards]
        owner.queryset = User.objects.open().order_by("name", "pk")  # type: ignore[attr-defined]


class CheckForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What somebody found who looked."""

    class Meta:
        model = SafeguardCheck
        fields = ("kind", "done_on", "finding", "said", "contract_number")
        widgets = {"done_on": DAY, "said": forms.Textarea(attrs={"rows": 3})}
        labels = {"kind": _("How"), "done_on": _("Day"), "said": _("What was found, and where the evidence is")}
        help_texts = {"contract_number": _("Who was inspected, if it was a contractor.")}

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > agency_today():
            raise forms.ValidationError(_("This date is in the future: put a check on file once it is done."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("contract_number") and values.get("kind") != CheckKind.UNANNOUNCED:
            self.add_error("contract_number", _("Name a contract only for an unannounced inspection."))
        return values


class ContractRules:
    """Mixed into forms of accounts: a contractor's names contract and last day, and is not open after it."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc, attr-defined]  # a form's
        number, ends_on = values.get("contract_number", ""), values.get("contract_ends_on")
        if values.get("is_contractor"):
            if not number:
                self._say("contract_number", _("A contractor's account needs the number of the contract."))
            if not ends_on:
                self._say("contract_ends_on", _("A contractor's account needs the last day of the contract."))
            elif ends_on < agency_today() and values.get("is_active", True):
                self._say("contract_ends_on", _("The contract is over: enter its extension, or close the account."))
        elif number or ends_on:
            self._say(
                "is_contractor",
                _("Only a contractor's account has a contract: mark it as one, or clear the two fields."),
            )
        return values

    def _say(self, field: str, sentence: "str | _StrPromise") -> None:
        self.add_error(field, sentence)  # type: ignore[attr-defined]


class IncidentForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A case that is opened; who opens it is not among its readers."""

    categories = forms.TypedMultipleChoiceField(
        label=_("Only records of"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("If none is checked, records of all categories."),
    )  # fmt: skip
    readers = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who may read"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who may read for it: security investigators.")},
    )  # fmt: skip

    class Meta:
        model = Incident
        fields = ("number", "scope", "categories")
        widgets = {"scope": forms.Textarea(attrs={"rows": 4})}
        error_messages = {
            "number": {"unique": _("This number is taken. A closed case cannot be reopened: open another one.")}
        }

    def __init__(self, by: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        categories, readers = self.fields["categories"], self.fields["readers"]
        assert isinstance(categories, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        categories.choices = [(one.number, f"{one.number} {label_words(one.title)}") for one in in_force().categories]
        readers.queryset = incidents.investigators().exclude(pk=by.pk)  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        if not is_incident_number(number):
            raise forms.ValidationError(_("A number must be one word with a digit, such as INC-2026-0042."))
        return number


class ReaderForm(forms.Form):
    """One more reader of a case."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("One more reader"))

    def __init__(self, incident: Incident, by: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = incident.readers.filter(ended_at=None).values("user")
        others = incidents.investigators().exclude(pk=by.pk).exclude(pk__in=named)
        self.fields["user"].queryset = others  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What came of a case that is closed."""

    outcome = forms.CharField(
        label=_("What came of it"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of individuals."), error_messages={"required": _("Enter the outcome.")},
    )  # fmt: skip

"""Forms of retention: a rule's change, a hold, its release."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today
from privacy.languages import WordedForm, worded
from privacy.models import LegalHold, RetentionPolicy
from privacy.notice import in_force
from privacy.retention import policies
from privacy.retention.enums import Method, Unit
from privacy.retention.scopes import named, queries
from privacy.retention.triggers import words_of
from privacy.wording import label_words

LONGEST_REVIEW = timedelta(days=366)


class PolicyForm(forms.Form):
    """Another version of a rule. What contradicts the notice is refused."""

    trigger = forms.ChoiceField(label=_("Counted from"))
    count = forms.IntegerField(label=_("Period"), min_value=0, max_value=1_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=worded(Unit.choices))
    method = forms.ChoiceField(label=_("Method"), choices=worded(Method.choices))
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person who approves the change reads it, and it stays on file."),
    )  # fmt: skip

    def __init__(self, policy: RetentionPolicy, data: Any = None) -> None:
        self.rule = policy.rule
        names = ("trigger", "count", "unit", "method")
        super().__init__(data, initial={name: getattr(policy, name) for name in names})
        trigger = self.fields["trigger"]
        assert isinstance(trigger, forms.ChoiceField)  # noqa: S101 (declared above)
        trigger.choices = [(name, gettext(words_of(name))) for name in policies.offered_triggers(policy.rule)]

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                policies.check(self.rule, self.wish)
            except policies.Refused as problem:
                raise forms.ValidationError(str(problem)) from problem
        return self.cleaned_data

    @property
    def wish(self) -> policies.Wish:
        return policies.Wish(**self.cleaned_data)


class Words(forms.CharField):
    """Several names in one field, one a line; none twice."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class HoldForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A legal hold. Names that name nothing are told; what it reaches is shown before it is placed."""

    people = Words(label=_("Customers"), required=False, help_text=_("Customer IDs, one per line."))
    organizations = Words(
        label=_("Organizations"), required=False, help_text=_("Names or keys of organizations, one per line.")
    )
    campaigns = Words(
        label=_("Campaigns"), required=False,
        help_text=_("Names of campaigns, one per line, or their short names (the end of the address of their "
                    "page)."),
    )  # fmt: skip
    categories = forms.TypedMultipleChoiceField(
        label=_("Categories of records"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    query_kind = forms.ChoiceField(label=_("Everyone who"), required=False)

    class Meta:
        model = LegalHold
        fields = (
            "name", "issuer", "reason", "review_on", "people", "organizations", "campaigns", "categories",
            "from_day", "to_day", "query_kind", "query",
        )  # fmt: skip
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 4}),
            **{name: forms.DateInput(attrs={"type": "date"}) for name in ("review_on", "from_day", "to_day")},
        }
        labels = {"query": _("Which one")}
        help_texts = {
            "review_on": _("Within a year. The hold stays in force until it is released."),
            "from_day": _("By the day from which a record is kept. Leave both empty for records of all days."),
            "query": _("The name of the territory, list or audience that you chose above."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories, query_kind = self.fields["categories"], self.fields["query_kind"]
        assert isinstance(categories, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        assert isinstance(query_kind, forms.ChoiceField)  # noqa: S101 (declared above)
        categories.choices = [(one.number, f"{one.number} {label_words(one.title)}") for one in in_force().categories]
        query_kind.choices = [("", "—"), *((one.kind, gettext(one.label)) for one in queries().values())]

    def clean_people(self) -> list[UUID]:
        return [UUID(key) for key in self._known("people", gettext("customer ID"))]

    def clean_organizations(self) -> list[UUID]:
        return [UUID(key) for key in self._known("organizations", gettext("organization"))]

    def clean_campaigns(self) -> list[str]:
        return self._known("campaigns", gettext("campaign"))

    def _known(self, name: str, word: str) -> list[str]:
        """The names as they are kept. Raises ValidationError for those that name nothing."""
        found = named(name, self.cleaned_data[name])
        if found.missing:
            raise forms.ValidationError(
                _("There is no %(word)s %(missing)s.") % {"word": word, "missing": ", ".join(found.missing)}
            )
        return found.kept

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day <= agency_today():
            raise forms.ValidationError(_("The day of review must be in the future: the hold is reviewed then."))
        if day > agency_today() + LONGEST_REVIEW:
            raise forms.ValidationError(_("Review the hold within a year; it stays in force until it is released."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        scopes = ("people", "organizations", "campaigns", "categories", "from_day", "to_day", "query_kind")
        if not self.errors and not any(values.get(name) for name in scopes):
            self.add_error(None, _("An empty hold holds nothing: enter whose records or which records it covers."))
        if values.get("from_day") and values.get("to_day") and values["to_day"] < values["from_day"]:
            self.add_error("to_day", _("The last day is before the first."))
        if values.get("query_kind"):
            problem = queries()[values["query_kind"]].problem(values.get("query", ""))
            if problem:
                self.add_error("query", problem)
        elif values.get("query"):
            self.add_error("query_kind", _("Choose what the text refers to."))
        return values

    def _post_clean(self) -> None:
        """What is wrong is told by the form's own words; the database's constraints would tell it once more by name."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]  # not in the stubs

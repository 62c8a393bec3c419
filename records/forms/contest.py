"""The form of a contest: its terms, and what its survey says of it, in one."""

from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.languages import word_fields
from privacy.models import User
from privacy.purposes import Basis
from records.enums import SurveyKind
from records.forms.organization import ORGANIZATION
from records.forms.record import FoundField, RecordForm
from records.forms.survey import refuse_topic
from records.models import Award, Contest, Organization, Survey
from records.naming import free_slug

OF_SURVEY = ("name", "name_es", "description", "description_es", "opens_on", "closes_on", "is_open")
# What may still be changed once people could read the terms.
STAYS_OPEN = {"name", "name_es", "description", "description_es", "is_open", "rules_es", "prizes_es", "conditions_es"}
# A winner each, with a letter and a task.
MOST = 1_000
STATES = frozenset([
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
])  # fmt: skip


class ContestForm(RecordForm):
    """Its survey is made and saved with it. What was published stays as it was: people entered by it."""

    class Meta:
        model = Contest
        fields: ClassVar[list[str]] = [
            "prizes",
            "prizes_es",
            "rules",
            "rules_es",
            "conditions",
            "conditions_es",
            "minimum_age",
            "states",
            "winners",
            "alternates",
            "claim_days",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "conditions": ("One question per line. Anyone who answers no cannot enter, and nothing about it is kept."),
            "conditions_es": "One line for each, in the same order.",
            "minimum_age": "Entrants confirm that they are at least this old; no age is kept.",
            "states": "Two letters each: IL, WI. If empty: from everywhere.",
            "alternates": "In order, for prizes that are not claimed.",
            "claim_days": "After this many days, a prize goes to the next alternate.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        survey = self.instance.survey if self.instance.pk else Survey(kind=SurveyKind.CONTEST)
        self.survey = survey
        own = forms.modelform_factory(Survey, fields=OF_SURVEY)(instance=survey)
        word_fields(own)
        for name in OF_SURVEY:
            self.fields[name] = own.fields[name]
            self.initial[name] = own.initial[name]
            self._dress(name, self.fields[name])
        for name in ("opens_on", "closes_on"):
            self.fields[name].required = True
        self.fields["closes_on"].help_text = _("Its last day, until midnight in the agency’s time zone.")
        self.fields["is_open"].label = _("Anyone with the address may enter")
        self.fields["only"] = FoundField(ORGANIZATION, self.user, label=_("Only for people at"), required=False)
        if self.instance.only_organization:
            known = Organization.objects.filter(key=self.instance.only_organization).first()
            self.initial["only"] = ORGANIZATION.text(known) if known else ""
        terms = ("prizes", "prizes_es", "rules", "rules_es", "conditions", "conditions_es", "minimum_age", "states")
        self.order_fields([*OF_SURVEY, *terms, "only"])
        if self.instance.committed_at:
            for name in set(self.fields) - STAYS_OPEN - {"source", "location"}:
                del self.fields[name]

    def clean_states(self) -> str:
        codes = self.cleaned_data["states"].upper().replace(",", " ").split()
        if unknown := [code for code in codes if code not in STATES]:
            raise forms.ValidationError(
                _("%(code)s is not a state: enter its two letters."), params={"code": unknown[0]}
            )
        return ", ".join(dict.fromkeys(codes))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("name", "name_es", "description", "description_es", "conditions", "conditions_es"):
            if name in self.fields:
                refuse_topic(self, name)
        if values.get("opens_on") and values.get("closes_on") and values["closes_on"] < values["opens_on"]:
            self.add_error("closes_on", _("This is before it opens."))
        if (values.get("winners") or 0) + (values.get("alternates") or 0) > MOST:
            self.add_error("alternates", _("There can be at most 1,000 winners and alternates."))
        only = values["only"].key if values.get("only") else None
        if "only" in self.fields:
            self.instance.only_organization = only
        if values.get("is_open") and self.instance.only_organization:
            self.add_error("is_open", _("Only personal links show which organization someone belongs to."))
        if lines(values.get("conditions_es")) not in (0, lines(values.get("conditions", self.instance.conditions))):
            self.add_error("conditions_es", _("Enter as many of these as in English, one per line, or none."))
        return values

    def keep(self, by: User, basis: Basis) -> Contest:
        with transaction.atomic():
            survey = self.survey
            for name in OF_SURVEY:
                if name in self.cleaned_data:
                    setattr(survey, name, self.cleaned_data[name])
            if survey._state.adding:
                survey.slug, survey.created_by = free_slug(Survey, survey.name), by
            changes.save(survey, by=by, basis=basis)
            self.instance.survey = survey
            kept: Contest = super().keep(by, basis)
        return kept


def lines(text: Any) -> int:
    return len([line for line in str(text or "").splitlines() if line.strip()])


class AwardForm(RecordForm):
    """Where a prize goes, as its winner says it by telephone."""

    class Meta:
        model = Award
        fields: ClassVar[list[str]] = ["send_to"]

"""Forms of organizations and of what is known of them."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.purposes import Basis
from records import validation
from records.forms.record import Finder, RecordForm
from records.intake.problems import Problem
from records.models import BusinessFact, IndustryCode, Organization, SupplierContract
from records.suppliers import forget, keepers


def find_organizations(user: User, text: str) -> "QuerySet[Organization]":
    """By whole number, else by whole name, case aside."""
    rows = Organization.objects.annotate(name_lower=Lower("name"))
    by_number = rows.filter(number=text.strip())
    return by_number if by_number.exists() else rows.filter(Q(name_lower=text.strip().lower()))


ORGANIZATION = Finder(
    find=find_organizations,
    text=lambda organization: organization.number or organization.name,
    help_text=_("The organization's number, or its whole name."),
)


class OrganizationForm(RecordForm):
    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = [
            "name",
            "number",
            "size",
            "years_in_business",
            "company_age",
            "employees",
            "sales",
            "revenue",
            "advertising_agency",
            "advertising_spending",
            "street",
            "city",
            "state",
            "postal_code",
            "relationship_ended_on",
        ]


class BusinessFactForm(RecordForm):
    said: ClassVar = {"business_fact_once": _("This is already on record for the organization.")}

    class Meta:
        model = BusinessFact
        fields: ClassVar[list[str]] = ["kind", "value"]


class IndustryCodeForm(RecordForm):
    said: ClassVar = {"industry_code_once": _("The organization has this number already.")}

    class Meta:
        model = IndustryCode
        fields: ClassVar[list[str]] = ["system", "code"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("system") and values.get("code"):
            try:
                values["code"] = validation.industry_code(values["system"], values["code"])
            except Problem as problem:
                self.add_error("code", _("This %(reason)s.") % {"reason": problem.words})
        return values


MOST_REMIND_DAYS = 730


class SupplierContractForm(RecordForm):
    said: ClassVar = {"contract_ends_after_start": "The contract ends before it starts."}

    class Meta:
        model = SupplierContract
        fields: ClassVar[list[str]] = [
            "award_number",
            "starts_on",
            "ends_on",
            "value",
            "products",
            "remind_days",
            "keeper",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "ends_on": "If empty: it has no end.",
            "value": "In US dollars. Sealed, and read by those who manage contracts.",
            "remind_days": "If empty: nobody is reminded.",
            "keeper": "If empty: those who manage contracts are reminded.",
        }

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        known = Q(pk__in=keepers()) | Q(pk=self.instance.keeper_id)
        self.fields["keeper"].queryset = User.objects.filter(known).order_by("name")  # type: ignore[attr-defined]
        if self.instance._state.adding:
            self.initial["keeper"] = user.pk

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if value is not None and value < 0:
            raise forms.ValidationError(_("A value must be 0 or more."))
        return value

    def clean_remind_days(self) -> int | None:
        days: int | None = self.cleaned_data["remind_days"]
        if days is not None and days > MOST_REMIND_DAYS:
            raise forms.ValidationError(_("A reminder that early would be forgotten: at most two years (730 days)."))
        return days

    def keep(self, by: User, basis: Basis) -> Any:
        """Another end, or another keeper: who was reminded need not be, and is anew if it is near."""
        changed = {"ends_on", "keeper", "remind_days"} & set(self.changed_data)
        kept = super().keep(by, basis)
        if changed:
            forget(kept)
        return kept

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The contract ends before it starts."))
        return values

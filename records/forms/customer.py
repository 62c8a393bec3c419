"""Forms of customers and of what is known of them."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_day, agency_today
from privacy.models import User
from privacy.purposes import Basis
from records import figures, validation
from records.enums import SEALED_IDENTIFIERS
from records.forms.organization import ORGANIZATION
from records.forms.record import RecordForm
from records.intake.fields import Email, Phone
from records.intake.problems import Problem
from records.models import ContactPoint, Customer, CustomerAssignment, Identifier, Interaction, Preference
from records.models.contact import identifier_hash


class CustomerForm(RecordForm):
    checks: ClassVar = {"email": Email(), "phone": Phone()}
    finders: ClassVar = {"organization": ORGANIZATION}

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = [
            "number",
            "name",
            "email",
            "phone",
            "street",
            "city",
            "state",
            "postal_code",
            "organization",
            "job_title",
            "job_description",
            "role",
            "level",
            "date_of_birth",
            "age",
            "territory",
            "customer_since",
            "relationship_ended_on",
            "relationship_end_reason",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "age": "If no date of birth is known.",
            "relationship_ended_on": "Starts retention: three years later the record is disposed of.",
            "relationship_end_reason": "Do not name anyone here.",
        }

    def clean_date_of_birth(self) -> Any:
        born = self.cleaned_data["date_of_birth"]
        if born and not (agency_today().year - 130 <= born.year and born <= agency_today()):
            raise forms.ValidationError(_("No one alive today was born on that day."))
        return born

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("relationship_ended_on") and not values.get("relationship_end_reason"):
            self.add_error("relationship_end_reason", _("State why the relationship ended."))
        return values

    def keep(self, by: User, basis: Basis) -> Customer:
        """A new customer is of whoever made the record, who would not see it otherwise."""
        is_new = self.instance._state.adding
        customer: Customer = super().keep(by, basis)
        if is_new:
            CustomerAssignment.objects.create(customer=customer, staff=by, assigned_by=by, reason="Made here")
        return customer


class ContactForm(RecordForm):
    also: ClassVar = ("normalized",)
    said: ClassVar = {"contact_once": _("This is already among the contacts.")}

    class Meta:
        model = ContactPoint
        fields: ClassVar[list[str]] = ["kind", "value"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") and values.get("value"):
            try:
                self.instance.normalized = validation.contact(values["kind"], values["value"])
            except Problem as problem:
                self.add_error("value", _("This %(reason)s.") % {"reason": problem.words})
        return values


class IdentifierForm(RecordForm):
    """One field for the number, wherever it is kept: in clear, or sealed with its hash."""

    number = forms.CharField(max_length=60)
    field_order = ["kind", "number"]
    also: ClassVar = ("value", "sealed_value", "value_hash")
    said: ClassVar = dict.fromkeys(
        ("identifier_once", "identifier_sealed_once"), _("This number is already saved here.")
    )

    class Meta:
        model = Identifier
        fields: ClassVar[list[str]] = ["kind"]

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.initial.setdefault("number", self.instance.number)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") and values.get("number"):
            try:
                self._place(values["kind"], validation.identifier(values["kind"], values["number"]))
            except Problem as problem:
                self.add_error("number", _("This %(reason)s.") % {"reason": problem.words})
        return values

    def _place(self, kind: str, number: str) -> None:
        is_sealed = kind in SEALED_IDENTIFIERS
        self.instance.value = "" if is_sealed else number
        self.instance.sealed_value = number if is_sealed else None
        self.instance.value_hash = identifier_hash(kind, number) if is_sealed else None


class PreferenceForm(RecordForm):
    class Meta:
        model = Preference
        fields: ClassVar[list[str]] = ["badge_name", "accommodations"]
        widgets: ClassVar = {"accommodations": forms.Textarea}


# What somebody types as earlier is a slip; what was imported may be older.
EARLIEST = date(2000, 1, 1)


class InteractionForm(RecordForm):
    class Meta:
        model = Interaction
        fields: ClassVar[list[str]] = ["kind", "happened_at", "about", "notes", "next_step", "next_step_on"]
        labels: ClassVar = {"about": "What about", "next_step_on": "Next step due on"}

    def clean_happened_at(self) -> Any:
        moment = self.cleaned_data["happened_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("That is in the future: put what is planned under “Next step”."))
        return moment

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("next_step_on") and not values.get("next_step"):
            self.add_error("next_step", _("Enter what is to be done on that day."))
        moment, due = values.get("happened_at"), values.get("next_step_on")
        if moment and moment != self.initial.get("happened_at") and agency_day(moment) < EARLIEST:
            self.add_error("happened_at", _("That is before %(day)s: check the year.") % {"day": figures.day(EARLIEST)})
        is_new = (moment, due) != (self.initial.get("happened_at"), self.initial.get("next_step_on"))
        if is_new and moment and due and due < agency_day(moment):
            self.add_error(
                "next_step_on",
                _("A next step cannot be due before what it follows, which was on %(day)s.")
                % {"day": figures.day(agency_day(moment))},
            )
        return values

    def keep(self, by: User, basis: Basis) -> Interaction:
        if self.instance._state.adding:
            self.instance.staff = by
        kept: Interaction = super().keep(by, basis)
        return kept

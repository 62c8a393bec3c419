"""The form of a response or conversion that staff record."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.enums import OutcomeKind
from campaigns.models import Assignment, Campaign, Share
from campaigns.responding import Said
from privacy.languages import worded
from privacy.models import User
from records.forms.record import Finder, FoundField
from records.models import Customer

SHARES_OFFERED = 50


def find_customer(user: User, text: str) -> "QuerySet[Customer]":
    """Among the customers whom the user sees, by number or else by e-mail address."""
    visible, text = Customer.objects.visible_to(user), text.strip()
    by_number = visible.filter(number=text)
    return by_number if by_number.exists() else visible.filter(email__iexact=text)


CUSTOMER = Finder(find_customer, lambda customer: customer.number, _("The customer's number or e-mail address."))


if TYPE_CHECKING:
    AssignmentChoice = forms.ModelChoiceField[Assignment]
    ShareChoice = forms.ModelChoiceField[Share]
else:
    AssignmentChoice = ShareChoice = forms.ModelChoiceField


class AssignmentField(AssignmentChoice):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.campaign.name} ({obj.variant})"


class ShareField(ShareChoice):
    def label_from_instance(self, obj: Any) -> str:
        day = date_format(timezone.localtime(obj.shared_at))
        return gettext("%(title)s, shared on %(day)s") % {"title": obj.material.title, "day": day}


class OutcomeForm(forms.Form):
    """Of one customer, whose campaigns and shares are offered. `key` comes back as it was, so that a second click on
    the button records nothing twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=worded(OutcomeKind.choices), label=_("What"))
    happened_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    amount = forms.DecimalField(
        label=_("Amount in dollars"), required=False, max_digits=14, decimal_places=2, min_value=0,
        help_text=_("What it brought in, if it brought in money."),
        error_messages={"min_value": _("An amount cannot be below zero.")},
    )  # fmt: skip
    assignment = AssignmentField(Assignment.objects.none(), label=_("Campaign"), required=False, empty_label=_("None"))
    share = ShareField(Share.objects.none(), label=_("Through which share"), required=False, empty_label=_("Not known"))

    def __init__(self, customer: Customer, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        initial = {"key": uuid.uuid4(), "happened_at": timezone.now(), **(initial or {})}
        super().__init__(data, initial=initial)
        assignments = Assignment.objects.filter(viewer__customer=customer).select_related(
            "campaign", "variant", "viewer"
        )
        self.fields["assignment"].queryset = assignments.order_by("-assigned_at")  # type: ignore[attr-defined]
        shares = Share.objects.filter(recipient__customer=customer).select_related("material")
        newest = shares.order_by("-shared_at").values("pk")[:SHARES_OFFERED]
        self.fields["share"].queryset = shares.filter(pk__in=newest)  # type: ignore[attr-defined]

    def clean_amount(self) -> Any:
        return self.cleaned_data["amount"] or None

    @property
    def said(self) -> Said:
        return Said(**{**self.cleaned_data, "kind": OutcomeKind(self.cleaned_data["kind"])})


class OutcomeCustomerForm(forms.Form):
    """Of a campaign: whose response it is, among the customers whom the user sees."""

    def __init__(self, user: User, campaign: Campaign, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaign = campaign
        self.fields["customer"] = FoundField(CUSTOMER, user, label=_("Customer"))

    def clean_customer(self) -> Customer:
        customer: Customer = self.cleaned_data["customer"]
        if not Assignment.objects.filter(campaign=self.campaign, viewer__customer=customer).exists():
            raise forms.ValidationError(_("This customer is not in the campaign: record it on their own page."))
        return customer

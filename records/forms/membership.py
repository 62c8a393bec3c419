"""Forms of mailing lists and of memberships of them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_day, agency_today
from privacy.models import User
from privacy.purposes import Basis
from privacy.wording import short_day
from records.enums import Source
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.models import ListMembership, MailingList
from records.naming import free_slug
from records.suppressing import suppress_member, suppression_of


class ListForm(RecordForm):
    class Meta:
        model = MailingList
        fields: ClassVar[list[str]] = ["name", "kind", "provider", "terms"]
        help_texts: ClassVar[dict[str, str]] = {
            "provider": "Who the addresses come from, if that is a list provider.",
            "terms": "What the provider allows: how often, how long, for what.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("source") == Source.LIST_PROVIDER and not values.get("provider"):
            self.add_error("provider", _("The source is a list provider: enter which one."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(MailingList, values["name"])
        return values


class MembershipForm(RecordForm):
    """Joining, and ending with a reason; `leave_out` keeps the member's addresses from coming back."""

    leave_out = forms.BooleanField(
        label=_("Leave this person out of the list from now on"),
        required=False,
        help_text=_("Their addresses are kept as keyed hashes only, and no import may add them again."),
    )
    finders: ClassVar = {"customer": PARTICIPANT}
    also: ClassVar = ("until",)
    said: ClassVar = {"list_membership_open_once": _("This customer is a member of the list already.")}

    class Meta:
        model = ListMembership
        fields: ClassVar[list[str]] = ["customer", "address", "since", "until", "end_reason"]
        labels: ClassVar = {"until": "Ended on", "end_reason": "Why it ended"}
        help_texts: ClassVar[dict[str, str]] = {
            "address": "The e-mail address that the list uses, if it is not the customer's main one.",
            "end_reason": "Do not name anyone here.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_new = self.instance._state.adding
        gone = ("until", "end_reason", "leave_out") if self.is_new else ("customer",)
        for name in gone:
            del self.fields[name]
        if self.is_new:
            self.initial["since"] = agency_today()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("since", "until"):
            if values.get(name) and values[name] > agency_today():
                self.add_error(name, _("This is in the future."))
        if self.is_new:
            self._refuse_suppressed()
        else:
            self._check_end(values)
        return values

    def _refuse_suppressed(self) -> None:
        customer = self.cleaned_data.get("customer")
        if customer is None:
            return
        self.instance.customer = customer
        found = suppression_of(customer, self.cleaned_data.get("address", ""), self.instance.mailing_list)
        if found:
            self.add_error(
                "customer",
                _("This person asked to be left out on %(agency_day)s.")
                % {"agency_day": short_day(agency_day(found.since))},
            )

    def _check_end(self, values: dict[str, Any]) -> None:
        if values.get("until") and not values.get("end_reason"):
            self.add_error("end_reason", _("State why the membership ended."))
        if (
            not values.get("until")
            and "until" not in self.errors
            and (values.get("end_reason") or values.get("leave_out"))
        ):
            self.add_error("until", _("Enter the day the membership ended."))
        if values.get("since") and values.get("until") and values["until"] < values["since"]:
            self.add_error("until", _("This is before the membership began."))

    def keep(self, by: User, basis: Basis) -> ListMembership:
        kept: ListMembership = super().keep(by, basis)
        if self.cleaned_data.get("leave_out"):
            suppress_member(kept)
        return kept

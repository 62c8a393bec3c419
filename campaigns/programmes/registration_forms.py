"""What customers type to register for an event."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.programmes.registering import Wishes
from campaigns.recipients.forms import NoPaymentNumbers

COMPLETE = {"autocomplete": "off"}


class WishesForm(NoPaymentNumbers):
    """How somebody takes part. All may be left empty."""

    badge_name = forms.CharField(
        label=_("Name on your badge"), max_length=100, required=False, help_text=_("If it is not your own name.")
    )
    role = forms.CharField(
        label=_("Your role at the event"), max_length=100, required=False, help_text=_("Speaker, visitor, exhibitor …")
    )
    itinerary = forms.CharField(
        label=_("When you arrive and leave"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    accommodations = forms.CharField(
        label=_("What you need in order to take part"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the organizers see this."),
    )

    @property
    def wishes(self) -> Wishes:
        return Wishes(**{name: self.cleaned_data[name].strip() for name in Wishes.__dataclass_fields__})


class StrangerForm(WishesForm):
    """Of somebody who came by no link of their own."""

    field_order = ("name", "email")
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("We will send you your own link there, and a calendar file."),
    )

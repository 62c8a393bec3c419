"""Forms of events and of registrations for them."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.models import Gathering, Registration
from records.naming import free_slug


class GatheringForm(RecordForm):
    class Meta:
        model = Gathering
        fields: ClassVar[list[str]] = ["name", "place", "starts_at", "ends_at"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] < values["starts_at"]:
            self.add_error("ends_at", _("This is before it starts."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Gathering, values["name"])
        return values


class RegistrationForm(RecordForm):
    finders: ClassVar = {"customer": PARTICIPANT}
    said: ClassVar = {"registration_once": "This customer is registered for the event already."}

    class Meta:
        model = Registration
        fields: ClassVar[list[str]] = [
            "customer",
            "registered_at",
            "role",
            "badge_name",
            "itinerary",
            "accommodations",
            "attended",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "badge_name": "Where it is not the customer's name.",
            "itinerary": "Sealed.",
            "accommodations": "Sealed. What they need in order to take part.",
        }
        widgets: ClassVar = {"itinerary": forms.Textarea, "accommodations": forms.Textarea}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            # What is sealed here is sealed for this customer: somebody else registers anew.
            del self.fields["customer"]
        else:
            self.initial["registered_at"] = timezone.now()

    def clean_registered_at(self) -> Any:
        moment = self.cleaned_data["registered_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("This is in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        cancelled, moment = self.instance.cancelled_at, values.get("registered_at")
        if cancelled and moment and moment > cancelled:
            self.add_error("registered_at", _("This is after the registration was cancelled."))
        return values

"""Forms of events and of registrations for them."""

from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.clocks import time_zones
from privacy.models import User
from privacy.purposes import Basis
from records import accommodating, moving, seating
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.models import Gathering, Registration
from records.naming import free_slug, new_token
from records.paying import registrations
from records.paying.adapter import provider


class MomentThere(forms.DateTimeField):
    """A moment that is written and read by the clock of a place, not of whoever fills the form in. A clock time that
    does not exist there, or exists twice, when summer time begins or ends, is refused."""

    zone: ZoneInfo

    def to_python(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)


class GatheringForm(RecordForm):
    class Meta:
        model = Gathering
        fields: ClassVar[list[str]] = [
            "name",
            "name_es",
            "description",
            "description_es",
            "place",
            "time_zone",
            "starts_at",
            "ends_at",
            "capacity",
            "price",
            "refund_days",
            "registration_closes_at",
            "is_open",
        ]
        field_classes: ClassVar = dict.fromkeys(("starts_at", "ends_at", "registration_closes_at"), MomentThere)
        help_texts: ClassVar[dict[str, str]] = {
            "name_es": "Anything not written in Spanish is shown in English.",
            "time_zone": "The times below are in this place's time zone.",
            "capacity": "Anyone after that waits, and moves up when a place is free. If empty: no limit.",
            "price": "0 or empty: free. Anyone who registers has a place for a time, and keeps it by paying.",
            "refund_days": ("Anyone who cancels by then gets a full refund. 0: until it begins. If empty: no refunds."),
            "registration_closes_at": "If empty: until it starts.",
            "is_open": "Otherwise it takes a shared link: one’s own, or one that its recipient gave away.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = self.instance.time_zone if self.instance.pk else settings.AGENCY_TIME_ZONE
        self.fields["time_zone"] = forms.ChoiceField(
            choices=time_zones,
            required=False,
            initial=own,
            label=_("Time zone"),
            help_text=self.fields["time_zone"].help_text,
        )
        self.initial["time_zone"] = own
        self.fields["price"].required = False
        typed = str(self.data.get(self.add_prefix("time_zone"), own))
        self.own_zone = own
        zone = ZoneInfo(typed if typed in available_timezones() else own)
        for field in self.fields.values():
            if isinstance(field, MomentThere):
                field.zone = zone

    def clean_time_zone(self) -> str:
        typed: str = self.cleaned_data["time_zone"]
        return typed or self.own_zone

    def clean_capacity(self) -> int | None:
        """People keep what they were told that they have."""
        capacity: int | None = self.cleaned_data["capacity"]
        if self.instance.pk and capacity is not None and capacity < (has := seating.taken(self.instance)):
            raise forms.ValidationError(
                _(
                    "%(has)s people already have a place: cancel registrations first, or keep at least that "
                    "many places."
                ),
                params={"has": has},
            )
        return capacity

    def clean_price(self) -> Decimal:
        """Nothing typed is free. Without a provider nobody could pay."""
        price = self.cleaned_data["price"] or Decimal(0)
        if price < 0:
            raise forms.ValidationError(_("A price must be 0 or more."))
        if price and provider() is None:
            raise forms.ValidationError(_("No payment provider is set up, so nobody could pay it."))
        return Decimal(price)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at, closes_at = values.get("starts_at"), values.get("registration_closes_at")
        if starts_at and closes_at and closes_at > starts_at:
            self.add_error("registration_closes_at", _("This is after it starts."))
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] < values["starts_at"]:
            self.add_error("ends_at", _("This is before it starts."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Gathering, values["name"])
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        """More places than before go to who waits, in order; whoever is registered is told of another time or place."""
        is_moved = not self.instance._state.adding and not {*moving.TIME_AND_PLACE}.isdisjoint(self.changed_data)
        kept = super().keep(by, basis)
        if is_moved:
            moving.moved(kept)
        if not kept.price:
            registrations.free_of_charge(kept, by, basis)
        seating.move_up(seating.locked(kept.pk), by, basis)
        return kept


class RegistrationForm(RecordForm):
    finders: ClassVar = {"customer": PARTICIPANT}
    also: ClassVar = ("checked_in_at",)
    said: ClassVar = {
        "registration_once": _(
            "This customer has a registration for the event already. If it was canceled, open it and undo the "
            "cancellation."
        )
    }

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
            "badge_name": "If it is not the customer's name.",
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
        if self.instance._state.adding and self.instance.gathering.cancelled_at:
            raise forms.ValidationError(_("This event is canceled."))
        cancelled, moment = self.instance.cancelled_at, values.get("registered_at")
        if cancelled and moment and moment > cancelled:
            self.add_error("registered_at", _("This is after the registration was canceled."))
        if values.get("attended") is not True:
            self.instance.checked_in_at = None
        return values

    def keep(self, by: User, basis: Basis) -> Any:
        """A new one takes a place, where one is free: what staff enter is no more than what customers do. What is
        needed to take part is a task of whoever looks after the event."""
        before = self.initial.get("accommodations") if self.instance.pk else None
        if self.instance._state.adding:
            event = seating.locked(self.instance.gathering_id)
            self.instance.is_waiting = seating.free(event) == 0
            self.instance.token = new_token()
        kept = super().keep(by, basis)
        accommodating.changed(kept, before, by, basis)
        return kept

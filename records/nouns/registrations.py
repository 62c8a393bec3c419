"""Who registered for an event: a list of its own, for there may be many."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from privacy.guards import signed_in
from privacy.models import User
from privacy.roles import Permit
from records.accommodating import with_open_needs
from records.confirming import may_confirm
from records.enums import RegistrationState, Sender
from records.forms.gathering import RegistrationForm
from records.listing import Column, Kind
from records.models import Gathering, Registration
from records.models.correspondence import LETTER_FACTS
from records.models.sent import SENT_FACTS, sender
from records.nouns.base import Action, Noun, NounFilters
from records.programmes import taking_part


class RegistrationFilters(NounFilters):
    ended = filters.BooleanFilter(method="with_ended", label=_("Canceled ones too"), widget=forms.CheckboxInput)
    needs = filters.BooleanFilter(
        method="with_needs", label=_("Something is needed and not taken care of"), widget=forms.CheckboxInput
    )
    of = filters.ModelChoiceFilter(
        field_name="gathering", queryset=Gathering.objects.order_by("name"), to_field_name="key", label=_("Event")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signed_in(self.request).has_permit(Permit.KEEP_PROGRAMMES):
            del self.filters["needs"]

    def with_needs(self, rows: "QuerySet[Registration]", name: str, value: bool) -> "QuerySet[Registration]":
        return rows.filter(Q(is_needed=True)) if value else rows


def visible(user: User) -> "QuerySet[Registration]":
    said = Case(When(attended=True, then=Value("Yes")), When(attended=False, then=Value("No")), default=Value(""))
    state = Case(
        When(cancelled_at__isnull=False, then=Value(RegistrationState.CANCELLED.value)),
        When(held_until__isnull=False, then=Value(RegistrationState.HELD.value)),
        When(is_waiting=True, then=Value(RegistrationState.WAITING.value)),
        default=Value(RegistrationState.CONFIRMED.value),
    )
    rows: QuerySet[Registration] = taking_part(Registration)(user).annotate(
        attendance=said, stands=state, sender=sender()
    )
    return with_open_needs(rows)


def _can_stand_again(registration: Registration) -> bool:
    return registration.cancelled_at is not None and registration.gathering.cancelled_at is None


NOUN = Noun(
    slug="registrations",
    singular="Registration",
    plural="Registrations",
    model=Registration,
    form=RegistrationForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Customer", "customer__name"),
        Column("Event", "gathering__name"),
        Column("Role", "role"),
        Column("Registered", "registered_at", Kind.MOMENT),
        Column("State", "stands", words=dict(RegistrationState.choices)),
        Column("Attended", "attendance", words={"Yes": "Yes", "No": "No"}),
        Column("Sent by", "sender", words=dict(Sender.choices)),
    ),
    sort="-registered_at",
    time_line=("registered_at", "gathering__name", "sent_by"),
    facts=(
        "customer", "gathering", "registered_at", "role", "badge", "itinerary", "accommodations",
        "is_waiting", "held_until", "attended", "checked_in_at", "cancelled_at", *SENT_FACTS, *LETTER_FACTS,
    ),
    for_keepers=("accommodations", "sent_through", "through_the_link_sent_to"),
    related=("gathering", "customer__preference", "sent_through__merged_into"),
    parent="gathering",
    is_listed_apart=True,
    also_under="customer",
    search=("customer__number", "customer__name__istartswith", "badge_name__istartswith"),
    search_hint="Customer ID, or how the customer’s name or the name on the badge begins",
    filters=RegistrationFilters,
    ended="cancelled_at",
    actions=(
        Action("What is needed is taken care of", "registration_seen-to", lambda one: one.is_needed),
        Action("It was the customer", "registration_theirs", may_confirm),
        Action("Attended", "registration_attended", lambda one: one.attended is not True and not one.cancelled_at),
        Action("Did not come", "registration_missed", lambda one: one.attended is not False and not one.cancelled_at),
        Action("Cancel", "registration_cancel", lambda one: one.cancelled_at is None),
        Action("Undo the cancellation", "registration_reopen", _can_stand_again),
    ),
    about="Who registered for which event, who came, and who waits for a place.",
    none="Nobody has registered yet.",
)  # fmt: skip

"""The list of shares: with the recipients for those who see customers, without for those who see campaigns alone."""

from dataclasses import replace
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse

from campaigns.enums import Channel, ShareState
from campaigns.models import Share, ShareQuerySet
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.listing import Column, Kind, Listing
from records.models import Customer
from records.models.customer import managed_staff, searched_key

PLACE = declare_place("shares", "The list of shares: what was shared with whom", (1, 2, 18), is_page=True)


def senders(request: HttpRequest | None) -> "QuerySet[User]":
    """Whose shares one may ask for."""
    if request is None:
        return User.objects.none()
    user = signed_in(request)
    people = User.objects if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) else managed_staff(user)
    return people.filter(shares__isnull=False).distinct().order_by("name")


class ShareFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="of_customer", label="Search")
    material = filters.CharFilter(field_name="material__title", lookup_expr="icontains", label="Material")
    sender = filters.ModelChoiceFilter(queryset=senders, label="Shared by", empty_label="Anybody")
    state = filters.ChoiceFilter(label="State", empty_label="Any state", choices=ShareState.choices)
    shared_since = filters.DateFilter(
        field_name="shared_at",
        lookup_expr="date__gte",
        label="Shared since",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = signed_in(self.request)
        if not (user.has_permit(Permit.VIEW_TEAM_CUSTOMERS) or user.has_permit(Permit.VIEW_ALL_CAMPAIGNS)):
            del self.filters["sender"]

    def of_customer(self, rows: ShareQuerySet, name: str, text: str) -> ShareQuerySet:
        """The shares for those customers whom the user sees and the text finds."""
        found = Customer.objects.visible_to(signed_in(self.request)).found_by(text)
        return rows.filter(recipient__customer__in=found.order_by().values("pk"))


class NamelessShareFilters(ShareFilters):
    """Without the search for customers."""

    search = None


def share_rows(user: User) -> ShareQuerySet:
    """The shares that the user may look at; `recipient_name` only of customers whom they see."""
    return (
        Share.objects.visible_to(user)
        .with_state()
        .with_recipient(user)
        .annotate(
            recipient_name=Case(When(sees_recipient=True, then=F("recipient__customer__name"))),
            material_title=F("material__title"),
            campaign_name=F("campaign__name"),
            sender_name=F("sender__name"),
        )
    )


COLUMNS = (
    Column("Material", "material_title", address=lambda row: reverse("share", args=[row["key"]])),
    Column("Shared with", "recipient_name"),
    Column("Campaign", "campaign_name"),
    Column("Shared by", "sender_name"),
    Column("How", "channel", words={str(value): str(label) for value, label in Channel.choices}),
    Column("Shared", "shared_at", Kind.MOMENT),
    Column("Ends", "expires_at", Kind.MOMENT),
    Column("State", "state", words={str(value): str(label) for value, label in ShareState.choices}),
)
SHARES = Listing(
    name="shares",
    columns=COLUMNS,
    filters=ShareFilters,
    rows=share_rows,
    key="key",
    sort="-shared_at",
    singular="share",
    place=PLACE,
    searched_key=searched_key,
)
NAMELESS_SHARES = replace(
    SHARES,
    columns=tuple(column for column in COLUMNS if column.name != "recipient_name"),
    filters=NamelessShareFilters,
    place=None,
)


def listing_for(user: User) -> Listing:
    return SHARES if any(user.has_permit(permit) for permit in SEES_CUSTOMERS) else NAMELESS_SHARES

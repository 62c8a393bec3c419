"""The list of shares: with the recipients for those who see customers, without for those who see campaigns alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import django_filters as filters
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaigns.enums import Channel, ShareState
from campaigns.models import Share, ShareQuerySet
from campaigns.share_visits import counts_of
from privacy.guards import signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.listing import Chosen, Column, Kind, Listing
from records.lists import declare_list
from records.models import Customer
from records.models.customer import managed_staff, searched_key
from records.periods import PeriodFilter

SEES_SHARES = (Permit.SHARE_MATERIALS, Permit.VIEW_ALL_CAMPAIGNS)
PLACE = declare_place(
    "shares",
    gettext_noop("The list of shares: what was shared with whom"),
    (1, 2, 18),
    is_page=True,
    permits=SEES_SHARES,
)


def senders(request: HttpRequest | None) -> "QuerySet[User]":
    """Whose shares one may ask for."""
    if request is None:
        return User.objects.none()
    user = signed_in(request)
    people = User.objects if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS) else managed_staff(user)
    return people.filter(shares__isnull=False).distinct().order_by("name")


class ShareFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="of_customer", label=_("Search"))
    material = filters.CharFilter(field_name="material__title", lookup_expr="icontains", label=_("Material"))
    campaign = filters.CharFilter(field_name="campaign__name", lookup_expr="icontains", label=_("Campaign"))
    sender = filters.ModelChoiceFilter(queryset=senders, label=_("Shared by"), empty_label=_("Anybody"))
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=ShareState.choices)
    shared = PeriodFilter(field_name="shared_at", is_moment=True, label=_("Shared"))

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
    Column(_("Material"), "material_title", address=lambda row: reverse("share", args=[row["key"]])),
    Column(_("Shared with"), "recipient_name"),
    Column(_("Campaign"), "campaign_name"),
    Column(_("Shared by"), "sender_name"),
    Column(_("How"), "channel", words={str(value): str(label) for value, label in Channel.choices}),
    Column(_("Shared"), "shared_at", Kind.MOMENT),
    Column(_("Ends"), "expires_at", Kind.MOMENT),
    Column(_("State"), "state", words={str(value): str(label) for value, label in ShareState.choices}),
)


def count_visits(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add to each row how often it was opened. Two queries."""
    shares = {share.key: share for share in Share.objects.filter(key__in=[row["key"] for row in rows])}
    counts = counts_of(list(shares.values()))
    for row in rows:
        counted = counts.get(shares[row["key"]].pk) if row["key"] in shares else None
        row |= {"visits": counted.count if counted else 0, "human": counted.human if counted else 0}


SHARES = Listing(
    name=gettext_noop("shares"),
    columns=COLUMNS,
    filters=ShareFilters,
    rows=share_rows,
    key="key",
    sort="-shared_at",
    singular=gettext_noop("share"),
    place=PLACE,
    searched_key=searched_key,
    page_columns=(Column(_("Visits"), "visits", Kind.COUNT), Column(_("By people"), "human", Kind.COUNT)),
    fill=count_visits,
)
NAMELESS_SHARES = replace(
    SHARES,
    columns=tuple(column for column in COLUMNS if column.name != "recipient_name"),
    filters=NamelessShareFilters,
    place=None,
)


def listing_for(user: User) -> Listing:
    return SHARES if user.has_one_of(SEES_CUSTOMERS) else NAMELESS_SHARES


SHARE_LIST = declare_list("shares", "shares", SEES_SHARES, listing_for)

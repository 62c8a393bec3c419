"""What can be exported, by name: a list (`customers`, `campaigns`, `shares`, a noun's slug) or a report
(`campaign/SLUG`, `customer/KEY`, `filtered`), with the filters of an address.

A source is what one user may take of it: their permits are asked here, each time anew, and rows are limited to their
scope by the list's own query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from analytics import lists  # noqa: F401  # they declare themselves
from analytics.exports.base import Table
from analytics.exports.tables import Notes, campaign_table, customer_table, filtered_table, list_table
from analytics.places import CUSTOMER, SHOWN
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.filtered import FilteredQuery, filtered_report
from campaigns.models import Campaign
from privacy.enums import KeyKind
from privacy.guards import require
from privacy.holdings import SELF, Holds, declaration_of
from privacy.models import User
from privacy.places import Place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.listing import Chosen, Listing
from records.lists import list_called
from records.models import Customer

SEES_CAMPAIGNS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)


class BadFilters(ValueError):
    """The filters of the address make no sense; the message says which."""


@dataclass(frozen=True)
class Source:
    """What a user may take of a list or report. `title` names nobody; `page` is where it is shown.

    `place`, `key` and `categories` are for the door; without a place it holds no identifiable records. `people` is a
    query of the keys of the persons in it. `looks_up` says that somebody in particular was searched for.
    """

    of: str
    title: str
    page: str
    count: Callable[[], int]
    table: Callable[[datetime, Notes], Table]
    place: Place | None = None
    key: KeyKind = KeyKind.LIST
    categories: tuple[int, ...] = ()
    people: Callable[[], "QuerySet[Any, Any]"] | None = None
    is_one_person: bool = False
    looks_up: bool = False

    @property
    def is_identifiable(self) -> bool:
        return self.place is not None

    def people_in(self, rows: int) -> int:
        """How many people the access log says were read."""
        return 1 if self.is_one_person else rows


def sees_people(user: User) -> bool:
    return any(user.has_permit(permit) for permit in SEES_CUSTOMERS)


def source_of(user: User, of: str, query: str) -> Source:
    """Raises Http404 for what does not exist or is out of the user's scope, PermissionDenied, and BadFilters."""
    require(user, Permit.EXPORT_LISTS)
    kind, _, which = of.partition("/")
    if kind in REPORTS and bool(which) == (kind != "filtered"):
        return REPORTS[kind](user, which, query)
    if which:
        raise Http404
    return _list(user, of, query)


def _asked(user: User, query: str) -> HttpRequest:
    """The request that a list's page would get, so that its filters choose the same rows."""
    request = HttpRequest()
    request.user = user
    request.GET = QueryDict(query)
    return request


# Lists ---------------------------------------------------------------------------------------------------------------


def _listing(user: User, of: str) -> tuple[Listing, str]:
    """The list and the address of its page. Raises Http404 and PermissionDenied."""
    known = list_called(of)
    if known is None or not known.has_files:
        raise Http404
    require(user, *known.see)
    return known.listing_for(user), known.address


def _list(user: User, of: str, query: str) -> Source:
    listing, page = _listing(user, of)
    chosen = listing.chosen(_asked(user, query))
    if not chosen.filterset.is_valid():
        raise BadFilters(_wrong(chosen))
    hides = of == "campaigns" and not sees_people(user)
    path = _people_path(chosen)
    return Source(
        of=of,
        title=listing.name.capitalize(),
        page=f"{page}?{query}" if query else page,
        count=chosen.count,
        table=lambda as_of, notes: list_table(chosen, as_of, notes, hides_small_groups=hides),
        place=listing.place,
        key=chosen.looked_up_by,
        categories=listing.place.categories if listing.place else (),
        people=(lambda: chosen.queryset.order_by().values_list(path, flat=True).distinct())
        if listing.place and path
        else None,
        looks_up=bool(listing.place and str(chosen.filterset.data.get("search", "")).strip()),
    )


def _wrong(chosen: Chosen) -> str:
    first = next(iter(chosen.filterset.form.errors.items()))
    return f"The filter “{first[0]}” makes no sense: {first[1][0]} Mend it on the list's page."


def _people_path(chosen: Chosen) -> str:
    """The lookup from a row to the key of the person; empty where a row is about no single one."""
    holds = declaration_of(chosen.queryset.model)
    individual = holds.individual if isinstance(holds, Holds) else ""
    return "key" if individual == SELF else f"{individual}__key" if individual else ""


# Reports -------------------------------------------------------------------------------------------------------------


def _campaign(user: User, slug: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)

    def table(as_of: datetime, notes: Notes) -> Table:
        report = campaign_report(CampaignQuery(found.slug))
        return campaign_table(report, as_of, notes, hides_small_groups=not sees_people(user))

    page = reverse("campaign", args=[found.slug])
    return Source(f"campaign/{found.slug}", found.name[:200], page, lambda: found.variants.count(), table)


def _customer(user: User, key: str, query: str) -> Source:
    require(user, *SEES_CUSTOMERS)
    try:
        person = get_object_or_404(Customer.objects.visible_to(user), key=UUID(key))
    except ValueError:
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        report = customer_report(CustomerQuery(person.key))
        return customer_table(report, f"customer-{person.key}", person.name, as_of, notes)

    return Source(
        of=f"customer/{person.key}",
        title="A customer's report",
        page=reverse("customer", args=[person.key]),
        count=lambda: len(customer_report(CustomerQuery(person.key)).materials),
        table=table,
        place=CUSTOMER,
        key=KeyKind.CUSTOMER_ID,
        categories=SHOWN,
        people=lambda: Customer.objects.filter(pk=person.pk).order_by().values_list("key", flat=True),
        is_one_person=True,
    )


def _filtered(user: User, _which: str, query: str) -> Source:
    """What was filtered: over the campaigns that the user sees, or of the one that the address names."""
    require(user, *SEES_CAMPAIGNS)
    slug = QueryDict(query).get("campaign", "")
    campaign = get_object_or_404(Campaign.objects.visible_to(user), slug=slug) if slug else None
    title = f"What was filtered: {campaign.name}"[:200] if campaign else "What was filtered"

    def numbers() -> tuple[int, ...] | None:
        if campaign:
            return (campaign.pk,)
        if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
            return None
        return tuple(Campaign.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))

    def table(as_of: datetime, notes: Notes) -> Table:
        report = filtered_report(FilteredQuery(numbers()))
        return filtered_table(report, f"filtered-{slug}" if slug else "filtered", title, as_of, notes)

    page = reverse("filtered") + (f"?campaign={slug}" if slug else "")
    return Source("filtered", title, page, lambda: len(filtered_report(FilteredQuery(numbers())).reasons), table)


REPORTS: dict[str, Callable[[User, str, str], Source]] = {
    "campaign": _campaign,
    "customer": _customer,
    "filtered": _filtered,
}

"""The lists of customers and campaigns; records.listing makes the page, the CSV and the XLSX of each."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import django_filters as filters
from django import forms
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from analytics.exports.base import HIDDEN
from analytics.exports.source import sees_people
from analytics.goal_words import reached_words
from analytics.models import ViewerDay
from analytics.places import CUSTOMERS as CUSTOMERS_PLACE
from analytics.queries import campaign_rows, customer_rows
from analytics.reports.engagement import scores
from analytics.reports.wording import REVENUE_OF_SENT
from campaigns.enums import CampaignState, GoalMeasure
from campaigns.models import Campaign, CampaignQuerySet, Viewer
from privacy.agency import agency_today
from privacy.guards import signed_in
from privacy.models import User
from privacy.roles import SEES_CUSTOMERS, Permit
from records.addresses import address_by_key
from records.choosing import WrittenChoiceFilter
from records.listing import Chosen, Column, Kind, Listing
from records.lists import declare_list
from records.models import (
    Customer,
    CustomerQuerySet,
    ListMembership,
    MailingList,
    Organization,
    Territory,
)
from records.models.customer import managed_staff, searched_key
from records.models.provenance import made_up_lookup
from records.periods import Period, PeriodFilter

# Customers -----------------------------------------------------------------------------------------------------------


def territories(request: HttpRequest | None) -> "QuerySet[Territory]":
    return Territory.objects.all()


def colleagues(request: HttpRequest | None) -> "QuerySet[User]":
    """Whose customers one may ask for: the manager's teams', or everybody's for those who see every customer."""
    if request is None:
        return User.objects.none()
    user = signed_in(request)
    return User.objects.all() if user.has_permit(Permit.VIEW_ALL_CUSTOMERS) else managed_staff(user)


class CustomerFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="find", label=_("Search"))
    territory = WrittenChoiceFilter(
        queryset=territories,
        statement="SELECT code, name FROM records_territory ORDER BY name",
        to_field_name="code",
        label=_("Territory"),
        empty_label=_("Any territory"),
    )
    organization = filters.CharFilter(method="of_organization", label=_("Organization"))
    staff = filters.ModelChoiceFilter(
        queryset=colleagues, method="of_staff", label=_("Assigned to"), empty_label=_("Anybody")
    )
    list = WrittenChoiceFilter(
        queryset=MailingList.objects.all(),
        statement="SELECT slug, name FROM records_mailinglist ORDER BY name, id",
        to_field_name="slug",
        method="of_list",
        label=_("Is or was on the list"),
        empty_label=_("Any list or none"),
    )
    engaged = PeriodFilter(method="seen_in", label=_("Engaged"))
    unseen = filters.BooleanFilter(method="without_view", label=_("No view yet"), widget=forms.CheckboxInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = signed_in(self.request)
        if not (user.has_permit(Permit.VIEW_TEAM_CUSTOMERS) or user.has_permit(Permit.VIEW_ALL_CUSTOMERS)):
            del self.filters["staff"]
        if not user.has_permit(Permit.VIEW_PROGRAMMES):
            del self.filters["list"]

    def find(self, rows: CustomerQuerySet, name: str, text: str) -> CustomerQuerySet:
        return rows.found_by(text)

    def of_organization(self, rows: CustomerQuerySet, name: str, text: str) -> CustomerQuerySet:
        """Those of the organizations whose name begins with the text, case aside."""
        found = Organization.objects.annotate(name_lower=Lower("name")).filter(name_lower__startswith=text.lower())
        return rows.filter(organization__in=found.order_by().values("pk"))

    def of_staff(self, rows: CustomerQuerySet, name: str, staff: User) -> CustomerQuerySet:
        return rows.assigned_to(staff)

    def of_list(self, rows: CustomerQuerySet, name: str, mailing_list: MailingList) -> CustomerQuerySet:
        """Its members, former ones too: whoever shares with them is told how many have left."""
        members = ListMembership.objects.filter(mailing_list=mailing_list)
        return rows.filter(pk__in=members.order_by().values("customer"))

    def seen_in(self, rows: CustomerQuerySet, name: str, period: Period) -> CustomerQuerySet:
        did = Q(views__gt=0) | Q(visits__gt=0) | Q(responses__gt=0) | Q(conversions__gt=0)
        days = ViewerDay.objects.within(period.first, period.last).filter(did, viewer_id=OuterRef("pk"))
        return rows.filter(has_viewer(Exists(days)))

    def without_view(self, rows: CustomerQuerySet, name: str, wanted: bool) -> CustomerQuerySet:
        return rows.filter(~has_viewer(total__views__gt=0)) if wanted else rows


def has_viewer(*conditions: Exists, **more: Any) -> Exists:
    """Whether the outer query's customer has a viewer that meets the conditions, which rely on the rollups' keys.

    One EXISTS within the other, not a list of viewers: PostgreSQL makes joins of them, and of the list a scan of all
    days for each customer (27 s instead of 40 ms at 1,700 customers).
    """
    return Exists(Viewer.objects.filter(*conditions, customer=OuterRef("pk"), **more))


STAFF_NAMES = StringAgg(
    "assignments__staff__name", ", ", filter=Q(assignments__until=None), order_by="assignments__staff__name"
)


def score_engagement(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add to each row its score of engagement. One query."""
    found = scores([row["pk"] for row in rows])
    for row in rows:
        row["engagement"] = found[row["pk"]]


CUSTOMERS = Listing(
    name=gettext_noop("customers"),
    columns=(
        Column(_("Name"), "name", address=lambda row: address_by_key("customer", row["key"])),
        Column(_("Number"), "number"),
        Column(_("Organization"), "organization_name"),
        Column(_("Territory"), "territory_name"),
        Column(_("Staff"), "staff_names", rank=STAFF_NAMES),
        Column(_("Views"), "views", Kind.COUNT, rank=Coalesce(Sum("viewers__total__views"), 0)),
        Column(_("Last seen"), "last_seen_at", Kind.MOMENT, rank=Max("viewers__total__last_at")),
        Column(_("Conversions"), "conversions", Kind.COUNT, rank=Coalesce(Sum("viewers__total__conversions"), 0)),
    ),
    filters=CustomerFilters,
    rows=customer_rows,
    few=partial(customer_rows, few=True),
    count=lambda user: Customer.objects.count_visible_to(user),
    key="key",
    sort="name",
    singular=gettext_noop("customer"),
    made_up=made_up_lookup(Customer),
    place=CUSTOMERS_PLACE,
    searched_key=searched_key,
    page_columns=(Column(_("Engagement"), "engagement", Kind.COUNT),),
    fill=score_engagement,
)


# Campaigns -----------------------------------------------------------------------------------------------------------


# Of which the page says in words how far a goal is.
OF_GOAL = ("goal_measure", "goal_value", "goal_so_far")


def say_goals(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Say in words how far each goal is; the goal alone where that tells of few people. No query."""
    for row in rows:
        if row["goal_value"] is not None:
            row["goal_share"] = reached_words(row["goal_measure"], row["goal_value"], row["goal_so_far"])


def say_what_is_hidden(chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Say so in each cell that tells of few people, but of a goal what is to be reached. No query."""
    say_goals(chosen, rows)
    for row in rows:
        row |= dict.fromkeys(set(row["hidden"]) - {"goal_so_far", "goal_share"}, HIDDEN.value)


class CampaignFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="find", label=_("Search"))
    state = filters.ChoiceFilter(
        method="in_state",
        label=_("State"),
        empty_label=_("Any state"),
        choices=[
            ("planned", _("Planned")),
            ("running", _("Running")),
            ("ended", _("Ended")),
            ("undated", _("Without dates")),
        ],
    )
    data = filters.ChoiceFilter(
        method="of_data",
        label=_("Data"),
        empty_label=_("All"),
        choices=[("real", _("Real")), ("made-up", _("Made up"))],
    )
    runs = PeriodFilter(method="runs_in", label=_("Runs in"))

    def find(self, rows: CampaignQuerySet, name: str, text: str) -> CampaignQuerySet:
        return rows.filter(name__icontains=text.strip())

    def runs_in(self, rows: CampaignQuerySet, name: str, period: Period) -> CampaignQuerySet:
        """Those with a day in the period; a campaign without an end goes on, one without a beginning always was."""
        if period.last:
            rows = rows.filter(Q(starts_on__lte=period.last) | Q(starts_on=None, ends_on__isnull=False))
        if period.first:
            rows = rows.filter(Q(ends_on__gte=period.first) | Q(ends_on=None, starts_on__isnull=False))
        return rows

    def of_data(self, rows: CampaignQuerySet, name: str, data: str) -> CampaignQuerySet:
        return rows.filter(is_demo=data == "made-up")

    def in_state(self, rows: CampaignQuerySet, name: str, state: str) -> CampaignQuerySet:
        today = agency_today()
        started, ended = Q(starts_on__lte=today), Q(ends_on__lt=today)
        undated = Q(starts_on=None, ends_on=None)
        states = {
            "planned": Q(starts_on__gt=today),
            "running": ~undated & (started | Q(starts_on=None)) & (~ended | Q(ends_on=None)),
            "ended": ended,
            "undated": undated,
        }
        return rows.filter(states[state])


CAMPAIGNS = Listing(
    name=gettext_noop("campaigns"),
    columns=(
        Column(_("Name"), "name", address=lambda row: reverse("campaign", args=[row["slug"]])),
        Column(_("Stage"), "state", words=dict(CampaignState.choices)),
        Column(_("Starts"), "starts_on", Kind.DATE),
        Column(_("Ends"), "ends_on", Kind.DATE),
        Column(_("Recipients"), "recipients", Kind.COUNT),
        Column(_("Viewers"), "viewers", Kind.COUNT),
        Column(_("Response rate"), "response_rate", Kind.RATE),
        Column(_("Conversions"), "conversions", Kind.COUNT),
        Column(_(REVENUE_OF_SENT), "revenue", Kind.MONEY),
        Column(_("Share of the goal"), "goal_share", Kind.RATE),
    ),
    file_columns=(
        Column(_("Goal in numbers"), "goal_measure", words=dict(GoalMeasure.choices)),
        Column(_("To be reached"), "goal_value", Kind.DECIMAL),
        Column(_("Reached"), "goal_so_far", Kind.DECIMAL),
    ),
    filters=CampaignFilters,
    rows=campaign_rows,
    key="slug",
    sort="-starts_on",
    singular=gettext_noop("campaign"),
    made_up=made_up_lookup(Campaign),
    needs=OF_GOAL,
    fill=say_goals,
)
# For those who may not see people: what tells of few has no value in the rows themselves, so that no sort, filter, file
# or place of a page can tell it.
CAMPAIGNS_WITHOUT_FEW = replace(
    CAMPAIGNS, rows=partial(campaign_rows, hides_few=True), needs=(*OF_GOAL, "hidden"), fill=say_what_is_hidden
)


def campaigns_for(user: User) -> Listing:
    return CAMPAIGNS if sees_people(user) else CAMPAIGNS_WITHOUT_FEW


SEES_CAMPAIGNS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)
CUSTOMER_LIST = declare_list("customers", "customers", SEES_CUSTOMERS, lambda user: CUSTOMERS)
CAMPAIGN_LIST = declare_list("campaigns", "campaigns", SEES_CAMPAIGNS, campaigns_for)

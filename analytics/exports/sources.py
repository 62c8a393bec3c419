"""What can be exported, by name: a list (`customers`, `campaigns`, `shares`, a noun's slug) or a report
(`campaign/SLUG`, `customer/KEY`, `filtered`), with the filters of an address.

A source is what one user may take of it: their permits are asked here, each time anew, and rows are limited to their
scope by the list's own query.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from analytics.comparing.asking import BadComparison, choice_of, compared
from analytics.comparing.tables import comparison_table, quarter_table
from analytics.exports.adjusted import adjusted_table
from analytics.exports.attribution import AttributionForm, attribution_query, attribution_table, without_few_people
from analytics.exports.base import Table
from analytics.exports.cohorts import CohortForm, cohort_query, cohort_table
from analytics.exports.engagement import engagement_table
from analytics.exports.funnel import FunnelForm, funnel_table
from analytics.exports.funnel import without_few_people as without_few_in_funnel
from analytics.exports.likely import likely_table
from analytics.exports.likely import without_few_people as without_few_likely
from analytics.exports.meetings import MeetingsForm, meetings_query, meetings_table
from analytics.exports.meetings import without_few_people as without_few_met
from analytics.exports.sharing import SharingForm, sharing_table
from analytics.exports.sharing import without_few_people as without_few_shared
from analytics.exports.small_groups import hidden_lifts
from analytics.exports.surveys import survey_table
from analytics.exports.tables import Notes, campaign_table, customer_table, filtered_table, list_table, material_table
from analytics.exports.webpages import web_page_table, web_pages_table, without_few_of_page, without_few_of_pages
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked, PictureForm
from analytics.places import CUSTOMER, LIKELY, MEETING_INSIGHTS, SHOWN, WEB_PAGE_INSIGHTS
from analytics.reports.adjusted import adjusted_test
from analytics.reports.attribution import attribution_report
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.cohorts import cohort_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.elements import element_words
from analytics.reports.engagement import MEASURES, engagement_of
from analytics.reports.filtered import FilteredQuery, filtered_report
from analytics.reports.funnel import FunnelQuery, FunnelReport, funnel_report
from analytics.reports.likely import LikelyQuery, LikelyReport, likelihoods, likely_report, names_people
from analytics.reports.material import MaterialQuery, material_report
from analytics.reports.meetings import MeetingReport, meeting_report, people_met
from analytics.reports.quarter import QuarterReport
from analytics.reports.sharing import SharingQuery, SharingReport, sharing_report
from analytics.reports.survey import survey_report
from analytics.reports.webpages import web_page_report, web_pages_report
from campaigns.materials.keeping import SEES as SEES_MATERIALS
from campaigns.models import Campaign, Material, WebPage, WebPageVersion
from campaigns.share_lists import SEES_SHARES
from campaigns.views.webpages import KEEPERS, pages_of
from privacy.enums import KeyKind
from privacy.guards import require
from privacy.holdings import SELF, Holds, declaration_of
from privacy.models import User
from privacy.places import Place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.listing import Chosen, Listing
from records.lists import list_called
from records.models import Customer, Survey

# What an address says so that groups of few people stay out, whoever reads: `small-groups=hidden`.
SMALL_GROUPS, HIDDEN_GROUPS = "small-groups", "hidden"
# Reports of which there is one.
WITHOUT_NAME = ("filtered", "cohorts", "compare", "attribution", "sharing", "meetings", "webpages")


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
    # Whether there are pictures of it.
    draws: bool = False

    @property
    def is_identifiable(self) -> bool:
        return self.place is not None

    def people_in(self, rows: int) -> int:
        """How many people the access log says were read."""
        return 1 if self.is_one_person else rows


def sees_people(user: User) -> bool:
    return any(user.has_permit(permit) for permit in SEES_CUSTOMERS)


def hides_few(user: User, query: str) -> bool:
    """Whether numbers about few people stay out: for those who may not see people, and where the address says so."""
    return not sees_people(user) or QueryDict(query).get(SMALL_GROUPS) == HIDDEN_GROUPS


def source_of(user: User, of: str, query: str) -> Source:
    """Raises Http404 for what does not exist or is out of the user's scope, PermissionDenied, and BadFilters."""
    require(user, Permit.EXPORT_LISTS)
    return seen_source(user, of, query)


def seen_source(user: User, of: str, query: str) -> Source:
    """The same for whoever may see it, without the permit to export."""
    kind, _, which = of.partition("/")
    if kind in REPORTS and bool(which) == (kind not in WITHOUT_NAME):
        return citing(kind, REPORTS[kind](user, which, query))
    if which:
        raise Http404
    return _list(user, of, query)


def citing(kind: str, source: Source) -> Source:
    """Each file of a report says which element of the notice it is."""

    def table(as_of: datetime, notes: Notes) -> Table:
        return source.table(as_of, (*notes, ("Element of the notice", element_words(kind))))

    return replace(source, table=table)


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
    query = _of_list(query)
    chosen = listing.chosen(_asked(user, query))
    if not chosen.filterset.is_valid():
        raise BadFilters(_wrong(chosen))
    hides = of == "campaigns" and hides_few(user, query)
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


def _of_list(query: str) -> str:
    """As the list's own address has it. What a list is narrowed to by `of` (an event, say) stands as `within` in an
    export's address, where `of` says what is exported.
    """
    asked = QueryDict(query, mutable=True)
    if within := asked.pop("within", None):
        asked["of"] = within[-1]
    return asked.urlencode()


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

    form = PictureForm(QueryDict(query), variants=variant_choices(found))
    asked = replace(asked_of(form), hides_few=hides_few(user, query))

    def table(as_of: datetime, notes: Notes) -> Table:
        return campaign_table(campaign_report(CampaignQuery(found.slug)), as_of, notes, asked)

    page = reverse("campaign", args=[found.slug])
    return Source(f"campaign/{found.slug}", found.name[:200], page, lambda: found.variants.count(), table, draws=True)


def _adjusted(user: User, slug: str, query: str) -> Source:
    """A campaign's test with what people did before allowed for."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    report = adjusted_test(found)
    if report is None:
        raise Http404
    hidden = hidden_lifts(campaign_report(CampaignQuery(slug))) if hides_few(user, query) else frozenset()

    def table(as_of: datetime, notes: Notes) -> Table:
        return adjusted_table(report, as_of, notes, hidden)

    page = reverse("campaign_adjusted", args=[slug])
    return Source(f"adjusted/{slug}", f"{found.name}: adjusted"[:200], page, lambda: len(report.lifts), table)


def _funnel(user: User, slug: str, query: str) -> Source:
    """How far a campaign's people came, by what the address asks."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    form = FunnelForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    hides = hides_few(user, query)

    @cache
    def report() -> FunnelReport:
        """Asked for once, for both the number of rows and the rows."""
        told = funnel_report(FunnelQuery(user, found, form.cleaned_data["by"]))
        return without_few_in_funnel(told) if hides else told

    def table(as_of: datetime, notes: Notes) -> Table:
        return funnel_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return (len(report().groups) + 1) * len(report().steps)

    page = reverse("campaign_funnel", args=[slug]) + (f"?{query}" if query else "")
    return Source(f"funnel/{slug}", f"{found.name}: how far people came"[:200], page, count, table, draws=True)


def _likely(user: User, slug: str, query: str) -> Source:
    """Who is likely to respond to a campaign: by name for those who keep customers, as tenths for others."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    hides, names = hides_few(user, query), names_people(user)

    @cache
    def report() -> LikelyReport:
        """Asked for once, for both the number of rows and the rows."""
        told = likely_report(LikelyQuery(user, found, 0))
        return without_few_likely(told) if hides else told

    def table(as_of: datetime, notes: Notes) -> Table:
        rows = likelihoods(user, found) if names and report().tenths else None
        return likely_table(report(), rows, as_of, notes, hides_few=hides)

    def people() -> "QuerySet[Any, Any]":
        return likelihoods(user, found).order_by().values_list("customer__key", flat=True)

    def count() -> int:
        return (report().people or 0) if names else len(report().tenths)

    page = reverse("campaign_likely", args=[slug])
    source = Source(f"likely/{slug}", f"{found.name}: who is likely to respond"[:200], page, count, table)
    return replace(source, place=LIKELY, categories=SHOWN, people=people) if names else source


def variant_choices(campaign: Campaign) -> list[tuple[str, str]]:
    rows = campaign.variants.order_by("-is_control", "position", "id")
    return [(variant.name, variant.label or variant.name) for variant in rows]


def wrong_filter(form: BaseForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"The filter “{name}” makes no sense: {errors[0]} Mend it on the report's page."


def asked_of(form: PictureForm) -> Asked:
    """What the address asks of the pictures. Raises BadFilters."""
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    return form.asked


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
        draws=True,
    )


def _engagement(user: User, key: str, query: str) -> Source:
    """How engaged a customer is, of whose page it is a part."""
    source = _customer(user, key, query)
    person = Customer.objects.get(key=UUID(key))

    def table(as_of: datetime, notes: Notes) -> Table:
        return engagement_table(engagement_of(person.pk), f"engagement-{person.key}", person.name, as_of, notes)

    return replace(
        source, of=f"engagement/{person.key}", title="A customer's engagement", count=lambda: len(MEASURES) + 1,
        table=table, draws=False,
    )  # fmt: skip


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
    count = lambda: len(filtered_report(FilteredQuery(numbers())).reasons)  # noqa: E731
    return Source("filtered", title, page, count, table, draws=True)


def _material(user: User, slug: str, query: str) -> Source:
    """The pages of a version (`version=`) of a material, or of the newest ready one."""
    require(user, *SEES_MATERIALS)
    found = get_object_or_404(Material, slug=slug)
    asked = version_asked(query)
    report = MaterialQuery(found.slug, asked)

    def table(as_of: datetime, notes: Notes) -> Table:
        return material_table(material_report(report), as_of, notes, hides_few=hides_few(user, query))

    page = reverse("material", args=[found.slug]) + (f"?version={asked}" if asked else "")
    count = lambda: len(material_report(report).pages)  # noqa: E731
    return Source(f"material/{found.slug}", found.title[:200], page, count, table, draws=True)


def _web_pages(user: User, _which: str, query: str) -> Source:
    """How the custom web pages that the user may open are used."""
    require(user, *KEEPERS)
    pages, hides = pages_of(user), hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        found = web_pages_report(pages)
        return web_pages_table(without_few_of_pages(found) if hides else found, as_of, notes, hides_few=hides)

    return Source(
        "webpages", "Web page insights", reverse("web_page_insights"), pages.count, table, place=WEB_PAGE_INSIGHTS,
        categories=WEB_PAGE_INSIGHTS.categories, people=lambda: people_of_pages(pages), draws=True,
    )  # fmt: skip


def people_of_pages(pages: "QuerySet[WebPage]") -> "QuerySet[Any, Any]":
    """The keys of the customers for whom pages are made."""
    whose = pages.filter(customer__isnull=False).order_by().values("customer")
    return Customer.objects.filter(pk__in=whose).order_by().values_list("key", flat=True)


def _web_page(user: User, slug: str, query: str) -> Source:
    """The blocks of a version (`version=`) of a custom web page, or of the published one."""
    require(user, *KEEPERS)
    asked, pages, hides = version_asked(query), pages_of(user).filter(material__slug=slug), hides_few(user, query)
    try:
        found = web_page_report(pages, slug, asked)
    except (WebPage.DoesNotExist, WebPageVersion.DoesNotExist):
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        return web_page_table(without_few_of_page(found) if hides else found, as_of, notes, hides_few=hides)

    page = reverse("insights_of_web_page", args=[slug]) + (f"?version={asked}" if asked else "")
    return Source(
        f"webpage/{slug}", found.page.title[:200], page, lambda: len(found.blocks), table, place=WEB_PAGE_INSIGHTS,
        categories=WEB_PAGE_INSIGHTS.categories, people=lambda: people_of_pages(pages),
    )  # fmt: skip


def version_asked(query: str) -> int:
    """The number of the version that the address names; 0 where it names none. Raises BadFilters."""
    asked = QueryDict(query).get("version", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise BadFilters("The filter “version” makes no sense: give the number of a version.")
    return int(asked or 0)


def _cohorts(user: User, _which: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    form = CohortForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked = cohort_query(user, form)

    def table(as_of: datetime, notes: Notes) -> Table:
        return cohort_table(cohort_report(asked), as_of, notes, hides_few=hides_few(user, query))

    page = reverse("cohorts") + (f"?{query}" if query else "")
    count = lambda: sum(len(cohort.came) for cohort in cohort_report(asked).cohorts)  # noqa: E731
    return Source("cohorts", "Who comes back", page, count, table, draws=True)


def _attribution(user: User, _which: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    form = AttributionForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides = attribution_query(user, form.cleaned_data["days"]), hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        report = attribution_report(asked)
        told = without_few_people(report) if hides else report
        return attribution_table(told, as_of, notes, form.cleaned_data["rule"], hides_few=hides)

    page = reverse("attribution") + (f"?{query}" if query else "")
    count = lambda: len(attribution_report(asked).campaigns)  # noqa: E731
    return Source("attribution", "What conversions are owed to", page, count, table)


def _sharing(user: User, _which: str, query: str) -> Source:
    """How sharing is used, of the shares that the user may look at."""
    require(user, *SEES_SHARES)
    form = SharingForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides = SharingQuery(user, form.cleaned_data["days"]), hides_few(user, query)

    @cache
    def report() -> SharingReport:
        """Asked for once, for both the number of rows and the rows."""
        found = sharing_report(asked)
        return without_few_shared(found) if hides else found

    def table(as_of: datetime, notes: Notes) -> Table:
        return sharing_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return len(report().staff) + len(report().materials) + len(report().channels) + 1

    page = reverse("sharing") + (f"?{query}" if query else "")
    return Source("sharing", "How sharing is used", page, count, table, draws=True)


def _meetings(user: User, _which: str, query: str) -> Source:
    """What meetings come to, of the customers whom the user sees; of all of them without what tells of few."""
    require(user, *SEES_CAMPAIGNS)
    form = MeetingsForm(user, QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    asked, hides, sees = meetings_query(user, form), hides_few(user, query), sees_people(user)

    @cache
    def report() -> MeetingReport:
        """Asked for once, for both the number of rows and the rows."""
        found = meeting_report(asked)
        return without_few_met(found) if hides else found

    def table(as_of: datetime, notes: Notes) -> Table:
        return meetings_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return len(report().hosts) + len(report().meetings) + len(report().materials) + 1

    page = reverse("meeting_insights") + (f"?{query}" if query else "")
    return Source(
        "meetings", "Meeting insights", page, count, table, draws=True,
        place=MEETING_INSIGHTS if sees else None, categories=MEETING_INSIGHTS.categories if sees else (),
        people=(lambda: people_met(asked)) if sees else None,
    )  # fmt: skip


def _compare(user: User, _which: str, query: str) -> Source:
    """What the page of the comparison shows: two to five things side by side, or the campaigns of a quarter."""
    require(user, *SEES_CAMPAIGNS)
    try:
        choice = choice_of(QueryDict(query))
        if choice is None:
            raise Http404
        found = compared(user, choice)
    except BadComparison as problem:
        raise BadFilters(str(problem)) from problem
    hides = hides_few(user, query)

    def table(as_of: datetime, notes: Notes) -> Table:
        if isinstance(found, QuarterReport):
            return quarter_table(found, as_of, notes, hides_few=hides)
        return comparison_table(found, as_of, notes, hides_few=hides)

    title = f"Campaigns of {found.name}" if isinstance(found, QuarterReport) else f"Compared {found.kind}"
    return Source("compare", title, f"{reverse('compare')}?{query}", lambda: len(found.rows), table, draws=True)


def _survey(user: User, key: str, query: str) -> Source:
    """What came out of a survey, groups of few people always hidden."""
    require(user, Permit.VIEW_PROGRAMMES)
    try:
        found = get_object_or_404(Survey, key=UUID(key))
    except ValueError:
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        return survey_table(survey_report(found), as_of, notes)

    page = reverse("survey_results", args=[found.key])
    count = lambda: sum(max(len(result.bars), 1) for result in survey_report(found).results)  # noqa: E731
    return Source(f"survey/{found.key}", found.name[:200], page, count, table, draws=True)


REPORTS: dict[str, Callable[[User, str, str], Source]] = {
    "campaign": _campaign,
    "adjusted": _adjusted,
    "funnel": _funnel,
    "likely": _likely,
    "customer": _customer,
    "engagement": _engagement,
    "filtered": _filtered,
    "cohorts": _cohorts,
    "attribution": _attribution,
    "sharing": _sharing,
    "meetings": _meetings,
    "compare": _compare,
    "material": _material,
    "webpage": _web_page,
    "webpages": _web_pages,
    "survey": _survey,
}

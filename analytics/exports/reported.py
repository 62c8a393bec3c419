"""What a user may take of the reports of campaigns, customers and materials, and of what was filtered."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import Notes, Table
from analytics.exports.engagement import engagement_table
from analytics.exports.names import report_name
from analytics.exports.source import BadFilters, Maker, Source, hides_few, version_asked, wrong_filter
from analytics.exports.tables import campaign_table, customer_table, filtered_table, material_table
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked, PictureForm
from analytics.places import CUSTOMER, SHOWN
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.engagement import MEASURES, engagement_of
from analytics.reports.filtered import FilteredQuery, filtered_report
from analytics.reports.material import MaterialQuery, material_report
from campaigns.materials.keeping import SEES as SEES_MATERIALS
from campaigns.models import Campaign, Material
from privacy.enums import KeyKind
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models import Customer


def campaign_source(user: User, slug: str, query: str) -> Source:
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)

    form = PictureForm(QueryDict(query), variants=variant_choices(found))
    asked = replace(asked_of(form), hides_few=hides_few(user, query))

    def table(as_of: datetime, notes: Notes) -> Table:
        return campaign_table(campaign_report(CampaignQuery(found.slug)), as_of, notes, asked)

    page = reverse("campaign", args=[found.slug])
    return Source(f"campaign/{found.slug}", found.name, page, lambda: found.variants.count(), table, draws=True)


def variant_choices(campaign: Campaign) -> list[tuple[str, str]]:
    rows = campaign.variants.order_by("-is_control", "position", "id")
    return [(variant.name, variant.label or variant.name) for variant in rows]


def asked_of(form: PictureForm) -> Asked:
    """What the address asks of the pictures. Raises BadFilters."""
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    return form.asked


def customer_source(user: User, key: str, query: str) -> Source:
    require(user, *SEES_CUSTOMERS)
    try:
        person = get_object_or_404(Customer.objects.visible_to(user), key=UUID(key))
    except ValueError:
        raise Http404 from None

    def table(as_of: datetime, notes: Notes) -> Table:
        report = customer_report(CustomerQuery(person.key))
        return customer_table(report, report_name("customer", str(person.key)), person.name, as_of, notes)

    return Source(
        of=f"customer/{person.key}",
        title=_("A customer's report"),
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


def engagement_source(user: User, key: str, query: str) -> Source:
    """How engaged a customer is, of whose page it is a part."""
    source = customer_source(user, key, query)
    person = Customer.objects.get(key=UUID(key))

    def table(as_of: datetime, notes: Notes) -> Table:
        name = report_name("engagement", str(person.key))
        return engagement_table(engagement_of(person.pk), name, person.name, as_of, notes)

    return replace(
        source, of=f"engagement/{person.key}", title=_("A customer's engagement"), count=lambda: len(MEASURES) + 1,
        table=table, draws=False,
    )  # fmt: skip


def filtered_source(user: User, _which: str, query: str) -> Source:
    """What was filtered: over the campaigns that the user sees, or of the one that the address names."""
    require(user, *SEES_CAMPAIGNS)
    slug = QueryDict(query).get("campaign", "")
    campaign = get_object_or_404(Campaign.objects.visible_to(user), slug=slug) if slug else None
    title = filled(_("What was filtered: %(name)s"), name=campaign.name) if campaign else _("What was filtered")

    def numbers() -> tuple[int, ...] | None:
        if campaign:
            return (campaign.pk,)
        if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
            return None
        return tuple(Campaign.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))

    def table(as_of: datetime, notes: Notes) -> Table:
        report = filtered_report(FilteredQuery(numbers()))
        return filtered_table(report, report_name("filtered", slug), str(title), as_of, notes)

    page = reverse("filtered") + (f"?campaign={slug}" if slug else "")
    count = lambda: len(filtered_report(FilteredQuery(numbers())).reasons)  # noqa: E731
    return Source("filtered", title, page, count, table, draws=True)


def material_source(user: User, slug: str, query: str) -> Source:
    """The pages of a version (`version=`) of a material, or of the newest ready one."""
    require(user, *SEES_MATERIALS)
    found = get_object_or_404(Material, slug=slug)
    asked = version_asked(query)
    report = MaterialQuery(found.slug, asked)

    def table(as_of: datetime, notes: Notes) -> Table:
        return material_table(material_report(report), as_of, notes, hides_few=hides_few(user, query))

    page = reverse("material", args=[found.slug]) + (f"?version={asked}" if asked else "")
    count = lambda: len(material_report(report).pages)  # noqa: E731
    return Source(f"material/{found.slug}", found.title, page, count, table, draws=True)


SOURCES: dict[str, Maker] = {
    "campaign": campaign_source,
    "customer": customer_source,
    "engagement": engagement_source,
    "filtered": filtered_source,
    "material": material_source,
}

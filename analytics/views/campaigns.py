"""The list of campaigns, and one campaign's report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.findings import cards, measure_rows
from analytics.lists import CAMPAIGN_LIST, SEES_CAMPAIGNS
from analytics.pictures import days_picture, lift_pictures
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from campaigns.calendar import notes_on
from campaigns.models import Campaign
from privacy.guards import permit_required, signed_in
from privacy.roles import SEES_CUSTOMERS, Permit
from records.views.lists import list_page


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, CAMPAIGN_LIST, "analytics/campaigns.html")


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of a campaign that the reader sees; 404 for any other, as for one that does not exist."""
    found = get_object_or_404(Campaign.objects.visible_to(signed_in(request)), slug=slug)
    report = campaign_report(CampaignQuery(found.slug))
    return render(request, "analytics/campaign.html", {**campaign_context(report), **about(request, found, report)})


def about(request: HttpRequest, campaign: Campaign, report: CampaignReport) -> dict[str, object]:
    """What stands beside the numbers: the campaign itself and the notes on its days. One query."""
    user = signed_in(request)
    days = [row.day for row in report.days] + [day for day in (campaign.starts_on, campaign.ends_on) if day]
    notes = notes_on(campaign).filter(day__range=(min(days), max(days))) if days else notes_on(campaign)
    sees_customers = any(user.has_permit(permit) for permit in SEES_CUSTOMERS)
    return {
        "campaign": campaign,
        "notes": list(notes),
        "may_record": sees_customers and user.has_permit(Permit.KEEP_RESPONSES),
    }


def campaign_context(report: CampaignReport) -> dict[str, object]:
    return {
        "report": report,
        "cards": cards(report),
        "is_compared": any(variant.lift for variant in report.variants),
        "measure_rows": measure_rows(report),
        "lift_pictures": lift_pictures(report),
        "days_picture": days_picture(report),
    }

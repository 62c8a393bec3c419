"""The list of campaigns, and one campaign's report."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics.findings import cards, measure_rows
from analytics.lists import CAMPAIGNS
from analytics.pictures import days_picture, lift_pictures
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.views.files import report_maker
from analytics.views.lists import list_response
from campaigns.models import Campaign
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit

SEES_CAMPAIGNS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def campaign_list(request: HttpRequest) -> HttpResponseBase:
    return list_response(request, CAMPAIGNS, "analytics/campaigns.html")


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def campaign(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The report of a campaign that the reader sees; 404 for any other, as for one that does not exist."""
    make_file = report_maker(request)
    found = get_object_or_404(Campaign.objects.visible_to(signed_in(request)), slug=slug)
    report = campaign_report(CampaignQuery(found.slug))
    if make_file:
        return make_file(report, f"campaign-{found.slug}")
    return render(request, "analytics/campaign.html", campaign_context(report))


def campaign_context(report: CampaignReport) -> dict[str, object]:
    return {
        "report": report,
        "cards": cards(report),
        "is_compared": any(variant.lift for variant in report.variants),
        "measure_rows": measure_rows(report),
        "lift_pictures": lift_pictures(report),
        "days_picture": days_picture(report),
    }

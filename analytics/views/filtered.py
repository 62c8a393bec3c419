"""What was filtered and why."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.filtered import reason_rows, verdict_days_picture
from analytics.lists import SEES_CAMPAIGNS
from analytics.reports.filtered import FilteredQuery, filtered_report
from campaigns.models import Campaign
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.roles import Permit


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def filtered(request: HttpRequest) -> HttpResponse:
    """Sums over the campaigns that the reader sees, or over one (`?campaign=slug`; 404 for any other)."""
    user = signed_in(request)
    campaign = chosen_campaign(user, request.GET.get("campaign", ""))
    report = filtered_report(FilteredQuery(numbers(user, campaign)))
    context = {
        "campaign": campaign,
        "report": report,
        "reason_rows": reason_rows(report),
        "days_picture": verdict_days_picture(report),
        "sees_all": user.has_permit(Permit.VIEW_ALL_CAMPAIGNS),
    }
    return render(request, "analytics/filtered.html", context)


def chosen_campaign(user: User, slug: str) -> Campaign | None:
    if not slug:
        return None
    try:
        validate_slug(slug)
        return Campaign.objects.visible_to(user).get(slug=slug)
    except (ValidationError, Campaign.DoesNotExist):
        raise Http404 from None


def numbers(user: User, campaign: Campaign | None) -> tuple[int, ...] | None:
    """Which campaigns are counted: the one, all and what belongs to none, or those that the reader sees."""
    if campaign:
        return (campaign.pk,)
    if user.has_permit(Permit.VIEW_ALL_CAMPAIGNS):
        return None
    return tuple(Campaign.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))

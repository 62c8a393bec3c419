"""The page of who is likely to respond to a campaign."""

from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.likely import reasons_of, without_few_people
from analytics.exports.source import sees_people
from analytics.likely_words import METHOD, fields_used, measured_words, why_nobody
from analytics.lists import SEES_CAMPAIGNS
from analytics.places import LIKELY
from analytics.reports.likely import LikelyQuery, LikelyReport, likely_report, names_people
from campaigns.models import Campaign, Material
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def likely(request: HttpRequest, slug: str) -> HttpResponse:
    """404 where the reader does not see the campaign. Whoever keeps customers sees theirs by name, through the door;
    others see how many there are."""
    user = signed_in(request)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    with reading_of(request, LIKELY) if names_people(user) else nullcontext() as read:
        report = likely_report(LikelyQuery(user, found))
        if read:
            read.count = len(report.customers)
        context = likely_context(report if sees_people(user) else without_few_people(report), found, user)
        return render(request, "analytics/likely.html", context)


def likely_context(report: LikelyReport, campaign: Campaign, user: User) -> dict[str, object]:
    return {
        "report": report,
        "customers": [(one, reasons_of(one)) for one in report.customers],
        "materials": materials_of(campaign) if report.customers else [],
        "why_nobody": why_nobody(report),
        "measured": measured_words(report.model) if report.model else "",
        "fields": fields_used(),
        "method": gettext(METHOD),
        "is_hidden": not sees_people(user),
    }


def materials_of(campaign: Campaign) -> list[Material]:
    """What the campaign sends and can be shared, the first variant's first. One query."""
    return list(Material.objects.offered().filter(variants__campaign=campaign).distinct().order_by("title"))

"""The page of how sharing is used: who shares, what, by which channel, and how it lands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from analytics.exports.sharing import METHOD, SharingForm, without_few_people
from analytics.exports.source import sees_people
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.reports.sharing import SharingQuery, sharing_report
from campaigns.share_lists import SEES_SHARES
from privacy.guards import permit_required, signed_in
from records.views.lists import marked

HEADINGS = {
    "staff": gettext_lazy("By staff"),
    "materials": gettext_lazy("By material"),
    "channels": gettext_lazy("By channel"),
}


@require_safe
@permit_required(*SEES_SHARES)
def sharing(request: HttpRequest) -> HttpResponse:
    """Of the shares that the reader may look at: their own, their teams', or all."""
    user = signed_in(request)
    form = SharingForm(request.GET)
    context: dict[str, object] = {"form": marked(form), "method": gettext(METHOD)}
    if form.is_valid():
        report = sharing_report(SharingQuery(user, form.cleaned_data["days"]))
        if not sees_people(user):
            report = without_few_people(report)
        parts = [(name, label, getattr(report, name)) for name, label in HEADINGS.items()]
        sections = drawn_sections("sharing", report, Asked(hides_few=not sees_people(user)))
        context |= {"report": report, "parts": parts, "sections": sections, "is_hidden": not sees_people(user)}
    return render(request, "analytics/sharing.html", context)

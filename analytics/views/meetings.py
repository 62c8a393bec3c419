"""The page of what meetings with customers come to."""

from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.meetings import METHOD, MeetingsForm, meetings_query, without_few_people
from analytics.exports.source import sees_people
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.places import MEETING_INSIGHTS
from analytics.reports.meetings import meeting_report
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from records.views.lists import marked

MOST_SHOWN = 100


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def meeting_insights(request: HttpRequest) -> HttpResponse:
    """Over the customers whom the reader sees, or without what tells of few people over all of them."""
    user = signed_in(request)
    form = MeetingsForm(user, request.GET)
    context: dict[str, object] = {"form": marked(form), "method": gettext(METHOD)}
    if not form.is_valid():
        return render(request, "analytics/meetings.html", context)
    hides_few = not sees_people(user)
    with nullcontext() if hides_few else reading_of(request, MEETING_INSIGHTS) as read:
        report = meeting_report(meetings_query(user, form))
        if read:
            read.count = report.total.people or 0
        if hides_few:
            report = without_few_people(report)
        sections = drawn_sections("meetings", report, Asked(hides_few=hides_few))
        context |= {"report": report, "sections": sections, "is_hidden": hides_few, "most": MOST_SHOWN}
        return render(request, "analytics/meetings.html", context)

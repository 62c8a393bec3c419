"""Customers by the month of their first share, and who came back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.exports.cohorts import CohortForm, cohort_query
from analytics.exports.source import sees_people
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.reports.cohorts import cohort_report
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from records.views.lists import marked


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def cohorts(request: HttpRequest) -> HttpResponse:
    """Counts over the customers whom the reader sees, or over all for those who see every campaign."""
    user = signed_in(request)
    form = CohortForm(request.GET)
    context: dict[str, object] = {"form": marked(form), "sees_all": user.has_permit(Permit.VIEW_ALL_CAMPAIGNS)}
    if form.is_valid():
        report = cohort_report(cohort_query(user, form))
        asked = Asked(hides_few=not sees_people(user))
        context |= {"report": report, "sections": drawn_sections("cohorts", report, asked)}
    return render(request, "analytics/cohorts.html", context)

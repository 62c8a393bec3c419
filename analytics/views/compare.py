"""Campaigns, materials and periods side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.comparing.asking import BadComparison, choice_of, compared
from analytics.comparing.choosing import choices_for
from analytics.comparing.tables import measure_rows, method_of
from analytics.exports.source import hides_few
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.reports.comparison import Comparison, without_few_people
from analytics.reports.quarter import QuarterReport, without_few_in_quarter
from privacy.guards import permit_required, signed_in


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def compare(request: HttpRequest) -> HttpResponse:
    """What the address asks to compare; where it asks for nothing, or for what cannot be, what there is to choose."""
    user = signed_in(request)
    try:
        choice = choice_of(request.GET)
        if choice is None:
            return choosing(request)
        found = compared(user, choice)
    except BadComparison as problem:
        return choosing(request, str(problem))
    asked = Asked(hides_few=hides_few(user, request.GET.urlencode()))
    if isinstance(found, QuarterReport):
        return render(request, "analytics/compare_quarter.html", quarter_context(found, asked))
    return render(request, "analytics/compare.html", comparison_context(found, asked))


def choosing(request: HttpRequest, problem: str = "") -> HttpResponse:
    ticked = {*request.GET.getlist("campaign"), *request.GET.getlist("material")}
    context = {"problem": problem, "choices": choices_for(signed_in(request)), "ticked": ticked}
    return render(request, "analytics/compare_choose.html", context, status=422 if problem else 200)


def comparison_context(found: Comparison, asked: Asked) -> dict[str, object]:
    shown = without_few_people(found) if asked.hides_few else found
    return {
        "comparison": found,
        "measure_rows": measure_rows(shown),
        "sections": drawn_sections("compare", found, asked),
        "method": method_of(found),
    }


def quarter_context(found: QuarterReport, asked: Asked) -> dict[str, object]:
    return {
        "report": found,
        "campaigns": (without_few_in_quarter(found) if asked.hides_few else found).rows,
        "hides_few": asked.hides_few,
        "sections": drawn_sections("quarter", found, asked),
        "method": method_of(found),
    }

"""Which campaigns conversions are owed to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.attribution import (
    GIVEN,
    LABELS,
    METHOD,
    AttributionForm,
    attribution_query,
    differing,
    without_few_people,
)
from analytics.exports.source import sees_people
from analytics.lists import SEES_CAMPAIGNS
from analytics.reports.attribution import RULE_NAMES, attribution_report, most_owed_first
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from records.views.lists import marked


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def attribution(request: HttpRequest) -> HttpResponse:
    """Sums over the customers whom the reader sees, or over everybody for those who see every campaign."""
    user = signed_in(request)
    form = AttributionForm(request.GET)
    context: dict[str, object] = {"form": marked(form), "sees_all": user.has_permit(Permit.VIEW_ALL_CAMPAIGNS)}
    if form.is_valid():
        rule = form.cleaned_data["rule"]
        report = attribution_report(attribution_query(user, form.cleaned_data["days"]))
        if not sees_people(user):
            report = without_few_people(report)
        context |= {
            "report": report,
            "rule": LABELS[rule],
            "rules": [(LABELS[one], one == rule) for one in RULE_NAMES],
            "owed_rows": [
                (row, [(row.credit[one], one == rule) for one in RULE_NAMES] if row.credit else None)
                for row in most_owed_first(report.campaigns, rule)
            ],
            "differing": differing(report),
            "method": gettext(METHOD) % GIVEN,
        }
    return render(request, "analytics/attribution.html", context)

"""The page of a campaign's test with what people did before allowed for."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.adjusted import METHOD
from analytics.exports.reported import variant_choices
from analytics.exports.small_groups import hidden_lifts
from analytics.exports.source import sees_people
from analytics.findings import difference, interval_words, label, verdict
from analytics.insight.experiments.wording import p_words
from analytics.lists import SEES_CAMPAIGNS
from analytics.reports.adjusted import AdjustedLift, AdjustedTest, adjusted_test
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.judged import JudgedLift
from campaigns.models import Campaign
from privacy.guards import permit_required, signed_in


@dataclass(frozen=True)
class AdjustedRow:
    variant: str
    measure: str
    plain: str
    plain_interval: str
    adjusted: str
    interval: str
    removed: float
    p: str
    verdict: str
    is_clear: bool


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def adjusted(request: HttpRequest, slug: str) -> HttpResponse:
    """404 where there is no test, or the reader does not see the campaign."""
    found = get_object_or_404(Campaign.objects.visible_to(signed_in(request)), slug=slug)
    report = adjusted_test(found)
    if report is None:
        raise Http404
    hides = not sees_people(signed_in(request))
    hidden = hidden_lifts(campaign_report(CampaignQuery(slug))) if hides else frozenset()
    context = {
        "report": report,
        "lift_rows": rows_of(report, hidden, dict(variant_choices(found))),
        "method": gettext(METHOD),
        "is_hidden": bool(hidden),
    }
    return render(request, "analytics/adjusted.html", context)


def rows_of(report: AdjustedTest, hidden: frozenset[tuple[str, str]], labels: Mapping[str, str]) -> list[AdjustedRow]:
    return [row_of(one, labels[one.variant]) for one in report.lifts if (one.variant, one.measure) not in hidden]


def row_of(one: AdjustedLift, variant: str) -> AdjustedRow:
    plain = JudgedLift(one.plain.absolute, one.plain.relative, one.plain.ci_low, one.plain.ci_high)
    return AdjustedRow(
        variant=variant,
        measure=label(one.measure),
        plain=difference(one.measure, plain),
        plain_interval=interval_words(one.measure, plain),
        adjusted=difference(one.measure, one.lift),
        interval=interval_words(one.measure, one.lift),
        removed=one.removed,
        p=p_words(one.lift.p),
        verdict=verdict(one.lift),
        is_clear=one.lift.is_clear,
    )

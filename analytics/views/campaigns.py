"""The list of campaigns, and one campaign's report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics import verdict_words
from analytics.exports.small_groups import ALL, Hidden, hidden_columns
from analytics.exports.source import sees_people
from analytics.findings import cards, machine_rows, measure_rows, told
from analytics.goal_words import goal_words
from analytics.lists import CAMPAIGN_LIST, SEES_CAMPAIGNS
from analytics.periods import quarter_name, quarter_of
from analytics.pictures.asking import PictureForm
from analytics.pictures.drawings import Sections, drawn_sections
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.return_words import METHOD_OF_RETURN
from analytics.touching import FOLDS, leave_when_counted
from campaigns.calendar import notes_on
from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.guards import permit_required, signed_in
from privacy.renewing.watching import watch
from privacy.roles import Permit
from records import figures
from records.views.lists import list_page, marked


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    this_quarter = quarter_name(quarter_of(agency_today()))
    return list_page(request, CAMPAIGN_LIST, "analytics/campaigns.html", {"this_quarter": this_quarter})


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of a campaign that the reader sees; 404 for any other, as for one that does not exist."""
    found = get_object_or_404(Campaign.objects.visible_to(signed_in(request)), slug=slug)
    watch(request, f"campaign:{found.pk}", FOLDS)
    report = campaign_report(CampaignQuery(found.slug))
    leave_when_counted(request, report.freshness)
    form = PictureForm(request.GET, variants=[(one.name, one.label) for one in report.variants])
    hides = not sees_people(signed_in(request))
    said = verdict_words.sentences(report, hides_few=hides)
    hidden = hidden_columns(report) if hides else {}
    context = {**campaign_context(report, hidden), **about(request, found, report)}
    headline = verdict_words.headline(report, hides_few=hides)
    context |= {"form": marked(form), "sentences": said, "headline": headline}
    context |= {"silence": verdict_words.silence(report, hides_few=hides)}
    context |= {"sections": sections(request, report, form)}
    return render(request, "analytics/campaign.html", context)


def sections(request: HttpRequest, report: CampaignReport, form: PictureForm) -> Sections:
    """The report's pictures; none where the address asks for what makes no sense, which the form tells."""
    if not form.is_valid():
        return Sections()
    return drawn_sections("campaign", report, form.asked.for_role(sees_people=sees_people(signed_in(request))))


def about(request: HttpRequest, campaign: Campaign, report: CampaignReport) -> dict[str, object]:
    """What stands beside the numbers: the campaign itself and the notes on its days. One query."""
    user = signed_in(request)
    days = [row.day for row in report.days] + [day for day in (campaign.starts_on, campaign.ends_on) if day]
    notes = notes_on(campaign).filter(day__range=(min(days), max(days))) if days else notes_on(campaign)
    sees_customers = sees_people(user)
    return {
        "campaign": campaign,
        "notes": list(notes),
        "may_record": sees_customers and user.has_permit(Permit.KEEP_RESPONSES),
    }


def campaign_context(report: CampaignReport, hidden: Hidden) -> dict[str, object]:
    """`hidden` is what tells of few people, for those who may not see people."""
    return {
        "division_rows": division_rows(report, hidden),
        "report": report,
        "cards": cards(report, hidden),
        "is_compared": any(variant.lift for variant in report.variants),
        "measure_rows": measure_rows(report, hidden),
        "machine_rows": machine_rows(report, hidden),
        "is_hidden": any(hidden.values()),
        "method_of_return": _(METHOD_OF_RETURN),
        "division": ""
        if any("recipients" in columns for columns in hidden.values())
        else verdict_words.division(report),
        "goal": goal_words(report.goal, is_few=bool(hidden.get(ALL))) if report.goal else "",
    }


def division_rows(report: CampaignReport, hidden: Hidden) -> list[tuple[str, str, str]]:
    """Of each arm how many people it got, and how many were to be expected."""
    arms = {variant.name: variant for variant in report.variants}
    found = []
    for row in report.test.division if report.test else ():
        people = told("recipients", arms[row.variant], hidden)
        few = "recipients" in hidden.get(row.variant, ())
        found.append((arms[row.variant].label, people, people if few else figures.count(row.expected)))
    return found

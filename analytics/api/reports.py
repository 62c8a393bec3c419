"""The API of reports: the same queries, permits and scope as the pages."""

from contextlib import nullcontext
from dataclasses import replace
from uuid import UUID

from django import forms
from django.forms import BaseForm
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.shapes import shape_of, with_nulls
from analytics.exports.attribution import AttributionForm, attribution_query, without_few_people
from analytics.exports.funnel import FunnelForm
from analytics.exports.funnel import without_few_people as without_few_in_funnel
from analytics.exports.likely import without_few_people as without_few_likely
from analytics.exports.meetings import MeetingsForm, meetings_query
from analytics.exports.meetings import without_few_people as without_few_met
from analytics.exports.sharing import SharingForm
from analytics.exports.sharing import without_few_people as without_few_shared
from analytics.exports.small_groups import NULLED, data_without_few, hidden_lifts
from analytics.exports.source import sees_people
from analytics.exports.webpages import without_few_of_page, without_few_of_pages
from analytics.lists import SEES_CAMPAIGNS
from analytics.places import CUSTOMER_API, LIKELY_API, MEETING_INSIGHTS, WEB_PAGE_INSIGHTS
from analytics.reports.adjusted import AdjustedTest, adjusted_test
from analytics.reports.attribution import AttributionReport, attribution_report
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.customer import CustomerQuery, CustomerReport, customer_report
from analytics.reports.funnel import FunnelQuery, FunnelReport, funnel_report
from analytics.reports.likely import LikelyQuery, LikelyReport, likely_report, names_people
from analytics.reports.meetings import MeetingReport, meeting_report
from analytics.reports.rendering import as_data
from analytics.reports.sharing import SharingQuery, SharingReport, sharing_report
from analytics.reports.webpages import WebPageReport, WebPagesReport, web_page_report, web_pages_report
from campaigns.models import Campaign, WebPage
from campaigns.share_lists import SEES_SHARES
from campaigns.views.webpages import KEEPERS, pages_of
from privacy.api.views import Resource
from privacy.enums import KeyKind
from records.models import Customer


class CampaignReportView(Resource):
    """GET: the report of one campaign that the reader may see; 404 otherwise. Who may not see people gets null where a
    number tells of fewer than 5 of them."""

    noun = "reports"
    operations = {"GET": "get_campaign_report"}
    answers = {"GET": {200: with_nulls(shape_of(CampaignReport), NULLED)}}

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        report = campaign_report(CampaignQuery(campaign.slug))
        return Response(as_data(report) if sees_people(self.user) else data_without_few(report))


class AdjustedTestView(Resource):
    """GET: the test of one campaign with what people did before allowed for; 404 where there is none, or the reader may
    not see the campaign. Who may not see people gets no lift that tells of fewer than 5 of them."""

    noun = "reports"
    operations = {"GET": "get_adjusted_test"}
    answers = {"GET": {200: shape_of(AdjustedTest)}}

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        report = adjusted_test(campaign)
        if report is None:
            raise Http404
        if not sees_people(self.user):
            hidden = hidden_lifts(campaign_report(CampaignQuery(slug)))
            report = replace(
                report, lifts=tuple(one for one in report.lifts if (one.variant, one.measure) not in hidden)
            )
        return Response(as_data(report))


class FunnelView(Resource):
    """GET: how far those drawn into a campaign came, by one grouping, each step out of the people of its group; beside
    its goal and past campaigns of its kind. 404 where the reader may not see the campaign. Who may not see people gets
    nothing that tells of fewer than 5 of them."""

    noun = "reports"
    operations = {"GET": "get_campaign_funnel"}
    answers = {"GET": {200: shape_of(FunnelReport)}}
    parameters = {
        "by": "variant, material (without it), channel, staff, territory, state, size, industry (NAICS sector) or day"
    }

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        form = FunnelForm(self.asked.GET)
        refuse_wrong(form)
        report = funnel_report(FunnelQuery(self.user, campaign, form.cleaned_data["by"]))
        return Response(as_data(report if sees_people(self.user) else without_few_in_funnel(report)))


MOST_NAMED = 100


class LikelyView(Resource):
    """GET: who of the reader's customers is likely to respond to a campaign, the `most` highest with their reasons,
    tenths of all of them, and how well it foretells; nobody, and why, where it does not. 404 where the reader may not
    see the campaign. Whoever does not keep customers gets the tenths alone, over everybody where they see every
    campaign; who may not see people gets none that tells of fewer than 5 of them."""

    noun = "reports"
    place = LIKELY_API
    operations = {"GET": "get_likely"}
    answers = {"GET": {200: shape_of(LikelyReport)}}
    parameters = {"most": "how many customers: 100 (without it), at most 1,000"}

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        form = LikelyForm(self.asked.GET)
        refuse_wrong(form)
        with self.door() if names_people(self.user) else nullcontext() as read:
            report = likely_report(LikelyQuery(self.user, campaign, form.cleaned_data["most"] or MOST_NAMED))
            if read:
                read.count = len(report.customers)
            data = as_data(report if sees_people(self.user) else without_few_likely(report))
        return Response(data)


class LikelyForm(forms.Form):
    most = forms.IntegerField(required=False, min_value=1, max_value=1_000)


class AttributionView(Resource):
    """GET: which campaigns the conversions of the last `days` (30, 90 or 365) are owed to, by six rules; over the
    customers whom the reader sees, or over everybody for those who see every campaign."""

    noun = "reports"
    see = SEES_CAMPAIGNS
    operations = {"GET": "get_attribution"}
    answers = {"GET": {200: shape_of(AttributionReport)}}
    parameters = {"days": "how many days: 30, 90 or 365 (without it)"}

    def get(self, request: Request) -> Response:
        form = AttributionForm(self.asked.GET)
        refuse_wrong(form)
        report = attribution_report(attribution_query(self.user, form.cleaned_data["days"]))
        return Response(as_data(report if sees_people(self.user) else without_few_people(report)))


class SharingView(Resource):
    """GET: who shares, what, by which channel, and how it lands, of the last `days` (30, 90 or 365): the reader's own
    shares, their teams', or all."""

    noun = "reports"
    see = SEES_SHARES
    operations = {"GET": "get_sharing"}
    answers = {"GET": {200: shape_of(SharingReport)}}
    parameters = {"days": "how many days: 30, 90 (without it) or 365"}

    def get(self, request: Request) -> Response:
        form = SharingForm(self.asked.GET)
        refuse_wrong(form)
        report = sharing_report(SharingQuery(self.user, form.cleaned_data["days"]))
        return Response(as_data(report if sees_people(self.user) else without_few_shared(report)))


class MeetingsView(Resource):
    """GET: how meetings with customers go, and whether they read what was sent before and after, of the last `days`
    (30, 90 or 365); over the customers whom the reader sees, or over all without what tells of fewer than 5."""

    noun = "reports"
    see = SEES_CAMPAIGNS
    place = MEETING_INSIGHTS
    operations = {"GET": "get_meeting_insights"}
    answers = {"GET": {200: shape_of(MeetingReport)}}
    parameters = {
        "days": "how many days: 30, 90 (without it) or 365",
        "around": "how many days before and after: 7, 14 (without it) or 30",
        "campaign": "the short name of a campaign: those whom it reached, and what it sent",
        "team": "the number of a team: the customers of its members",
    }

    def get(self, request: Request) -> Response:
        form = MeetingsForm(self.user, self.asked.GET)
        refuse_wrong(form)
        if not sees_people(self.user):
            return Response(as_data(without_few_met(meeting_report(meetings_query(self.user, form)))))
        with self.door() as read:
            report = meeting_report(meetings_query(self.user, form))
            read.count = report.total.people or 0
            return Response(as_data(report))


class WebPagesView(Resource):
    """GET: how the custom web pages that the reader may open are used."""

    noun = "reports"
    see = KEEPERS
    place = WEB_PAGE_INSIGHTS
    operations = {"GET": "list_web_page_insights"}
    answers = {"GET": {200: shape_of(WebPagesReport)}}

    def get(self, request: Request) -> Response:
        pages = pages_of(self.user)
        with self.door() as read:
            read.count = pages.filter(customer__isnull=False).count()
            report = web_pages_report(pages)
            return Response(as_data(report if sees_people(self.user) else without_few_of_pages(report)))


class WebPageView(Resource):
    """GET: the blocks and versions of one custom web page that the reader may open; 404 otherwise."""

    noun = "reports"
    see = KEEPERS
    place = WEB_PAGE_INSIGHTS
    operations = {"GET": "get_web_page_insights"}
    answers = {"GET": {200: shape_of(WebPageReport)}}

    def get(self, request: Request, slug: str) -> Response:
        pages = pages_of(self.user).filter(material__slug=slug)
        with self.door() as read:
            try:
                report = web_page_report(pages, slug)
            except WebPage.DoesNotExist:
                raise Http404 from None
            read.count = pages.filter(customer__isnull=False).count()
            return Response(as_data(report if sees_people(self.user) else without_few_of_page(report)))


def refuse_wrong(form: BaseForm) -> None:
    """Raises ValidationError with what is wrong, by field."""
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})


class CustomerReportView(Resource):
    """GET: the report of one customer whom the reader may see; 404 otherwise."""

    noun = "reports"
    place = CUSTOMER_API
    operations = {"GET": "get_customer_report"}
    answers = {"GET": {200: shape_of(CustomerReport)}}

    def get(self, request: Request, key: UUID) -> Response:
        visible = Customer.objects.visible_to(self.user)
        with self.door(KeyKind.CUSTOMER_ID) as read:
            customer = get_object_or_404(visible, key=key)
            data = as_data(customer_report(CustomerQuery(customer.key)))
            read.count = 1
        return Response(data)


urlpatterns = [
    path("reports/campaigns/<slug:slug>", CampaignReportView.as_view(), name="api_campaign_report"),
    path("reports/campaigns/<slug:slug>/adjusted", AdjustedTestView.as_view(), name="api_adjusted_test"),
    path("reports/campaigns/<slug:slug>/funnel", FunnelView.as_view(), name="api_campaign_funnel"),
    path("reports/campaigns/<slug:slug>/likely", LikelyView.as_view(), name="api_likely"),
    path("reports/attribution", AttributionView.as_view(), name="api_attribution"),
    path("reports/sharing", SharingView.as_view(), name="api_sharing"),
    path("reports/meetings", MeetingsView.as_view(), name="api_meeting_insights"),
    path("reports/web-pages", WebPagesView.as_view(), name="api_web_page_insights"),
    path("reports/web-pages/<slug:slug>", WebPageView.as_view(), name="api_insights_of_web_page"),
    path("reports/customers/<uuid:key>", CustomerReportView.as_view(), name="api_customer_report"),
]

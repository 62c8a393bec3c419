"""The API of reports: the same queries, permits and scope as the pages."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.shapes import shape_of
from analytics.places import CUSTOMER_API
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.customer import CustomerQuery, CustomerReport, customer_report
from analytics.reports.rendering import as_data
from campaigns.models import Campaign
from privacy.api.views import Resource
from privacy.enums import KeyKind
from records.models import Customer


class CampaignReportView(Resource):
    """GET: the report of one campaign that the reader may see; 404 otherwise."""

    noun = "reports"
    operations = {"GET": "get_campaign_report"}
    answers = {"GET": {200: shape_of(CampaignReport)}}

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        return Response(as_data(campaign_report(CampaignQuery(campaign.slug))))


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
    path("reports/customers/<uuid:key>", CustomerReportView.as_view(), name="api_customer_report"),
]

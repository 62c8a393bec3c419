"""The API of reports: the same queries, permits and scope as the pages."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.rendering import as_data
from campaigns.models import Campaign
from privacy.models import User
from records.models import Customer


def reader(request: Request) -> User:
    """The signed-in user. Raises NotAuthenticated, though the default permission class lets nobody else through."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


class CampaignReportView(APIView):
    """GET: the report of one campaign that the reader may see; 404 otherwise."""

    def get(self, request: Request, slug: str) -> Response:
        campaign = get_object_or_404(Campaign.objects.visible_to(reader(request)), slug=slug)
        return Response(as_data(campaign_report(CampaignQuery(campaign.slug))))


class CustomerReportView(APIView):
    """GET: the report of one customer whom the reader may see; 404 otherwise."""

    def get(self, request: Request, key: UUID) -> Response:
        customer = get_object_or_404(Customer.objects.visible_to(reader(request)), key=key)
        return Response(as_data(customer_report(CustomerQuery(customer.key))))


urlpatterns = [
    path("reports/campaigns/<slug:slug>", CampaignReportView.as_view(), name="api_campaign_report"),
    path("reports/customers/<uuid:key>", CustomerReportView.as_view(), name="api_customer_report"),
]

"""The API of reports: the same queries, permits and scope as the pages."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.places import CUSTOMER_API
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.customer import CustomerQuery, customer_report
from analytics.reports.rendering import as_data
from campaigns.models import Campaign
from privacy.bases import reading_of
from privacy.enums import KeyKind
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
    """GET: the report of one customer whom the reader may see; 404 otherwise. Read for what the session says."""

    def get(self, request: Request, key: UUID) -> Response:
        visible = Customer.objects.visible_to(reader(request))
        with reading_of(request, CUSTOMER_API, KeyKind.CUSTOMER_ID) as read:
            customer = get_object_or_404(visible, key=key)
            data = as_data(customer_report(CustomerQuery(customer.key)))
            read.count = 1
        return Response(data)


urlpatterns = [
    path("reports/campaigns/<slug:slug>", CampaignReportView.as_view(), name="api_campaign_report"),
    path("reports/customers/<uuid:key>", CustomerReportView.as_view(), name="api_customer_report"),
]

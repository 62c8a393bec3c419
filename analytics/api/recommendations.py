"""The API of recommendations: what a customer's page shows as next best materials."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.shapes import shape_of
from analytics.places import RECOMMENDATIONS_API
from analytics.reports.next_best import NextBestReport, next_best
from analytics.reports.rendering import as_data
from privacy.api.views import Resource
from privacy.enums import KeyKind
from records.models import Customer


class RecommendationsView(Resource):
    """GET: up to five materials that the customer may want next, each with its reason, and the model that says so;
    none, and why, for whoever does not want to be written to. 404 for a customer whom the reader does not see."""

    noun = "recommendations"
    place = RECOMMENDATIONS_API
    operations = {"GET": "get_recommendations"}
    answers = {"GET": {200: shape_of(NextBestReport)}}

    def get(self, request: Request, key: UUID) -> Response:
        visible = Customer.objects.visible_to(self.user)
        with self.door(KeyKind.CUSTOMER_ID) as read:
            data = as_data(next_best(get_object_or_404(visible, key=key)))
            read.count = 1
        return Response(data)


urlpatterns = [path("recommendations/customers/<uuid:key>", RecommendationsView.as_view(), name="api_recommendations")]

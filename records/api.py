"""The API of records: the same keys, permits and scope as the pages."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import require, signed_in
from records.models import Customer, Meeting, Organization, Record
from records.retrieval import PLACE_OF_API, SUBJECTS, NotLookedUp, look_up, subject
from records.views.search import SEARCHERS


class LookUp(serializers.Serializer[Any]):
    subject = serializers.ChoiceField(choices=[one.name for one in SUBJECTS], default="customers")
    key = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in KeyKind if kind is not KeyKind.LIST])
    value = serializers.CharField(max_length=254)


class SearchView(APIView):
    """POST {"subject", "key", "value"}: whom the key names, at most 50. A key that the notice does not name for the
    subject's records is refused, and the refusal logged."""

    def post(self, request: Request) -> Response:
        user = signed_in(request._request)
        require(user, *SEARCHERS)
        asked = LookUp(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, kind = subject(asked.validated_data["subject"]), KeyKind(asked.validated_data["key"])
        require(user, *wanted.permits)
        with reading_of(request._request, PLACE_OF_API, kind, wanted.categories) as read:
            if kind not in wanted.finders:
                raise serializers.ValidationError({"key": [f"{wanted.label} are not looked up by {kind.label} here."]})
            try:
                found = look_up(wanted.finders[kind], user, asked.validated_data["value"])
            except NotLookedUp as problem:
                raise serializers.ValidationError({"value": [str(problem)]}) from None
            read.count = found.count
            return Response(
                {
                    "people": [as_person(one) for one in found.people],
                    "organizations": [as_organization(one) for one in found.organizations],
                    "meetings": [as_meeting(one) for one in found.meetings],
                    "records": [as_record(one) for one in found.records],
                    "has_more": found.has_more,
                }
            )


def as_person(customer: Customer) -> dict[str, Any]:
    return {
        "key": str(customer.key),
        "number": customer.number,
        "name": customer.name,
        "organization": customer.organization.name if customer.organization else None,
    }


def as_organization(organization: Organization) -> dict[str, Any]:
    return {"key": str(organization.key), "number": organization.number, "name": organization.name}


def as_meeting(meeting: Meeting) -> dict[str, Any]:
    return {"key": str(meeting.key), "number": meeting.number, "started_at": meeting.started_at.isoformat()}


def as_record(record: Record) -> dict[str, Any]:
    return {"key": str(record.key), "category": record.category, "collected_at": record.collected_at.isoformat()}


urlpatterns = [path("search", SearchView.as_view(), name="api_search")]

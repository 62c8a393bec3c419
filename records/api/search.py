"""Looking somebody up by the API: by the keys that the notice names, with the value in the body."""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.disagreements import Disputed, disagreements
from privacy.api.fields import Moment
from privacy.api.views import Resource
from privacy.enums import KeyKind
from privacy.guards import require
from privacy.rights.beside import mark_disputed
from records.models import Customer, Meeting, Organization, Record
from records.retrieval import PLACE_OF_API, SUBJECTS, Found, NotLookedUp, look_up, subject
from records.views.search import SEARCHERS


class LookUp(serializers.Serializer[Any]):
    subject = serializers.ChoiceField(choices=[one.name for one in SUBJECTS], default="customers")
    key = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in KeyKind if kind is not KeyKind.LIST])
    value = serializers.CharField(max_length=254)


class PersonData(Disputed):
    key = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()
    organization = serializers.CharField(allow_null=True)


class FoundOrganizationData(Disputed):
    key = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class FoundMeetingData(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    number = serializers.CharField()
    started_at = Moment()


class FoundRecordData(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    category = serializers.IntegerField()
    collected_at = Moment()


class FoundData(serializers.Serializer[Any]):
    people = PersonData(many=True)
    organizations = FoundOrganizationData(many=True)
    meetings = FoundMeetingData(many=True)
    records = FoundRecordData(many=True)
    has_more = serializers.BooleanField(help_text="Whether more would be found: then the value says too little.")


class SearchView(Resource):
    """POST: whom the key names, at most 50. A key that the notice does not name for the subject's records is refused,
    and the refusal logged. It is sent like a write so that the value stands in no address; nothing is changed."""

    noun = "records"
    see = SEARCHERS
    place = PLACE_OF_API
    reads_by_post = True
    operations = {"POST": "search"}
    sent = {"POST": LookUp}
    answers = {"POST": {200: FoundData}}

    def post(self, request: Request) -> Response:
        asked = LookUp(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, kind = subject(asked.validated_data["subject"]), KeyKind(asked.validated_data["key"])
        require(self.user, *wanted.permits)
        with self.door(kind, wanted.categories) as read:
            if kind not in wanted.finders:
                raise serializers.ValidationError({"key": [f"{wanted.label} are not looked up by {kind.label} here."]})
            try:
                found = look_up(wanted.finders[kind], self.user, asked.validated_data["value"])
            except NotLookedUp as problem:
                raise serializers.ValidationError({"value": [str(problem)]}) from None
            read.count = found.count
            return Response(FoundData(as_found(found)).data)


def as_found(found: Found) -> dict[str, Any]:
    mark_disputed([*found.people, *found.organizations])
    return {
        "people": [as_person(one) for one in found.people],
        "organizations": [as_organization(one) for one in found.organizations],
        "meetings": [as_meeting(one) for one in found.meetings],
        "records": [as_record(one) for one in found.records],
        "has_more": found.has_more,
    }


def as_person(customer: Customer) -> dict[str, Any]:
    return {
        "key": str(customer.key),
        "number": customer.number,
        "name": customer.name,
        "organization": customer.organization.name if customer.organization else None,
        **disagreements(customer),
    }


def as_organization(organization: Organization) -> dict[str, Any]:
    told = {"key": str(organization.key), "number": organization.number, "name": organization.name}
    return told | disagreements(organization)


def as_meeting(meeting: Meeting) -> dict[str, Any]:
    return {"key": str(meeting.key), "number": meeting.number, "started_at": meeting.started_at}


def as_record(record: Record) -> dict[str, Any]:
    return {"key": str(record.key), "category": record.category, "collected_at": record.collected_at}


urlpatterns = [path("search", SearchView.as_view(), name="api_search")]

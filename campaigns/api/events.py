"""Events that other programs saw, as a resource of the API: stored whole or not at all, by the collector's own rules.

The collector itself (/c, campaigns.collecting) takes more at once, and stores what it can of a body.
"""

from decimal import Decimal
from typing import Any

import msgspec
from django.urls import path
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.collecting.bodies import Sent
from campaigns.collecting.known import Known
from campaigns.collecting.programs import NOUN, Naming, Problem
from campaigns.collector import Happening, collect
from campaigns.enums import EventKind
from privacy.api.fields import Moment
from privacy.api.views import Resource
from privacy.roles import Permit

MOST = 1_000
KINDS = [(kind.value, kind.label) for kind in EventKind if kind is not EventKind.SHARED]


class EventSent(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Made by the sender, once for each event.")
    kind = serializers.ChoiceField(choices=KINDS)
    occurred_at = Moment(help_text="A day ahead at most, and no longer ago than such events are kept.")
    share = serializers.UUIDField(required=False, help_text="The share's key: whose event it is, and of what.")
    customer = serializers.UUIDField(required=False, help_text="The customer's key, of an outcome without a share.")
    campaign = serializers.SlugField(max_length=80, required=False, help_text="The campaign that the customer is in.")
    visit = serializers.UUIDField(required=False, help_text="What belongs to one opening has the same.")
    version = serializers.IntegerField(min_value=1, max_value=32_767, required=False)
    page = serializers.IntegerField(min_value=1, max_value=32_767, required=False)
    dwell_seconds = serializers.FloatField(min_value=0, max_value=86_400, required=False)
    amount = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
        help_text="Of an outcome, in the agency's currency.",
    )


class EventsSent(serializers.Serializer[Any]):
    events = serializers.ListField(child=EventSent(), min_length=1, max_length=MOST)


class EventsTakenData(serializers.Serializer[Any]):
    accepted = serializers.IntegerField(help_text="How many are stored now.")
    duplicate = serializers.IntegerField(help_text="How many were there already.")


class EventsView(Resource):
    noun = NOUN
    see = (Permit.KEEP_RESPONSES,)
    operations = {"POST": "create_events"}
    sent = {"POST": EventsSent}
    answers = {"POST": {201: EventsTakenData}}

    def post(self, request: Request) -> Response:
        """Store at most 1,000 events: 201 with how many are new; 400 saying what is wrong, and nothing is stored."""
        sent = EventsSent(data=request.data)
        sent.is_valid(raise_exception=True)
        appended = collect(self._happenings([msgspec.convert(one, Sent) for one in sent.validated_data["events"]]))
        data = {"accepted": appended.accepted, "duplicate": appended.duplicates}
        return Response(EventsTakenData(data).data, status=status.HTTP_201_CREATED)

    def _happenings(self, events: list[Sent]) -> list[Happening]:
        """Raises ValidationError, naming each event that does not fit together or names nothing that the user sees."""
        now = timezone.now()
        naming = Naming(self.user, events, Known(), now)
        found = [naming.happening(one) for one in events]
        problems = {
            str(place): {one.field: [one.reason]} for place, one in enumerate(found) if isinstance(one, Problem)
        }
        if problems:
            raise serializers.ValidationError({"events": problems})
        return [one for one in found if isinstance(one, Happening)]


urlpatterns = [path("events", EventsView.as_view(), name="api_events")]

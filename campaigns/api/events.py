"""Events that other programs saw: they go the way of all events, through the collector, and are judged like them.

What was sent is stored whole or not at all. An event's `id` and `occurred_at` are its sender's: the same event again is
stored once. Through a share, it is its recipient's; an outcome may also name a customer, and the campaign they are in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.collector import Happening, collect, through
from campaigns.enums import EventKind, Grade, Signal
from campaigns.models import Assignment, Share
from campaigns.responding import viewer_for
from privacy.api.fields import Moment
from privacy.api.views import Resource
from privacy.models import User
from privacy.roles import Permit
from records.models import Customer

MOST = 1_000
LONGEST_AGO = timedelta(days=366)
SKEW = timedelta(minutes=5)  # that a sender's clock may be ahead
OUTCOMES = (EventKind.RESPONSE, EventKind.CONVERSION)
KINDS = [(kind.value, kind.label) for kind in EventKind if kind is not EventKind.SHARED]
OF_VISITS = (EventKind.VISIT, EventKind.VIEW, EventKind.PAGE, EventKind.DOWNLOAD)


class EventSent(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Made by the sender, once for each event.")
    kind = serializers.ChoiceField(choices=KINDS)
    occurred_at = Moment(help_text="Within the last 366 days.")
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

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        if problems := {field: [text] for field, text in _problems(sent)}:
            raise serializers.ValidationError(problems)
        return sent


class EventsSent(serializers.Serializer[Any]):
    events = serializers.ListField(child=EventSent(), min_length=1, max_length=MOST)


class EventsTakenData(serializers.Serializer[Any]):
    accepted = serializers.IntegerField(help_text="How many are stored now.")
    duplicates = serializers.IntegerField(help_text="How many were there already.")


class EventsView(Resource):
    noun = "events"
    see = (Permit.KEEP_RESPONSES,)
    operations = {"POST": "create_events"}
    sent = {"POST": EventsSent}
    answers = {"POST": {201: EventsTakenData}}

    def post(self, request: Request) -> Response:
        """Store at most 1,000 events: 201 with how many are new; 400 saying what is wrong, and nothing is stored."""
        sent = EventsSent(data=request.data)
        sent.is_valid(raise_exception=True)
        appended = collect(Naming(self.user, sent.validated_data["events"]).happenings())
        data = {"accepted": appended.accepted, "duplicates": appended.duplicates}
        return Response(EventsTakenData(data).data, status=status.HTTP_201_CREATED)


def _problems(sent: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What about an event does not fit together, by itself."""
    kind, now = sent["kind"], timezone.now()
    if sent["occurred_at"] > now + SKEW:
        yield "occurred_at", "That is still to come."
    if sent["occurred_at"] < now - LONGEST_AGO:
        yield "occurred_at", f"That is more than {LONGEST_AGO.days} days ago: import it from a file."
    if kind in OF_VISITS and "visit" not in sent:
        yield "visit", "An event of this kind needs it."
    if kind == EventKind.PAGE and "page" not in sent:
        yield "page", "An event of this kind needs it."
    if "amount" in sent and kind not in OUTCOMES:
        yield "amount", "Only a response or a conversion has one."
    if "share" not in sent and (kind not in OUTCOMES or "customer" not in sent):
        yield "share", "Say through which share, or of an outcome which customer."
    if "share" in sent and ("customer" in sent or "campaign" in sent):
        yield "customer", "The share says whose it is and in which campaign: leave the others out."


@dataclass
class Naming:
    """The rows that events name, found for all of them at once among what the user sees."""

    user: User
    sent: list[dict[str, Any]]

    def happenings(self) -> list[Happening]:
        """Raises ValidationError, naming each event whose names mean nothing that the user sees."""
        shares, customers = self._shares(), self._customers()
        drawn = self._drawn(customers)
        found: list[Happening] = []
        problems: dict[str, dict[str, list[str]]] = {}
        for place, one in enumerate(self.sent):
            columns = self._columns(one, shares, customers, drawn)
            if isinstance(columns, str):
                problems[str(place)] = {columns: ["There is none, or you do not see it."]}
            elif one["occurred_at"] < columns.pop("since", one["occurred_at"]):
                problems[str(place)] = {"occurred_at": ["That is before the material was shared."]}
            else:
                found.append(_happening(one, columns))
        if problems:
            raise serializers.ValidationError({"events": problems})
        return found

    def _shares(self) -> dict[UUID, Share]:
        keys = {one["share"] for one in self.sent if "share" in one}
        return {share.key: share for share in Share.objects.visible_to(self.user).filter(key__in=keys)} if keys else {}

    def _customers(self) -> dict[UUID, Customer]:
        keys = {one["customer"] for one in self.sent if "customer" in one}
        rows = Customer.objects.visible_to(self.user).filter(key__in=keys) if keys else []
        return {customer.key: customer for customer in rows}

    def _drawn(self, customers: Mapping[UUID, Customer]) -> dict[tuple[int | None, str], Assignment]:
        """Who was drawn into which campaign, by customer and slug."""
        slugs = {one["campaign"] for one in self.sent if "campaign" in one}
        if not slugs:
            return {}
        people = [customer.pk for customer in customers.values()]
        rows = Assignment.objects.filter(campaign__slug__in=slugs, viewer__customer__in=people)
        return {(row.viewer.customer_id, row.campaign.slug): row for row in rows.select_related("campaign", "viewer")}

    def _columns(self, one: Mapping[str, Any], shares: Any, customers: Any, drawn: Any) -> dict[str, Any] | str:
        """The columns that say whose event it is; the field that names nothing, where one does."""
        if "share" in one:
            share = shares.get(one["share"])
            return {**through(share), "since": share.shared_at} if share else "share"
        customer = customers.get(one["customer"])
        if customer is None:
            return "customer"
        if "campaign" not in one:
            return {"viewer_id": viewer_for(customer).pk}
        row = drawn.get((customer.pk, one["campaign"]))
        names = (
            {"viewer_id": row.viewer_id, "campaign_id": row.campaign_id, "variant_id": row.variant_id} if row else None
        )
        return names or "campaign"


def _happening(one: Mapping[str, Any], columns: dict[str, Any]) -> Happening:
    kind = EventKind(one["kind"])
    dwell = one.get("dwell_seconds")
    return Happening(
        kind=kind,
        id=one["id"],
        occurred_at=one["occurred_at"],
        visit_id=one.get("visit"),
        version=one.get("version"),
        page=one.get("page"),
        dwell_ms=None if dwell is None else round(dwell * 1000),
        amount=one.get("amount"),
        grade=Grade.ADDRESSEE,
        signals=Signal.RECORDED_OUTCOME if kind in OUTCOMES else 0,
        **columns,
    )


urlpatterns = [path("events", EventsView.as_view(), name="api_events")]

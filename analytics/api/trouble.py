"""The API of trouble areas: where customers of the reader seem to be in trouble, why, and what may help."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from analytics.enums import TroubleState
from analytics.models import TroubleArea
from analytics.places import TROUBLE_API
from analytics.trouble.base import all_detectors
from analytics.trouble.lists import LABELS, SEES_TROUBLE
from privacy.api.fields import Moment
from privacy.api.views import ListResource


class TroubleCustomer(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()


class TroubleAreaData(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    customer = TroubleCustomer()
    detector = serializers.CharField()
    trouble = serializers.CharField(help_text="What people call the detector’s sign.")
    seen = serializers.CharField(help_text="What was seen, in words.")
    proposed = serializers.CharField(help_text="What may help.")
    state = serializers.ChoiceField(choices=TroubleState.choices)
    found_at = Moment()
    seen_at = Moment(help_text="When it was seen last.")
    settled_at = Moment(allow_null=True)
    note = serializers.CharField(help_text="Why it was dismissed, or what was done.")


class TroubleAreaFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    state = filters.ChoiceFilter(choices=TroubleState.choices, label="What came of it; all without it.")
    detector = filters.ChoiceFilter(choices=list(LABELS.items()), label="Which sign.")


class TroubleAreasView(ListResource):
    """Where customers whom the reader sees seem to be in trouble: with what was seen, and what is proposed."""

    noun = "reports"
    see = SEES_TROUBLE
    place = TROUBLE_API
    operations = {"GET": "list_trouble_areas"}
    row = TroubleAreaData
    filters = TroubleAreaFilters
    sorts = {"-found_at": ("-found_at", "-id")}

    def rows(self) -> "QuerySet[TroubleArea]":
        return TroubleArea.objects.visible_to(self.user).select_related("customer")

    def people_in(self, found: list[Any]) -> int:
        return len({one.customer_id for one in found})

    def data(self, one: TroubleArea) -> dict[str, Any]:
        detector = all_detectors().get(one.detector)
        given = {name: getattr(one, name) for name in ("key", "customer", "detector", "state", "note")}
        moments = {name: getattr(one, name) for name in ("found_at", "seen_at", "settled_at")}
        return {
            **given, **moments, "trouble": LABELS.get(one.detector, one.detector),
            "seen": detector.said(one.evidence) if detector else "",
            "proposed": str(detector.solution) if detector else "",
        }  # fmt: skip


urlpatterns = [path("reports/trouble", TroubleAreasView.as_view(), name="api_trouble_areas")]

"""Campaigns: those whose reports one may read, and one of them with its arms. Numbers stand in its report."""

from typing import Any

import django_filters as filters
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.enums import CampaignKind, CampaignState, Channel
from campaigns.models import Campaign, CampaignQuerySet, Variant
from privacy.api.fields import Moment, Money
from privacy.api.views import ListResource, Resource
from privacy.roles import Permit

SEES = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)


class CampaignRowData(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CampaignKind.choices)
    state = serializers.ChoiceField(choices=CampaignState.choices)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices))
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    created_at = Moment()
    is_made_up = serializers.BooleanField(source="is_demo", help_text="Whether it belongs to the demonstration.")


class VariantData(serializers.Serializer[Any]):
    name = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]  # the word that callers read
    is_control = serializers.BooleanField()
    is_holdout = serializers.BooleanField()
    weight = serializers.IntegerField()
    material = serializers.SlugField(allow_null=True)


class CampaignData(CampaignRowData):
    goal = serializers.CharField()
    description = serializers.CharField()
    cost = Money(allow_null=True, help_text="In the agency's currency; null while it is not known.")
    holdout_percent = serializers.IntegerField()
    launched_at = Moment(allow_null=True)
    source_note = serializers.CharField()
    variants = VariantData(many=True)


class CampaignFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    state = filters.ChoiceFilter(choices=CampaignState.choices, label="Where it is.")
    kind = filters.ChoiceFilter(choices=CampaignKind.choices, label="What kind it is.")
    starts_from = filters.DateFilter(field_name="starts_on", lookup_expr="gte", label="Starts on that day or later.")
    starts_to = filters.DateFilter(field_name="starts_on", lookup_expr="lte", label="Starts on that day or earlier.")


class CampaignsView(ListResource):
    """The campaigns whose reports the caller may read."""

    noun = "campaigns"
    see = SEES
    operations = {"GET": "list_campaigns"}
    row = CampaignRowData
    filters = CampaignFilters
    sorts = {"-created_at": ("-created_at", "-id"), "name": ("name", "id")}

    def rows(self) -> CampaignQuerySet:
        return Campaign.objects.visible_to(self.user)

    def data(self, one: Campaign) -> Any:
        return one


class CampaignView(Resource):
    """GET: one campaign with its arms."""

    noun = "campaigns"
    see = SEES
    operations = {"GET": "get_campaign"}
    answers = {"GET": {200: CampaignData}}

    def get(self, request: Request, slug: str) -> Response:
        found = get_object_or_404(Campaign.objects.visible_to(self.user), slug=slug)
        arms = [as_variant(arm) for arm in found.variants.select_related("material")]
        fields = {name: getattr(found, name) for name in CampaignData._declared_fields if name not in GIVEN}
        return Response(CampaignData({**fields, "is_demo": found.is_demo, "variants": arms}).data)


GIVEN = ("variants", "is_made_up")


def as_variant(arm: Variant) -> dict[str, Any]:
    material = arm.material.slug if arm.material else None
    names = ("name", "label", "is_control", "is_holdout", "weight")
    return {**{name: getattr(arm, name) for name in names}, "material": material}


urlpatterns = [
    path("campaigns", CampaignsView.as_view(), name="api_campaigns"),
    path("campaigns/<slug:slug>", CampaignView.as_view(), name="api_campaign"),
]

"""Campaigns: those whose reports one may read, one of them with its arms; drafts made, changed and discarded.

Numbers stand in its report. What a draft is to become (approved, launched) is decided by people, on its page.
"""

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import planning
from campaigns.enums import CampaignKind, CampaignState, Channel, GoalMeasure
from campaigns.forms.campaign import CampaignForm
from campaigns.models import Audience, Campaign, CampaignQuerySet, Variant
from privacy.api.fields import Moment, Money
from privacy.api.problems import NotNow
from privacy.api.views import ListResource, Resource
from privacy.roles import Permit
from records.api.kept import said

SEES = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)
KEEPS = (Permit.KEEP_CAMPAIGNS,)


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
    goal_measure = serializers.ChoiceField(
        choices=GoalMeasure.choices,
        allow_blank=True,
        help_text="What the goal in numbers is of; empty where none is set.",
    )
    goal_value = Money(allow_null=True, help_text="Percent of the people drawn for a rate, money for revenue.")
    audience = serializers.CharField(allow_null=True, help_text="The name of the saved audience that it is for.")
    description = serializers.CharField()
    cost = Money(allow_null=True, help_text="In the agency's currency; null while it is not known.")
    holdout_percent = serializers.IntegerField()
    launched_at = Moment(allow_null=True)
    source_note = serializers.CharField()
    variants = VariantData(many=True)


class CampaignSent(serializers.Serializer[Any]):
    """What is said of a draft. What is wrong with a value is said by the form of the page."""

    name = serializers.CharField(max_length=200)
    goal = serializers.CharField(max_length=300, required=False, allow_blank=True)
    goal_measure = serializers.ChoiceField(choices=GoalMeasure.choices, required=False, allow_blank=True)
    goal_value = Money(required=False, allow_null=True)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=CampaignKind.choices, required=False)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices), required=False)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    cost = Money(required=False, allow_null=True)
    audience = serializers.CharField(
        max_length=120, required=False, allow_null=True, help_text="The name of a saved audience; null for none."
    )

    def validate_audience(self, name: str | None) -> int | None:
        if name is None:
            return None
        found = Audience.objects.filter(name=name).values_list("pk", flat=True).first()
        if found is None:
            raise serializers.ValidationError("There is no audience of this name.")
        return found


class CampaignFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    state = filters.ChoiceFilter(choices=CampaignState.choices, label="Where it is.")
    kind = filters.ChoiceFilter(choices=CampaignKind.choices, label="What kind it is.")
    starts_from = filters.DateFilter(field_name="starts_on", lookup_expr="gte", label="Starts on that day or later.")
    starts_to = filters.DateFilter(field_name="starts_on", lookup_expr="lte", label="Starts on that day or earlier.")


class CampaignsView(ListResource):
    """The campaigns whose reports the caller may read."""

    noun = "campaigns"
    see = SEES
    keep = KEEPS
    operations = {"GET": "list_campaigns", "POST": "create_campaign"}
    sent = {"POST": CampaignSent}
    answers = {"POST": {201: CampaignData}}
    row = CampaignRowData
    filters = CampaignFilters
    sorts = {"-created_at": ("-created_at", "-id"), "name": ("name", "id")}

    def rows(self) -> CampaignQuerySet:
        return Campaign.objects.visible_to(self.user)

    def data(self, one: Campaign) -> Any:
        return one

    def post(self, request: Request) -> Response:
        """Make a draft, under a slug made of its name: 201 with it; 400 saying what is wrong, and nothing is kept."""
        sent = CampaignSent(data=request.data)
        sent.is_valid(raise_exception=True)
        form = filled(CampaignForm(), CampaignForm, sent.validated_data)
        made = planning.make(valid(form).save(commit=False), self.user)
        where = {"Location": reverse("api_campaign", args=[made.slug])}
        return Response(as_campaign(made), status=status.HTTP_201_CREATED, headers=where)


class CampaignView(Resource):
    """GET: one campaign with its arms."""

    noun = "campaigns"
    see = SEES
    keep = KEEPS
    operations = {"GET": "get_campaign", "PATCH": "change_campaign", "DELETE": "discard_campaign"}
    sent = {"PATCH": CampaignSent}
    answers = {"GET": {200: CampaignData}, "PATCH": {200: CampaignData}, "DELETE": {200: CampaignData}}

    def found(self, slug: str) -> Campaign:
        return get_object_or_404(Campaign.objects.visible_to(self.user).select_related("audience"), slug=slug)

    def get(self, request: Request, slug: str) -> Response:
        return Response(as_campaign(self.found(slug)))

    def patch(self, request: Request, slug: str) -> Response:
        """Changes what is sent, of a draft alone (409 for any other). With If-Match, only what is still as it was
        read."""
        sent = CampaignSent(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            campaign = self.found(slug)
            Campaign.objects.select_for_update().get(pk=campaign.pk)
            campaign.refresh_from_db()
            self.unchanged(as_campaign(campaign))
            if campaign.state != CampaignState.DRAFT:
                raise NotNow("Only a draft is changed. Take the campaign back to draft on its page, or copy it.")
            form = filled(CampaignForm(instance=campaign), CampaignForm, sent.validated_data, campaign)
            valid(form).save()
        return Response(as_campaign(self.found(slug)))

    def delete(self, request: Request, slug: str) -> Response:
        """Discard a draft of which nothing came: 200 with what it was; 409 where it was launched or has people."""
        campaign = self.found(slug)
        was = as_campaign(campaign)
        self.unchanged(was)
        if not planning.discard(campaign):
            raise NotNow("Something has come of this campaign: it is kept.")
        return Response(was)


def filled(
    now: CampaignForm, form: type[CampaignForm], sent: Mapping[str, Any], instance: Campaign | None = None
) -> CampaignForm:
    """The page's form with what was sent; what was not stays as it is, or as it is for a new one."""
    values = {name: now[name].value() for name in now.fields} | dict(sent)
    return form({name: as_text(value) for name, value in values.items()}, instance=instance)


def as_text(value: Any) -> Any:
    """As a browser sends it: lists as they are, nothing as an empty text."""
    return value if isinstance(value, list) else "" if value is None else str(value)


def valid(form: CampaignForm) -> CampaignForm:
    """Raises ValidationError, naming each field that is wrong."""
    if not form.is_valid():
        raise serializers.ValidationError(said(form))
    return form


def as_campaign(one: Campaign) -> Any:
    """A campaign as the API tells of it. One query for its arms."""
    arms = [as_variant(arm) for arm in one.variants.select_related("material")]
    fields = {name: getattr(one, name) for name in CampaignData._declared_fields if name not in GIVEN}
    audience = one.audience.name if one.audience else None
    return CampaignData({**fields, "is_demo": one.is_demo, "audience": audience, "variants": arms}).data


GIVEN = ("variants", "is_made_up", "audience")


def as_variant(arm: Variant) -> dict[str, Any]:
    material = arm.material.slug if arm.material else None
    names = ("name", "label", "is_control", "is_holdout", "weight")
    return {**{name: getattr(arm, name) for name in names}, "material": material}


urlpatterns = [
    path("campaigns", CampaignsView.as_view(), name="api_campaigns"),
    path("campaigns/<slug:slug>", CampaignView.as_view(), name="api_campaign"),
]

"""Organizations: all of them, one, a new one, a change."""

from typing import Any
from uuid import UUID

import django_filters as filters
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_noop
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.disagreements import Disputed, disagreements
from privacy.api.fields import Moment, MomentFilter
from privacy.api.views import ListResource, Resource
from privacy.places import declare_place
from records.api.kept import filled, keep
from records.enums import Location, Source
from records.forms.organization import OrganizationForm
from records.models import Organization
from records.nouns.organizations import NOUN, visible

PLACE = declare_place(
    "api_organizations", gettext_noop("Organizations through the API: their list, one, a new one, a change"), (1, 3)
)


class OrganizationRowData(Disputed):
    key = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    created_at = Moment()


class OrganizationData(OrganizationRowData):
    size = serializers.CharField()
    years_in_business = serializers.IntegerField(allow_null=True)
    company_age = serializers.IntegerField(allow_null=True)
    employees = serializers.IntegerField(allow_null=True)
    sales = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    revenue = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    advertising_agency = serializers.CharField()
    advertising_spending = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    street = serializers.CharField()
    postal_code = serializers.CharField()
    relationship_ended_on = serializers.DateField(allow_null=True)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # the word callers read
    location = serializers.ChoiceField(choices=Location.choices)


def _optional_number(most: int) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=most, required=False, allow_null=True)


def _optional_money() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True)


class OrganizationSent(serializers.Serializer[Any]):
    """What is wrong with a value is said by the form of the page."""

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True)
    size = serializers.CharField(max_length=40, required=False, allow_blank=True)
    years_in_business = _optional_number(32_767)
    company_age = _optional_number(32_767)
    employees = _optional_number(2_147_483_647)
    sales = _optional_money()
    revenue = _optional_money()
    advertising_agency = serializers.CharField(max_length=200, required=False, allow_blank=True)
    advertising_spending = _optional_money()
    street = serializers.CharField(max_length=200, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    state = serializers.CharField(max_length=50, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    relationship_ended_on = serializers.DateField(required=False, allow_null=True)
    source = serializers.ChoiceField(choices=Source.choices, required=False)  # type: ignore[assignment]
    location = serializers.ChoiceField(choices=Location.choices, required=False)


class OrganizationFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    state = filters.CharFilter(label="The state, as it is written there.")
    created_since = MomentFilter(field_name="created_at", lookup_expr="gte", label="Recorded since then.")


class OrganizationsView(ListResource):
    """Organizations are nobody's: whoever sees programmes sees all of them."""

    noun = "organizations"
    see = NOUN.see
    keep = NOUN.keep
    place = PLACE
    operations = {"GET": "list_organizations", "POST": "create_organization"}
    sent = {"POST": OrganizationSent}
    answers = {"POST": {201: OrganizationData}}
    row = OrganizationRowData
    filters = OrganizationFilters
    sorts = {"name": ("name", "id"), "-created_at": ("-created_at", "-id")}

    def rows(self) -> "QuerySet[Organization]":
        return Organization.objects.all()

    def data(self, one: Organization) -> dict[str, Any]:
        return as_row(one)

    def post(self, request: Request) -> Response:
        """201 with the organization; 400 saying what is wrong, and nothing is kept."""
        sent = OrganizationSent(data=request.data)
        sent.is_valid(raise_exception=True)
        with self.door() as read:
            form = filled(OrganizationForm, self.user, Organization(), dict(sent.validated_data))
            made = keep(self.asked, self.user, form)
            read.count = 1
            where = {"Location": reverse("api_organization", args=[made.key])}
            return Response(OrganizationData(as_organization(made)).data, status=status.HTTP_201_CREATED, headers=where)


class OrganizationView(Resource):
    """GET: one organization: all that the record says."""

    noun = "organizations"
    see = NOUN.see
    keep = NOUN.keep
    place = PLACE
    operations = {"GET": "get_organization", "PATCH": "change_organization"}
    sent = {"PATCH": OrganizationSent}
    answers = {"GET": {200: OrganizationData}, "PATCH": {200: OrganizationData}}

    def get(self, request: Request, key: UUID) -> Response:
        with self.door() as read:
            data = OrganizationData(as_organization(get_object_or_404(visible(self.user), key=key))).data
            read.count = 1
            return Response(data)

    def patch(self, request: Request, key: UUID) -> Response:
        """Changes what is sent. With If-Match, only what is still as it was read."""
        sent = OrganizationSent(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        with self.door() as read, transaction.atomic():
            found = get_object_or_404(Organization.objects.select_for_update(), key=key)
            self.unchanged(OrganizationData(as_organization(found)).data)
            form = filled(OrganizationForm, self.user, found, dict(sent.validated_data))
            kept = keep(self.asked, self.user, form)
            read.count = 1
            return Response(OrganizationData(as_organization(kept)).data)


def as_row(one: Organization) -> dict[str, Any]:
    """An organization in a list."""
    return _told(one, OrganizationRowData)


def as_organization(one: Organization) -> dict[str, Any]:
    """An organization by itself: all that the record says, what is sealed opened."""
    return _told(one, OrganizationData)


def _told(one: Organization, shape: type[OrganizationRowData]) -> dict[str, Any]:
    beside = disagreements(one)
    return {name: getattr(one, name) for name in shape._declared_fields if name not in beside} | beside


urlpatterns = [
    path("organizations", OrganizationsView.as_view(), name="api_organizations"),
    path("organizations/<uuid:key>", OrganizationView.as_view(), name="api_organization"),
]

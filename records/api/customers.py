"""Customers: those whom one sees, one of them, a new one, a change.

Nobody is looked up here by name or number: an address is kept in histories and logs. That is what POST /search is for.
"""

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
from privacy.enums import KeyKind
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.api.kept import filled, keep
from records.enums import Location, Source
from records.forms.customer import CustomerForm
from records.models import Customer, CustomerQuerySet, Territory
from records.models.provenance import is_made_up

PLACE = declare_place(
    "api_customers", gettext_noop("Customers through the API: their list, one, a new one, a change"), (1, 2)
)


class OrganizationNamed(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class CustomerRowData(Disputed):
    key = serializers.UUIDField()
    number = serializers.CharField(help_text="The customer ID.")
    name = serializers.CharField()
    organization = OrganizationNamed(allow_null=True)
    territory = serializers.CharField(allow_null=True, help_text="The territory's code.")
    created_at = Moment()
    is_made_up = serializers.BooleanField(help_text="Whether it belongs to the demonstration.")


class CustomerData(CustomerRowData):
    email = serializers.CharField()
    phone = serializers.CharField(help_text="E.164 where the number could be read.")
    street = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField()
    postal_code = serializers.CharField()
    date_of_birth = serializers.DateField(allow_null=True)
    age = serializers.IntegerField(allow_null=True)
    job_title = serializers.CharField()
    job_description = serializers.CharField()
    role = serializers.CharField()
    level = serializers.CharField()
    customer_since = serializers.DateField(allow_null=True)
    relationship_ended_on = serializers.DateField(allow_null=True)
    relationship_end_reason = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]  # the word callers read
    location = serializers.ChoiceField(choices=Location.choices)


class CustomerSent(serializers.Serializer[Any]):
    """What is wrong with a value is said by the form of the page."""

    number = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    street = serializers.CharField(max_length=200, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    state = serializers.CharField(max_length=50, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    organization = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="The organization's number, or its whole name."
    )
    job_title = serializers.CharField(max_length=100, required=False, allow_blank=True)
    job_description = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    role = serializers.CharField(max_length=100, required=False, allow_blank=True)
    level = serializers.CharField(max_length=100, required=False, allow_blank=True)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    age = serializers.IntegerField(min_value=0, max_value=32_767, required=False, allow_null=True)
    territory = serializers.SlugRelatedField(
        slug_field="code", queryset=Territory.objects.all(), required=False, allow_null=True
    )
    customer_since = serializers.DateField(required=False, allow_null=True)
    relationship_ended_on = serializers.DateField(required=False, allow_null=True)
    relationship_end_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    source = serializers.ChoiceField(choices=Source.choices, required=False)  # type: ignore[assignment]
    location = serializers.ChoiceField(choices=Location.choices, required=False)

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, as the form takes it."""
        values = dict(self.validated_data)
        if values.get("territory"):
            values["territory"] = values["territory"].pk
        return values


class CustomerFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    territory = filters.CharFilter(field_name="territory__code", label="The territory's code.")
    organization = filters.UUIDFilter(field_name="organization__key", label="The organization's key.")
    created_since = MomentFilter(field_name="created_at", lookup_expr="gte", label="Recorded since then.")


class CustomersView(ListResource):
    """The customers whom the key's owner sees; a new one, who is the owner's from then on."""

    noun = "customers"
    see = SEES_CUSTOMERS
    keep = (Permit.KEEP_CUSTOMERS,)
    place = PLACE
    operations = {"GET": "list_customers", "POST": "create_customer"}
    sent = {"POST": CustomerSent}
    answers = {"POST": {201: CustomerData}}
    row = CustomerRowData
    filters = CustomerFilters
    sorts = {"number": ("number",), "-created_at": ("-created_at", "-id")}

    def rows(self) -> CustomerQuerySet:
        return Customer.objects.visible_to(self.user).select_related("organization", "territory", "source_import")

    def data(self, one: Customer) -> dict[str, Any]:
        return as_row(one)

    def post(self, request: Request) -> Response:
        """201 with the customer; 400 saying what is wrong, and nothing is kept."""
        sent = CustomerSent(data=request.data)
        sent.is_valid(raise_exception=True)
        with self.door() as read:
            made = keep(self.asked, self.user, filled(CustomerForm, self.user, Customer(), sent.values))
            read.count = 1
            where = {"Location": reverse("api_customer", args=[made.key])}
            return Response(CustomerData(as_customer(made)).data, status=status.HTTP_201_CREATED, headers=where)


class CustomerView(Resource):
    """GET: one customer: all that the record says."""

    noun = "customers"
    see = SEES_CUSTOMERS
    keep = (Permit.KEEP_CUSTOMERS,)
    place = PLACE
    operations = {"GET": "get_customer", "PATCH": "change_customer"}
    sent = {"PATCH": CustomerSent}
    answers = {"GET": {200: CustomerData}, "PATCH": {200: CustomerData}}

    def seen(self) -> "QuerySet[Customer]":
        return Customer.objects.visible_to(self.user).select_related("organization", "territory", "source_import")

    def get(self, request: Request, key: UUID) -> Response:
        with self.door(KeyKind.CUSTOMER_ID) as read:
            data = CustomerData(as_customer(get_object_or_404(self.seen(), key=key))).data
            read.count = 1
            return Response(data)

    def patch(self, request: Request, key: UUID) -> Response:
        """Changes what is sent. With If-Match, only what is still as it was read."""
        sent = CustomerSent(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        with self.door(KeyKind.CUSTOMER_ID) as read, transaction.atomic():
            found = get_object_or_404(self.seen().select_for_update(of=("self",)), key=key)
            self.unchanged(CustomerData(as_customer(found)).data)
            kept = keep(self.asked, self.user, filled(CustomerForm, self.user, found, sent.values))
            read.count = 1
            return Response(CustomerData(as_customer(kept)).data)


def as_row(one: Customer) -> dict[str, Any]:
    """A customer in a list."""
    return {
        "key": one.key,
        "number": one.number,
        "name": one.name,
        "organization": one.organization,
        "territory": one.territory.code if one.territory else None,
        "created_at": one.created_at,
        "is_made_up": is_made_up(one),
        **disagreements(one),
    }


FIELDS = tuple(name for name in CustomerData._declared_fields if name not in CustomerRowData._declared_fields)


def as_customer(one: Customer) -> dict[str, Any]:
    """A customer by themselves: all that the record says."""
    return as_row(one) | {name: getattr(one, name) for name in FIELDS}


urlpatterns = [
    path("customers", CustomersView.as_view(), name="api_customers"),
    path("customers/<uuid:key>", CustomerView.as_view(), name="api_customer"),
]

"""Materials: documents and links, and one of them with its versions.

Custom web pages are another noun: their titles may name somebody.
"""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.enums import MaterialKind, MaterialState
from campaigns.materials import library
from campaigns.materials.keeping import SEES
from campaigns.models import Material, MaterialVersion
from privacy.api.fields import Moment
from privacy.api.views import ListResource, Resource

KINDS = [(kind.value, kind.label) for kind in MaterialKind if kind is not MaterialKind.WEB_PAGE]


class MaterialRowData(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    topics = serializers.ListField(child=serializers.SlugField())
    version = serializers.IntegerField(help_text="The newest version that is ready; 0 where none is.")
    page_count = serializers.IntegerField(allow_null=True)
    share_count = serializers.IntegerField()
    withdrawn_at = Moment(allow_null=True)
    created_at = Moment()
    is_made_up = serializers.BooleanField(help_text="Whether it belongs to the demonstration.")


class MaterialVersionData(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=MaterialState.choices)
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    page_count = serializers.IntegerField()
    failure = serializers.CharField()
    created_at = Moment()


class MaterialData(MaterialRowData):
    description = serializers.CharField()
    address = serializers.CharField(help_text="Of a link: where it leads.")
    versions = MaterialVersionData(many=True)


class MaterialFilters(library.MaterialFilters):
    """Those of the library's page that name a thing by its word."""

    owner = None
    search = filters.CharFilter(method="find", label="Words of the title, the description or the pages.")
    kind = filters.ChoiceFilter(choices=KINDS, label="Kind.")
    tag = filters.CharFilter(field_name="tags__slug", label="The topic's slug.")
    state = filters.ChoiceFilter(choices=library.STATES, method="in_state", label="State. Usually all but withdrawn.")


class MaterialsView(ListResource):
    """Documents and links that can be shared, and those that are on their way."""

    noun = "materials"
    see = SEES
    operations = {"GET": "list_materials"}
    row = MaterialRowData
    filters = MaterialFilters
    sorts = {"-created_at": ("-created_at", "-id"), "title": ("title", "id")}

    def rows(self) -> "QuerySet[Material]":
        return shown()

    def data(self, one: Material) -> dict[str, Any]:
        return as_row(one)


class MaterialView(Resource):
    """GET: one material with its versions, the newest first."""

    noun = "materials"
    see = SEES
    operations = {"GET": "get_material"}
    answers = {"GET": {200: MaterialData}}

    def get(self, request: Request, slug: str) -> Response:
        found = get_object_or_404(shown(), slug=slug)
        versions: list[MaterialVersion] = list(found.versions.all())
        more = {"description": found.description, "address": found.address, "versions": versions}
        return Response(MaterialData(as_row(found) | more).data)


def shown() -> "QuerySet[Material]":
    return Material.objects.exclude(kind=MaterialKind.WEB_PAGE).prefetch_related("tags")


NAMES = ("slug", "title", "kind", "version", "page_count", "share_count", "withdrawn_at", "created_at")


def as_row(one: Material) -> dict[str, Any]:
    more = {"topics": [tag.slug for tag in one.tags.all()], "is_made_up": one.is_demo}
    return {name: getattr(one, name) for name in NAMES} | more


urlpatterns = [
    path("materials", MaterialsView.as_view(), name="api_materials"),
    path("materials/<slug:slug>", MaterialView.as_view(), name="api_material"),
]

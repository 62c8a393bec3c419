"""Materials: documents and links, one of them with its versions; sent, changed, withdrawn and offered again.

Custom web pages are another noun: their titles may name somebody.
"""

from typing import Any

import django_filters as filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.enums import MaterialKind, MaterialState
from campaigns.forms.materials import FileForm, NewLinkForm, NewMaterialForm, change_form, too_large
from campaigns.materials import keeping, library, preparing, tagging
from campaigns.materials.keeping import SEES
from campaigns.models import Material, MaterialVersion
from campaigns.views.material_files import ToMaterials, is_too_long
from campaigns.views.materials import MAKES
from privacy.api.fields import Moment
from privacy.api.problems import NotNow, Problem
from privacy.api.views import ListResource, Resource
from privacy.guards import require
from privacy.roles import Permit
from records.api.kept import said

KINDS = [(kind.value, kind.label) for kind in MaterialKind if kind is not MaterialKind.WEB_PAGE]


class MaterialRowData(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    topics = serializers.ListField(child=serializers.CharField(), help_text="Their slugs, in any script.")
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


class NewMaterialSent(serializers.Serializer[Any]):
    """A file, or the address of a link: one of the two."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    topics = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="Separated by commas.")
    file = serializers.FileField(max_length=255, required=False, allow_empty_file=True)
    address = serializers.CharField(max_length=2_000, required=False, allow_blank=True, help_text="Of a link.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if ("file" in values) == bool(values.get("address")):
            raise serializers.ValidationError({"file": ["Send a file, or the address of a link: one of the two."]})
        return values


class MaterialSent(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    address = serializers.CharField(max_length=2_000, required=False, help_text="Of a link alone.")


class VersionSent(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class MaterialFilters(library.MaterialFilters):
    """Those of the library's page that name a thing by its word."""

    owner = None
    search = filters.CharFilter(method="find", label="Words of the title, the description or the pages.")
    kind = filters.ChoiceFilter(choices=KINDS, label="Kind.")
    tag = filters.CharFilter(field_name="tags__slug", label="The topic's slug.")
    state = filters.ChoiceFilter(
        choices=library.STATES,
        method="in_state",
        label="State. Usually all but withdrawn ones and those of which there is only a file that failed.",
    )


class TakesFiles(Resource):
    """What is sent comes as a form; its file goes straight to the disk, and no more of it than is taken."""

    parser_classes = [MultiPartParser]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [ToMaterials(request)]
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if is_too_long(self.asked):
            raise Problem("too-large", too_large())
        super().initial(request, *args, **kwargs)


class MaterialsView(TakesFiles, ListResource):
    """Documents and links that can be shared, and those that are on their way."""

    noun = "materials"
    see = SEES
    keep = MAKES
    operations = {"GET": "list_materials", "POST": "create_material"}
    sent = {"POST": NewMaterialSent}
    answers = {"POST": {201: MaterialData}}
    row = MaterialRowData
    filters = MaterialFilters
    sorts = {"-created_at": ("-created_at", "-id"), "title": ("title", "id")}

    def rows(self) -> "QuerySet[Material]":
        return shown()

    def data(self, one: Material) -> dict[str, Any]:
        return as_row(one)

    def post(self, request: Request) -> Response:
        """A new document from a file, or a link: 201 with it; 400 saying what is wrong, and nothing is kept.

        The pages of a file are drawn in the background: read the material again until its version is ready. What is
        found wrong only then stands as the version's failure.
        """
        sent = NewMaterialSent(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        texts = {name: values.get(name, "") for name in ("title", "description", "address")}
        texts["tags"] = values.get("topics", "")
        made = self._document(texts, values["file"]) if "file" in values else self._link(texts)
        where = {"Location": reverse("api_material", args=[made.slug])}
        return Response(as_material(made), status=status.HTTP_201_CREATED, headers=where)

    def _document(self, texts: dict[str, str], file: Any) -> Material:
        form = valid(NewMaterialForm(texts, {"file": file}, by=self.user))
        values = {name: form.cleaned_data[name] for name in ("title", "description")}
        made, version = keeping.make_document(values, form.cleaned_data["file"], self.user)
        tagging.add_tags(made, form.cleaned_data["tags"])
        prepared(version)
        return made

    def _link(self, texts: dict[str, str]) -> Material:
        form = valid(NewLinkForm(texts))
        values = {name: form.cleaned_data[name] for name in ("title", "description", "address")}
        made = keeping.make_link(values, self.user)
        tagging.add_tags(made, form.cleaned_data["tags"])
        return made


class OfOneMaterial(Resource):
    noun = "materials"
    see = SEES
    keep = MAKES

    def found(self, slug: str) -> Material:
        return get_object_or_404(shown(), slug=slug)

    def changeable(self, slug: str) -> Material:
        """One that the caller may change. Raises PermissionDenied, naming who may."""
        material = self.found(slug)
        if not keeping.may_keep(self.user, material):
            require(self.user, Permit.KEEP_ALL_MATERIALS)
        return material


class MaterialView(OfOneMaterial):
    """GET: one material with its versions, the newest first."""

    operations = {"GET": "get_material", "PATCH": "change_material"}
    sent = {"PATCH": MaterialSent}
    answers = {"GET": {200: MaterialData}, "PATCH": {200: MaterialData}}

    def get(self, request: Request, slug: str) -> Response:
        return Response(as_material(self.found(slug)))

    def patch(self, request: Request, slug: str) -> Response:
        """Changes what is sent; a link's new address is a new version. With If-Match, only what is still as it was
        read."""
        sent = MaterialSent(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        with transaction.atomic():
            material = self.changeable(slug)
            get_object_or_404(Material.objects.select_for_update(), pk=material.pk)
            self.unchanged(as_material(self.found(slug)))
            names = ["title", "description", *(["address"] if material.kind == MaterialKind.LINK else [])]
            if unknown := sorted(set(sent.validated_data) - set(names)):
                raise serializers.ValidationError({name: ["A document has none."] for name in unknown})
            now = {name: getattr(material, name) for name in names}
            form = valid(change_form(material, {**now, **sent.validated_data}))
            keeping.change(material, form.cleaned_data)
        return Response(as_material(self.found(slug)))


class VersionsView(TakesFiles, OfOneMaterial):
    """POST: a new version of a document from a file; 201, or 400 saying why the file cannot be shown.

    The version before is shown until its pages are drawn; one that failed goes."""

    operations = {"POST": "create_material_version"}
    sent = {"POST": VersionSent}
    answers = {"POST": {201: MaterialData}}

    def post(self, request: Request, slug: str) -> Response:
        sent = VersionSent(data=request.data)
        sent.is_valid(raise_exception=True)
        material = self.changeable(slug)
        if material.kind != MaterialKind.DOCUMENT:
            raise NotNow("A material of this kind has no file.")
        form = valid(FileForm({}, {"file": sent.validated_data["file"]}, by=self.user))
        prepared(keeping.add_version(material, form.cleaned_data["file"], self.user))
        return Response(as_material(self.found(slug)), status=status.HTTP_201_CREATED)


class WithdrawView(OfOneMaterial):
    """POST: it can be shared no more, and whoever opens a share of it is told so. Withdrawn already, it stays so."""

    operations = {"POST": "withdraw_material"}
    answers = {"POST": {200: MaterialData}}

    def post(self, request: Request, slug: str) -> Response:
        keeping.withdraw(self.changeable(slug))
        return Response(as_material(self.found(slug)))


class OfferView(OfOneMaterial):
    """POST: a withdrawn material can be shared again."""

    operations = {"POST": "offer_material"}
    answers = {"POST": {200: MaterialData}}

    def post(self, request: Request, slug: str) -> Response:
        keeping.offer_again(self.changeable(slug))
        return Response(as_material(self.found(slug)))


def valid(form: Any) -> Any:
    """The form. Raises ValidationError, naming each field that is wrong."""
    if not form.is_valid():
        wrong = {("topics" if name == "tags" else name): errors for name, errors in said(form).items()}
        raise serializers.ValidationError(wrong)
    return form


def prepared(version: MaterialVersion) -> None:
    """Ask a worker to draw its pages."""
    preparing.ask(version.pk)


def shown() -> "QuerySet[Material]":
    return Material.objects.exclude(kind=MaterialKind.WEB_PAGE).prefetch_related("tags")


NAMES = ("slug", "title", "kind", "version", "page_count", "share_count", "withdrawn_at", "created_at")


def as_row(one: Material) -> dict[str, Any]:
    more = {"topics": [tag.slug for tag in one.tags.all()], "is_made_up": one.is_demo}
    return {name: getattr(one, name) for name in NAMES} | more


def as_material(one: Material) -> Any:
    """A material as the API tells of it, with its versions. One query for them."""
    versions: list[MaterialVersion] = list(one.versions.all())
    more = {"description": one.description, "address": one.address, "versions": versions}
    return MaterialData(as_row(one) | more).data


urlpatterns = [
    path("materials", MaterialsView.as_view(), name="api_materials"),
    path("materials/<slug:slug>", MaterialView.as_view(), name="api_material"),
    path("materials/<slug:slug>/versions", VersionsView.as_view(), name="api_material_versions"),
    path("materials/<slug:slug>/withdraw", WithdrawView.as_view(), name="api_material_withdraw"),
    path("materials/<slug:slug>/offer", OfferView.as_view(), name="api_material_offer"),
]

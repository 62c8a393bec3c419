"""Exports: a list or report asked for as a file, watched, cancelled, taken.

The same permits, scope, purposes and accounts as the pages. Each is its owner's alone; each taking of a file with
records stands in the access log.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.enums import ExportState
from analytics.exports import making
from analytics.exports.formats import TooManyRows, check_rows, formats
from analytics.exports.forms import PurposeForm, bases_for
from analytics.exports.source import BadFilters, Source
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish
from analytics.models import Export
from analytics.views.exports import own_export, sent_file
from privacy.api.fields import Moment
from privacy.api.problems import NotNow
from privacy.api.unknown import there_is_none
from privacy.api.views import ListResource, Resource
from privacy.bases import basis_of
from privacy.enums import Why
from privacy.models import User
from privacy.purposes import Basis
from privacy.refusing import Refused
from privacy.roles import Permit
from records.api.kept import said
from records.saved_views import NOT_KEPT

NO_PICTURE = "A picture is of a report that is drawn, and the query names it: picture=NAME."


class ExportData(serializers.Serializer[Any]):
    key = serializers.UUIDField()
    of = serializers.CharField(help_text="The list or report.")
    title = serializers.CharField()
    query = serializers.CharField(help_text="Its filters and sort.")
    format = serializers.CharField()
    state = serializers.ChoiceField(choices=ExportState.choices)
    rows = serializers.IntegerField(help_text="How many it has.")
    rows_done = serializers.IntegerField(help_text="How many of them are written.")
    size = serializers.IntegerField(help_text="In bytes, once it is ready.")
    error = serializers.CharField()
    asked_at = Moment()
    as_of = Moment(allow_null=True, help_text="Whose state of the data it holds.")
    expires_at = Moment(allow_null=True, help_text="When the file is deleted.")
    file = serializers.CharField(allow_null=True, help_text="Where it is taken; null unless it is ready.")


class NewExport(serializers.Serializer[Any]):
    """What of identifiable records is asked beside: to whom it goes, where it leaves the agency."""

    of = serializers.CharField(
        max_length=120,
        help_text="A list (`customers`, `campaigns`, `shares`, …) or a report (`campaign/SLUG`, `customer/KEY`).",
    )
    query = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Filters and sort, as the list's page has them."
    )
    format = serializers.CharField(max_length=20, help_text="One of csv, xlsx, pdf, parquet, jsonl.")
    leaves = serializers.BooleanField(default=False, help_text="Whether the file leaves the agency.")
    recipient_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    recipient_address = serializers.CharField(max_length=400, required=False, allow_blank=True)
    routine_use = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=1_000, help_text="The notice's, that allows it."
    )

    def validate_format(self, name: str) -> str:
        if name not in formats():
            raise serializers.ValidationError(f"One of {', '.join(formats())}.")
        return name

    def validate_query(self, query: str) -> str:
        """Without what says which page of the list is looked at."""
        asked = QueryDict(query, mutable=True)
        for name in (*NOT_KEPT, "size", "layout"):
            asked.pop(name, None)
        return asked.urlencode()


class OfExports(Resource):
    noun = "exports"
    see = (Permit.EXPORT_LISTS,)


class ExportsView(OfExports, ListResource):
    """The caller's own exports, the newest first."""

    operations = {"GET": "list_exports", "POST": "create_export"}
    sent = {"POST": NewExport}
    answers = {"POST": {202: ExportData}}
    row = ExportData
    sorts = {"-asked_at": ("-asked_at", "-id")}

    def rows(self) -> "QuerySet[Export]":
        return Export.objects.of(self.user)

    def data(self, one: Export) -> dict[str, Any]:
        return as_export(one)

    def post(self, request: Request) -> Response:
        """Have a list or report made as a file, in the background: 202; read it again until it is ready.

        Records are exported for the purpose that the key was made for, which they must serve (403 otherwise). A file
        that leaves the agency needs its recipient and the routine use, and is accounted for.
        """
        sent = NewExport(data=request.data)
        sent.is_valid(raise_exception=True)
        wish, source, rows = self._wish(sent.validated_data)
        export = making.enqueue(wish, source, rows)
        export.refresh_from_db()
        where = {"Location": reverse("api_export", args=[export.key])}
        data = ExportData(as_export(export)).data
        return Response(data, status=status.HTTP_202_ACCEPTED, headers=where)

    def _wish(self, values: dict[str, Any]) -> tuple[Wish, Source, int]:
        """Raises Http404, PermissionDenied and ValidationError."""
        of, query, one = values["of"], values.get("query", ""), formats()[values["format"]]
        try:
            source = source_of(self.user, of, query)
            rows = source.count()
            check_rows(one, rows)
        except BadFilters as problem:
            raise serializers.ValidationError({"query": [str(problem)]}) from None
        except TooManyRows as problem:
            raise serializers.ValidationError({"format": [str(problem)]}) from None
        if source.lacks:  # a misspelt filter would choose everybody
            said = [there_is_none(f"There is no filter {name} here", name, source.knows) for name in source.lacks]
            raise serializers.ValidationError({"query": said})
        if one.is_picture and not (source.draws and QueryDict(query).get("picture")):
            raise serializers.ValidationError({"format": [NO_PICTURE]})
        wish = Wish(self.user, of, query, one.name)
        if not source.is_identifiable:
            return wish, source, rows
        form = self._purpose(source, values)
        return Wish(wish.user, of, query, one.name, form.chosen, form.recipient), source, rows

    def _purpose(self, source: Source, values: dict[str, Any]) -> PurposeForm:
        """For what it is exported and to whom, by the page's form. Raises PermissionDenied and ValidationError."""
        present = basis_of(self.asked)
        check_serves(source, present, self.user)
        given = {name: values.get(name) for name in ("recipient_name", "recipient_address", "routine_use")}
        sent = {**given, "basis": present.name if present else "", "leaves": "on" if values["leaves"] else ""}
        form = PurposeForm(bases_for(self.user, source, present), sent)
        if not form.is_valid():
            raise serializers.ValidationError(said(form))
        return form


def check_serves(source: Source, present: Basis | None, user: User) -> None:
    """Raises PermissionDenied where the records do not serve what the caller reads for."""
    if present is None or not any(present.same_as(one) for one in bases_for(user, source, present)):
        raise Refused(Why.NOT_SERVED, "These records do not serve the purpose that you read for.")


class ExportView(OfExports):
    """GET: how far it is."""

    operations = {"GET": "get_export"}
    answers = {"GET": {200: ExportData}}

    def get(self, request: Request, key: UUID) -> Response:
        return Response(ExportData(as_export(own_export(self.user, key))).data)


class CancelView(OfExports):
    """POST: stop it; nothing is kept of the file. 409 where it has ended."""

    operations = {"POST": "cancel_export"}
    answers = {"POST": {200: ExportData}}

    def post(self, request: Request, key: UUID) -> Response:
        export = own_export(self.user, key)
        if not making.cancel(export):
            raise NotNow("It has ended: there is nothing to cancel.")
        return Response(ExportData(as_export(own_export(self.user, key))).data)


class FileView(OfExports):
    """GET: the file; 404 until it is ready, and once it is deleted. Each taking of records is in the access log."""

    operations = {"GET": "get_export_file"}
    answers = {"GET": {(200, "application/octet-stream"): OpenApiTypes.BINARY}}

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        export = get_object_or_404(Export.objects.of(self.user).select_related("asked_by"), key=key)
        answer = sent_file(self.user, export)
        answer["Content-Type"] = "application/octet-stream"
        return answer


def as_export(one: Export) -> dict[str, Any]:
    """An export as the API tells of it."""
    names = ("key", "of", "title", "query", "format", "state", "rows_done", "size", "error", "asked_at", "as_of")
    is_ready = one.state == ExportState.READY
    return {
        **{name: getattr(one, name) for name in names},
        "rows": one.rows_counted,
        "expires_at": one.expires_at,
        "file": reverse("api_export_file", args=[one.key]) if is_ready else None,
    }


urlpatterns = [
    path("exports", ExportsView.as_view(), name="api_exports"),
    path("exports/<uuid:key>", ExportView.as_view(), name="api_export"),
    path("exports/<uuid:key>/cancel", CancelView.as_view(), name="api_export_cancel"),
    path("exports/<uuid:key>/file", FileView.as_view(), name="api_export_file"),
]

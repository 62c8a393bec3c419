"""The API of imports: the same functions, permits and scope as the pages. Nobody sees another's import.

POST /api/v1/imports takes a form: `file`, `kind`, and `mapping` (TOML) unless the kind's own mapping file fits.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_noop
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from privacy.api.problems import NotNow
from privacy.api.views import Resource
from privacy.places import declare_place
from privacy.roles import Permit
from records.enums import ImportState, UploadState
from records.intake import running, uploads
from records.intake.drafting import mapping_in
from records.intake.kinds import default_mapping, description_of
from records.intake.problems import Refused
from records.intake.reasons import Reasons
from records.intake.receiving import ToMediaFolder
from records.intake.sampling import preview
from records.intake.undoing import take_back
from records.models import Upload
from records.views.imports import rejects_of

REJECTS = declare_place(
    "api_import_rejects", gettext_noop("The rejected rows of a user's own import, through the API"), (1, 2)
)
COUNTS = ("read", "loaded", "already_present", "rejected", "secrets_dropped")


class ReasonData(serializers.Serializer[Any]):
    column = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()
    first_line = serializers.IntegerField()


class ImportData(serializers.Serializer[Any]):
    """`import` is its number on the pages, null until it has begun."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    file = serializers.CharField()
    state = serializers.CharField()
    error = serializers.CharField()
    read = serializers.IntegerField()
    loaded = serializers.IntegerField()
    already_present = serializers.IntegerField()
    rejected = serializers.IntegerField()
    secrets_dropped = serializers.IntegerField()
    reasons = ReasonData(many=True)
    address = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`import` is a word of the language."""
        return {"import": serializers.IntegerField(allow_null=True), **super().get_fields()}


class UndoneData(ImportData):
    gone = serializers.CharField(help_text="What went with it.")


class NewImport(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255)
    kind = serializers.CharField(max_length=40)
    mapping = serializers.FileField(max_length=255, required=False)

    def validate_kind(self, kind: str) -> str:
        try:
            description_of(kind)
        except Refused as refusal:
            raise serializers.ValidationError(str(refusal)) from None
        return kind


class ImportView(Resource):
    """What all of them share: the permit, and whose upload it is."""

    noun = "imports"
    see = (Permit.IMPORT_RECORDS,)

    def found(self, key: UUID) -> Upload:
        return get_object_or_404(Upload.objects.of(self.user).select_related("source_import"), key=key)

    def begun(self, key: UUID) -> Upload:
        """The upload, whose import must have begun. Raises NotNow."""
        upload = self.found(key)
        if upload.source_import is None:
            raise NotNow("This import has not begun: there are no rows of it yet.")
        return upload


class NewImportView(ImportView):
    """POST: take the file and have it imported. 202 with the import; 400 saying what is wrong, and nothing is kept."""

    parser_classes = [MultiPartParser]
    operations = {"POST": "create_import"}
    sent = {"POST": NewImport}
    answers = {"POST": {202: ImportData}}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [ToMediaFolder(request)]
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        sent = NewImport(data=request.data)
        sent.is_valid(raise_exception=True)
        values = sent.validated_data
        try:
            upload = uploads.keep(values["file"], values["kind"], self.user, values.get("mapping"))
        except Refused as refusal:
            raise serializers.ValidationError({"file": [str(refusal)]}) from None
        _start(upload)
        return Response(ImportData(as_import(upload)).data, status=status.HTTP_202_ACCEPTED)


def _start(upload: Upload) -> None:
    """Have the file imported by its mapping, or by its kind's own. Raises ValidationError, and the file is deleted."""
    try:
        if not upload.mapping:
            _take_default(upload)
        preview(uploads.source_of(upload), mapping_in(upload.mapping, upload.mapping_name))
        running.begin(upload, UploadState.WAITING)
    except Refused as refusal:
        uploads.abandon(upload)
        raise serializers.ValidationError({"mapping": [str(refusal)]}) from None


def _take_default(upload: Upload) -> None:
    own = default_mapping(upload.kind)
    if own is None:
        raise Refused(f"files of the kind {upload.kind} need a mapping file")
    uploads.store_mapping(upload, own.read_text(), [])


class OneImportView(ImportView):
    """GET: the state of an import, its counts, and why rows were rejected, the most frequent reasons first."""

    operations = {"GET": "get_import"}
    answers = {"GET": {200: ImportData}}

    def get(self, request: Request, key: UUID) -> Response:
        return Response(ImportData(as_import(self.found(key))).data)


class RejectsView(ImportView):
    """GET: the rejected rows as CSV, through the door. 404 where there are none."""

    operations = {"GET": "get_import_rejects"}
    answers = {"GET": {(200, "text/csv"): OpenApiTypes.STR}}

    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        record = self.begun(key).source_import
        assert record is not None  # noqa: S101 (begun says so)
        return rejects_of(self.asked, record, REJECTS)


class UndoView(ImportView):
    """POST: take the import back, whole. 409 with the reason where that must not be."""

    operations = {"POST": "undo_import"}
    answers = {"POST": {200: UndoneData}}

    def post(self, request: Request, key: UUID) -> Response:
        upload = self.begun(key)
        try:
            _, gone = take_back(upload.source_import_id or 0)
        except Refused as refusal:
            raise NotNow(str(refusal)) from None
        return Response(UndoneData({**as_import(self.found(key)), "gone": gone}).data)


def as_import(upload: Upload) -> dict[str, Any]:
    """An import as the API tells of it."""
    record = upload.source_import
    is_over = record is not None and record.state != ImportState.RUNNING
    return {
        "id": str(upload.key),
        "import": record.pk if record else None,
        "kind": upload.kind,
        "file": upload.file_name,
        "state": record.state if record and is_over else upload.state,
        "error": upload.error or (record.error if record else ""),
        **{name: getattr(record, name) if record else 0 for name in COUNTS},
        "reasons": [
            {"column": one.column, "reason": one.text, "count": one.count, "first_line": one.first_line}
            for one in Reasons.of(record.reasons if record else []).listed()
        ],
        "address": reverse("api_import", args=[upload.key]),
    }


urlpatterns = [
    path("imports", NewImportView.as_view(), name="api_imports"),
    path("imports/<uuid:key>", OneImportView.as_view(), name="api_import"),
    path("imports/<uuid:key>/rejects", RejectsView.as_view(), name="api_import_rejects"),
    path("imports/<uuid:key>/undo", UndoView.as_view(), name="api_import_undo"),
]

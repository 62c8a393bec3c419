"""Imports: all of them in a list, one with its counts and rejected rows, and taking it back."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_noop, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import Place, declare_place
from privacy.roles import Permit
from records.enums import ImportState, UploadState
from records.import_lists import IMPORT_LIST, label_of_kind
from records.intake.kinds import description_of
from records.intake.problems import Refused
from records.intake.progress import progress_of
from records.intake.reasons import Reasons
from records.intake.rejects import rejects_path
from records.intake.running import STARTABLE
from records.intake.undoing import take_back, what_would_go
from records.models import Import, Upload
from records.views.lists import list_page

REJECTS = declare_place("import_rejects", gettext_noop("The rejected rows of a user's own import, as CSV"), (1, 2))
BLOCK = 1 << 16  # bytes


def own_imports(user: User) -> "QuerySet[Import]":
    """The imports that the user started: their rejected rows, and taking them back, are nobody else's."""
    return Import.objects.filter(started_by=user)


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """All of them, and above them the files of one's own that wait for a decision."""
    waiting = Upload.objects.of(signed_in(request)).filter(source_import=None).exclude(state=UploadState.ENDED)
    return list_page(request, IMPORT_LIST, "records/imports.html", {"waiting": waiting})


@require_safe
@permit_required(Permit.IMPORT_RECORDS)
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    user = signed_in(request)
    record = get_object_or_404(Import.objects.select_related("started_by"), pk=number)
    upload = Upload.objects.of(user).filter(source_import=record).select_related("source_import").first()
    is_own = record.started_by_id == user.pk
    context = {
        "record": record,
        "kind": label_of_kind(record.kind),
        "reasons": Reasons.of(record.reasons).listed(),
        "upload": upload,
        "progress": progress_of(upload) if upload and upload.is_under_way else None,
        "may_go_on": bool(upload and upload.state in STARTABLE and record.state == ImportState.RUNNING),
        "has_rejects": is_own and record.rejected > 0 and rejects_path(record).exists(),
        "may_take_back": is_own and record.state != ImportState.UNDONE and not (upload and upload.is_under_way),
    }
    return render(request, "records/import.html", context)


@require_safe
@permit_required(Permit.IMPORT_RECORDS)
def import_rejects(request: HttpRequest, number: int) -> HttpResponseBase:
    """The rejects file of one's own import. Cells like formulas begin with an apostrophe."""
    record = get_object_or_404(own_imports(signed_in(request)), pk=number)
    return rejects_of(request, record, REJECTS)


def rejects_of(request: HttpRequest, record: Import, place: Place) -> HttpResponseBase:
    """The file, read through the door. Raises Http404 where there is none."""
    with reading_of(request, place, categories=description_of(record.kind).categories) as read:
        path = rejects_path(record)
        if not record.rejected or not path.exists():
            raise Http404("This import has no rejected rows here.")
        read.count = record.rejected
        response = StreamingHttpResponse(read.streamed(_blocks(path)), content_type="text/csv; charset=utf-8")
        name = pgettext("file name", "rejects")
        response["Content-Disposition"] = content_disposition_header(True, f"{name}-{record.pk}.csv") or ""
        return response


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.IMPORT_RECORDS)
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    """What would go, to be confirmed; then it goes."""
    record = get_object_or_404(own_imports(signed_in(request)), pk=number)
    try:
        if request.method == "POST":
            _, gone = take_back(record.pk)
            messages.success(request, gettext("Taken back: %(gone)s.") % {"gone": gone})
            return redirect("import", record.pk)
        context = {"record": record, "going": what_would_go(record.pk)}
        return render(request, "records/import_undo.html", context)
    except Refused as refusal:
        return render(request, "records/import_undo.html", {"record": record, "refusal": refusal.words}, status=409)

"""A file on its way in: sent, mapped, checked, started, stopped. Nobody sees another's: it answers 404 as what does not
exist does."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.sent_once import sent_once
from records.enums import UploadState
from records.forms import mapping as screens
from records.forms.importing import NewImportForm
from records.intake import running, uploads
from records.intake.kinds import description_of, kinds
from records.intake.problems import Refused
from records.intake.progress import progress_of
from records.intake.reasons import Reasons
from records.intake.receiving import ToMediaFolder
from records.models import Upload

FORM_BYTES = 2 << 20  # what a form has beside its file


@csrf_exempt  # the handler must be there before the form is read; _new checks the token
@permit_required(Permit.IMPORT_RECORDS)
def import_new(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [ToMediaFolder(request)]
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IMPORT_MAX_BYTES + FORM_BYTES:
        return _new_page(request, NewImportForm(), status=413, error=_too_large())
    return _new(request)


def _too_large() -> str:
    most = filesizeformat(settings.IMPORT_MAX_BYTES)
    return _("The file is larger than %(most)s. Nothing was saved: send it in parts, or compressed as .gz.") % {
        "most": most
    }


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _new(request: HttpRequest) -> HttpResponse:
    form = NewImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _new_page(request, form, status=422 if form.is_bound else 200)
    values = form.cleaned_data
    try:
        upload = uploads.keep(values["file"], values["kind"], signed_in(request), values["mapping"])
    except Refused as refusal:
        form.add_error(None, refusal.words)
        return _new_page(request, form, status=422)
    return redirect("import_upload", upload.key)


def _new_page(request: HttpRequest, form: NewImportForm, status: int, error: str = "") -> HttpResponse:
    about = [description_of(kind) for kind in kinds()]
    return render(request, "records/import_new.html", {"form": form, "error": error, "kinds": about}, status=status)


def _own(request: HttpRequest, key: UUID) -> Upload:
    rows = Upload.objects.of(signed_in(request)).select_related("source_import")
    return get_object_or_404(rows, key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.IMPORT_RECORDS)
def import_upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """The mapping screen; while somebody works on the file, how far they are."""
    upload = _own(request, key)
    if upload.source_import_id:
        return redirect("import", upload.source_import_id)
    if upload.is_under_way:
        return render(request, "records/import_working.html", {"upload": upload, "progress": progress_of(upload)})
    if request.method != "POST":
        return _screen_page(request, screens.stored(upload))
    screen = screens.posted(upload, request.POST)
    if screen.error:
        return _screen_page(request, screen, status=422)
    if screen.is_read_anew:
        messages.info(request, _("Read this way, the file has other columns: check what they are."))
    return ACTIONS.get(request.POST.get("action", ""), _back)(request, screen)


def _screen_page(request: HttpRequest, screen: screens.Screen, status: int = 200) -> HttpResponse:
    upload = screen.upload
    context: dict[str, Any] = {"upload": upload, "screen": screen, "kind": description_of(upload.kind)}
    try:
        preview = screen.preview() if not screen.error else None
        context |= {"rows": screen.rows(), "missing": [] if screen.error else screen.missing(), "preview": preview}
    except Refused as refusal:
        screen.error, status = screen.error or refusal.words, 422
    context["checked_reasons"] = Reasons.of(upload.checked.get("reasons", [])).listed()
    if screen.sample:
        context["used_before"] = uploads.used_before(upload, screen.sample.header)
    if preview := context.get("preview"):
        context["preview_labels"] = [gettext(description_of(upload.kind).of(name).label) for name in preview.fields]
    return render(request, "records/import_mapping.html", context, status=status)


def _back(request: HttpRequest, screen: screens.Screen) -> HttpResponse:
    return redirect("import_upload", screen.upload.key)


def _begin(request: HttpRequest, screen: screens.Screen, state: UploadState) -> HttpResponse:
    if missing := screen.missing():
        screen.error = " ".join(missing)
        return _screen_page(request, screen, status=422)
    try:
        running.begin(screen.upload, state)
    except Refused as refusal:
        messages.error(request, refusal.words)
    return redirect("import_upload", screen.upload.key)


def _check(request: HttpRequest, screen: screens.Screen) -> HttpResponse:
    return _begin(request, screen, UploadState.CHECKING)


def _start(request: HttpRequest, screen: screens.Screen) -> HttpResponse:
    return _begin(request, screen, UploadState.WAITING)


def _download(request: HttpRequest, screen: screens.Screen) -> HttpResponse:
    response = HttpResponse(screen.upload.mapping, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{screen.upload.kind}.toml"'
    return response


ACTIONS: dict[str, Callable[[HttpRequest, screens.Screen], HttpResponse]] = {
    "check": _check,
    "start": _start,
    "download": _download,
}


@require_POST
@permit_required(Permit.IMPORT_RECORDS)
def import_use_mapping(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Take over the mapping of an earlier upload of the same columns."""
    upload, earlier = _own(request, key), _own(request, other)
    try:
        uploads.use_again(upload, earlier)
        messages.success(request, _("Mapped as before."))
    except Refused as refusal:
        messages.error(request, refusal.words)
    return redirect("import_upload", upload.key)


@require_safe
@permit_required(Permit.IMPORT_RECORDS)
def import_state(request: HttpRequest, key: UUID) -> JsonResponse:
    """How far the work is, for the page that shows it."""
    progress = progress_of(_own(request, key))
    answer = {"text": progress.text, "percent": progress.percent, "is_under_way": progress.is_under_way}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@require_POST
@permit_required(Permit.IMPORT_RECORDS)
def import_stop(request: HttpRequest, key: UUID) -> HttpResponse:
    return _told(request, key, running.stop)


@require_POST
@permit_required(Permit.IMPORT_RECORDS)
def import_go_on(request: HttpRequest, key: UUID) -> HttpResponse:
    return _told(request, key, lambda upload: running.begin(upload, UploadState.WAITING))


@require_POST
@permit_required(Permit.IMPORT_RECORDS)
def import_abandon(request: HttpRequest, key: UUID) -> HttpResponse:
    upload = _own(request, key)
    try:
        uploads.abandon(upload)
    except Refused as refusal:
        messages.error(request, refusal.words)
        return redirect("import_upload", upload.key)
    messages.success(request, _("The file is deleted."))
    return redirect("imports")


def _told(request: HttpRequest, key: UUID, act: Callable[[Upload], None]) -> HttpResponse:
    upload = _own(request, key)
    try:
        act(upload)
    except Refused as refusal:
        messages.error(request, refusal.words)
    return redirect("import_upload", upload.key)

"""Lists and reports as files: asked for, made at once or in the background, watched, cancelled, downloaded."""

from contextlib import nullcontext
from tempfile import TemporaryFile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.enums import ExportState
from analytics.exports import making
from analytics.exports.base import Format
from analytics.exports.ended_words import in_words
from analytics.exports.formats import TooManyRows, check_rows, formats
from analytics.exports.forms import PurposeForm, bases_for
from analytics.exports.listed import EXPORT_LIST
from analytics.exports.names import name_of
from analytics.exports.scheduling import schedules_of
from analytics.exports.source import BadFilters, Source
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish, language_of, write_file
from analytics.models import Export
from privacy.access import reading
from privacy.bases import basis_for
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.roles import Permit
from records.figures import count, plural
from records.saved_views import NOT_KEPT
from records.views.lists import list_page

# Parameters of an address that are none of the list's.
NOT_FILTERS = ("of", "format", "page", "size", "csrfmiddlewaretoken", "layout", *NOT_KEPT)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.EXPORT_LISTS)
def export_new(request: HttpRequest) -> HttpResponseBase:
    """A list or report as a file: sent at once where nothing needs to be asked, else asked for first."""
    user = signed_in(request)
    of, query = request.GET.get("of", ""), query_of(request)
    one = formats().get(request.GET.get("format", ""))
    if one is None:
        return refusal(request, _("There is no such format."), "")
    try:
        source = source_of(user, of, query)
        rows = source.count()
        check_rows(one, rows)
    except BadFilters as problem:
        return refusal(request, str(problem), "")
    except TooManyRows as problem:
        return refusal(request, str(problem), query_with(request, "csv"), source.page)
    if one.is_picture and not source.draws:
        return refusal(request, _("There is no picture of this."), "", source.page)
    wish = Wish(user, of, query, one.name)
    if source.is_identifiable:
        return _identifiable(request, source, wish, rows)
    if rows <= one.at_once:
        return file_now(wish, one)
    if request.method == "POST":
        return in_background(wish, source, rows)
    return render(request, "analytics/export_new.html", {**_about(source, one, rows), "query": query})


def _identifiable(request: HttpRequest, source: Source, wish: Wish, rows: int) -> HttpResponseBase:
    """Identifiable records: only once it is said for what, and to whom if they leave the agency."""
    bases = bases_for(wish.user, source, basis_for(request, source.categories))
    form = PurposeForm(bases, request.POST if request.method == "POST" else None)
    one = formats()[wish.format]
    if not form.is_valid():
        context = {**_about(source, one, rows), "query": wish.query, "form": form}
        return render(request, "analytics/export_new.html", context, status=422 if form.is_bound else 200)
    wish = Wish(wish.user, wish.of, wish.query, wish.format, form.chosen, form.recipient)
    return file_now(wish, one) if rows <= one.at_once else in_background(wish, source, rows)


def _about(source: Source, one: Format, rows: int) -> dict[str, object]:
    return {"source": source, "format": one, "rows": rows, "is_at_once": rows <= one.at_once, "kept": making.KEPT_FOR}


def query_of(request: HttpRequest) -> str:
    """The filters and the sort of the list's address."""
    asked = request.GET.copy()
    for name in NOT_FILTERS:
        asked.pop(name, None)
    return asked.urlencode()


def query_with(request: HttpRequest, name: str) -> str:
    """The same export in another format, as an address's query."""
    asked = request.GET.copy()
    asked["format"] = name
    return asked.urlencode()


def refusal(request: HttpRequest, sentence: str, other: str, page: str = "") -> HttpResponse:
    context = {"sentence": sentence, "other": other, "page": page}
    return render(request, "analytics/export_refused.html", context, status=400)


def file_now(wish: Wish, one: Format) -> FileResponse:
    """The whole file, written before its first byte is sent: one that fails is an error page, never half a file."""
    file = TemporaryFile()  # noqa: SIM115  # closed by the response
    try:
        written = write_file(wish, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=written.name, content_type=one.content_type)


def in_background(wish: Wish, source: Source, rows: int) -> HttpResponse:
    return redirect("export", making.enqueue(wish, source, rows).key)


# One's exports -------------------------------------------------------------------------------------------------------


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports, the newest first."""
    return list_page(request, EXPORT_LIST, "analytics/exports.html")


def _label(export: Export) -> str:
    one = formats().get(export.format)
    return one.label if one else export.format


def own_export(user: User, key: UUID) -> Export:
    """Raises Http404 for another's, as for what does not exist."""
    return get_object_or_404(Export.objects.of(user).select_related("asked_by"), key=key)


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def export_page(request: HttpRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    export = own_export(user, key)
    context = {
        "export": export,
        "label": _label(export),
        "said": said_of(export),
        "error": in_words(export.error),
        "schedule": schedules_of(user).filter(runs__export=export).select_related("owner").first(),
    }
    return render(request, "analytics/export.html", context)


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def export_state(request: HttpRequest, key: UUID) -> JsonResponse:
    """How far it is, for the page that watches it."""
    export = own_export(signed_in(request), key)
    return JsonResponse({"is_under_way": export.is_under_way, "percent": export.percent, "text": said_of(export)})


def said_of(export: Export) -> str:
    """How far it is, as a sentence."""
    if export.state == ExportState.QUEUED:
        return _("Waiting to start.")
    if export.state == ExportState.RUNNING:
        said = _("%(done)s of %(rows)s written.")
        return said % {"done": count(export.rows_done), "rows": plural(export.rows_counted, "row")}
    return f"{_(export.get_state_display())}."


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def cancel_export(request: HttpRequest, key: UUID) -> HttpResponse:
    export = own_export(signed_in(request), key)
    if making.cancel(export):
        messages.success(request, _("Canceled: none of the file is kept."))
    else:
        messages.info(request, _("It had already ended."))
    return redirect("export", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def delete_export(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete the file before its time."""
    export = own_export(signed_in(request), key)
    if export.state == ExportState.READY:
        making.delete_file(export)
        messages.success(request, _("The file is deleted."))
    return redirect("export", key)


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def export_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    user = signed_in(request)
    export = own_export(user, key)
    try:
        return sent_file(user, export)
    except Http404:
        if export.state != ExportState.READY:
            raise
        messages.error(
            request, _("What this file was made from is no longer available to you, so the file is not given out.")
        )
        return redirect("export", key)


def sent_file(user: User, export: Export) -> FileResponse:
    """The file, for whoever asked for it and may still export it. Each download of records is in the access log.

    Raises Http404 unless it is ready, and where what it was made of is gone.
    """
    if export.state != ExportState.READY:
        raise Http404
    try:
        source = source_of(user, export.of, export.query)
    except BadFilters as gone:  # one of the things that it compares, say
        raise Http404 from gone
    wish = making.wish_of(export)
    place = source.place
    door = reading(user, wish.basis, place=place, key=source.key, categories=source.categories) if place else None
    with door or nullcontext() as read:
        try:
            file = making.path_of(export).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        if read:
            read.count = source.people_in(export.rows_done)
        one = formats()[export.format]
        with translation.override(language_of(user, one)):
            name = f"{name_of(user, export.of)}-{export.as_of:%Y-%m-%d}.{one.name}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=one.content_type)

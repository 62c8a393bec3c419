"""Files of materials: sent to us, and shown: pages, pictures, the original."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.enums import MaterialKind
from campaigns.forms.materials import FileForm, NewMaterialForm, too_large
from campaigns.materials import keeping, preparing, tagging
from campaigns.materials.keeping import SEES
from campaigns.materials.reading import NARROW, PICTURE_TYPE, THUMBNAIL, WIDE, page_of, page_picture, pieces
from campaigns.models import Material, MaterialPage, MaterialVersion, Tag
from campaigns.views.materials import MAKES, kept
from privacy.guards import permit_required, signed_in
from privacy.sent_once import sent_once
from records.intake.receiving import ToMediaFolder
from records.views.lists import marked

FORM_BYTES = 2 << 20  # what a form has beside its file


class ToMaterials(ToMediaFolder):
    @property
    def most(self) -> int:
        return int(settings.MATERIAL_MAX_BYTES)


def is_too_long(request: HttpRequest) -> bool:
    """Whether the request says that it is longer than a material and its form may be."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > int(settings.MATERIAL_MAX_BYTES) + FORM_BYTES


@csrf_exempt  # the handler must be there before the form is read; _new checks the token
@permit_required(*MAKES)
def material_new(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [ToMaterials(request)]
    if is_too_long(request):
        return _new_page(request, NewMaterialForm(by=signed_in(request)), status=413, error=too_large())
    return _new(request)


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _new(request: HttpRequest) -> HttpResponse:
    form = NewMaterialForm(request.POST or None, request.FILES or None, by=signed_in(request))
    if request.method != "POST" or not form.is_valid():
        return _new_page(request, form, status=422 if form.is_bound else 200)
    values = dict(form.cleaned_data)
    file, tags = values.pop("file"), values.pop("tags")
    made, version = keeping.make_document(values, file, signed_in(request))
    tagging.add_tags(made, tags)
    return _sent(made, version)


def _new_page(request: HttpRequest, form: NewMaterialForm, status: int, error: str = "") -> HttpResponse:
    context = {"form": marked(form), "error": error, "known_tags": Tag.objects.all()}
    return render(request, "campaigns/material_new.html", context, status=status)


def _sent(material: Material, version: MaterialVersion) -> HttpResponse:
    preparing.ask(version.pk)
    return redirect("material", material.slug)


@csrf_exempt  # as material_new
@permit_required(*MAKES)
def version_new(request: HttpRequest, slug: str) -> HttpResponse:
    request.upload_handlers = [ToMaterials(request)]
    material = kept(request, slug)
    if material.kind != MaterialKind.DOCUMENT:
        raise Http404("A material of this kind has no file.")
    if is_too_long(request):
        return _version_page(request, material, FileForm(by=signed_in(request)), status=413, error=too_large())
    return _version(request, material)


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _version(request: HttpRequest, material: Material) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None, by=signed_in(request))
    if request.method != "POST" or not form.is_valid():
        return _version_page(request, material, form, status=422 if form.is_bound else 200)
    return _sent(material, keeping.add_version(material, form.cleaned_data["file"], signed_in(request)))


def _version_page(
    request: HttpRequest, material: Material, form: FileForm, status: int, error: str = ""
) -> HttpResponse:
    context = {"form": marked(form), "material": material, "error": error}
    return render(request, "campaigns/version_new.html", context, status=status)


def _version_of(slug: str, number: int) -> MaterialVersion:
    return get_object_or_404(MaterialVersion.objects.select_related("material"), material__slug=slug, number=number)


def _page_of(slug: str, number: int, page: int) -> MaterialPage:
    try:
        return page_of(_version_of(slug, number), page)
    except MaterialPage.DoesNotExist:
        raise Http404("There is no such page.") from None


@require_safe
@permit_required(*SEES)
def material_page(request: HttpRequest, slug: str, number: int, page: int) -> HttpResponse:
    """One page: its picture, and its text."""
    shown = _page_of(slug, number, page)
    version = shown.version
    context = {
        "shown": shown,
        "version": version,
        "material": version.material,
        "previous": page - 1,
        "next": page + 1 if page < version.page_count else 0,
    }
    return render(request, "campaigns/material_page.html", context)


@require_safe
@permit_required(*SEES)
def material_picture(request: HttpRequest, slug: str, number: int, page: int, width: int) -> HttpResponseBase:
    if width not in (WIDE, NARROW, THUMBNAIL):
        raise Http404("There is no picture of that width.")
    picture = page_picture(_page_of(slug, number, page), width)
    return HttpResponse(b"".join(pieces(picture)), content_type=PICTURE_TYPE)


@require_safe
@permit_required(*SEES)
def material_file(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The original, to be kept; no browser shows it within our pages, whatever it is."""
    version = _version_of(slug, number)
    media_type = version.media_type or "application/octet-stream"
    answer = StreamingHttpResponse(pieces(version.file), content_type=media_type)
    answer["Content-Length"] = str(version.size)
    answer["Content-Disposition"] = content_disposition_header(True, version.file_name) or "attachment"
    return answer

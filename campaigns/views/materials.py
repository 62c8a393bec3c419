"""The library of materials, and of one: its page, its versions, its topics. Files come in and go by material_files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.enums import MaterialKind, MaterialState
from campaigns.forms.materials import NewLinkForm, TagForm, change_form
from campaigns.lists import MATERIAL_LIST
from campaigns.materials import keeping, preparing, tagging
from campaigns.materials.keeping import SEES
from campaigns.materials.progress import progress_of
from campaigns.materials.sheets import AT_ONCE
from campaigns.models import Material, MaterialVersion, Tag
from campaigns.signals import material_shown
from privacy.guards import permit_required, require, signed_in
from privacy.models import User
from privacy.renewing.watching import watch
from privacy.roles import SEES_CUSTOMERS, Permit
from privacy.undone import tell
from records.views.lists import list_page, marked

SORTS = [
    ("-created_at", _("Newest first")),
    ("title", _("By title")),
    ("-share_count", _("Most shared first")),
    ("owner_name", _("By owner")),
]
MAKES = (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)
SEES_REPORTS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)


@require_safe
def materials(request: HttpRequest) -> HttpResponse:
    """The library, as cards or (`?layout=table`) as a table."""
    is_table = request.GET.get("layout") == "table"
    more = {
        "is_cards": not is_table,
        "layout": "table" if is_table else "",
        "sort_choices": [] if is_table else SORTS,
        "may_make": signed_in(request).has_one_of(MAKES),
        "is_comparable": signed_in(request).has_one_of(SEES_REPORTS),
        "may_share_each": may_share_with_somebody(signed_in(request)),
    }
    return list_page(request, MATERIAL_LIST, "campaigns/materials.html", more)


def may_share_with_somebody(user: User) -> bool:
    """Whether the user shares, and sees customers among whom to choose."""
    return user.has_permit(Permit.SHARE_MATERIALS) and user.has_one_of(SEES_CUSTOMERS)


def page_numbers(page: "Page[Any]") -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def found(slug: str) -> Material:
    return get_object_or_404(Material.objects.select_related("owner"), slug=slug)


def kept(request: HttpRequest, slug: str) -> Material:
    """A material that the user may change. Raises PermissionDenied, naming who may."""
    material = found(slug)
    if not keeping.may_keep(signed_in(request), material):
        require(signed_in(request), Permit.KEEP_ALL_MATERIALS)
    return material


@require_safe
@permit_required(*SEES)
def material(request: HttpRequest, slug: str) -> HttpResponse:
    """What a material is, its versions, and the pages of the one that is shown (`?version=` chooses another)."""
    chosen = found(slug)
    watch(request, f"material:{chosen.pk}")
    versions = list(chosen.versions.select_related("created_by"))
    context = _about(request, chosen) | _shown(request, chosen, versions) | {"versions": versions}
    return render(request, "campaigns/material.html", context)


def _about(request: HttpRequest, chosen: Material) -> dict[str, Any]:
    may_keep = keeping.may_keep(signed_in(request), chosen)
    tags = list(chosen.tags.all())
    known = Tag.objects.exclude(pk__in=[tag.pk for tag in tags]) if may_keep else []
    return {"material": chosen, "may_keep": may_keep, "tags": tags, "known_tags": known, "is_link": _is_link(chosen)}


def _is_link(chosen: Material) -> bool:
    return chosen.kind == MaterialKind.LINK


def _shown(request: HttpRequest, chosen: Material, versions: list[MaterialVersion]) -> dict[str, Any]:
    """The version whose pages are shown, its pages, and how far the newest one is."""
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else chosen.version
    shown = next((each for each in versions if each.number == number), versions[0] if versions else None)
    if shown is None:
        return {}
    page = Paginator(shown.pages.defer("text"), AT_ONCE).get_page(request.GET.get("page"))
    told = material_shown.send(Material, material=shown.material, version=shown.number, user=signed_in(request))
    attention: Any = next((answer for _, answer in told if answer), None)
    strips = attention.strips if attention else {}
    under_way = next((each for each in versions if each.is_under_way), None)
    newest = versions[0]
    progress = progress_of(under_way) if under_way else None
    return {
        "shown": shown,
        "page": page,
        "sheets": [(each, strips.get(each.number)) for each in page],
        "attention": attention,
        "page_numbers": page_numbers(page),
        "under_way": under_way,
        "failed": newest if newest.state == MaterialState.FAILED else None,
        "progress": progress,
    }


@require_safe
@permit_required(*SEES)
def material_state(request: HttpRequest, slug: str) -> JsonResponse:
    """How far the newest version is, for the page that shows it."""
    newest = get_object_or_404(MaterialVersion.objects.filter(material__slug=slug).order_by("-number")[:1])
    progress = progress_of(newest)
    return JsonResponse({"text": progress.text, "percent": progress.percent, "is_under_way": progress.is_under_way})


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*MAKES)
def link_new(request: HttpRequest) -> HttpResponse:
    form = NewLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": marked(form), "known_tags": Tag.objects.all()}
        return render(request, "campaigns/link_new.html", context, status=422 if form.is_bound else 200)
    values = dict(form.cleaned_data)
    tags = values.pop("tags")
    made = keeping.make_link(values, signed_in(request))
    tagging.add_tags(made, tags)
    return redirect("material", made.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*MAKES)
def material_edit(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = kept(request, slug)
    form = change_form(chosen, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        keeping.change(chosen, form.cleaned_data)
        messages.success(request, _("Changed."))
        return redirect("material", slug)
    title = Material.objects.values_list("title", flat=True).get(pk=chosen.pk)
    context = {"form": marked(form), "material": chosen, "title": title}
    return render(request, "campaigns/material_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit_required(*MAKES)
def material_tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a topic, or take one away."""
    chosen = kept(request, slug)
    if gone := request.POST.get("remove", ""):
        tagging.remove_tag(chosen, gone)
        return redirect("material", slug)
    form = TagForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors.get("tag", []))))
        return redirect("material", slug)
    try:
        tagging.add_tags(chosen, [form.cleaned_data["tag"]])
    except tagging.WrongTag as wrong:
        messages.error(request, str(wrong))
    return redirect("material", slug)


def _changed(request: HttpRequest, slug: str, act: Callable[[Material], None], said: str) -> HttpResponse:
    act(kept(request, slug))
    messages.success(request, said)
    return redirect("material", slug)


@require_POST
@permit_required(*MAKES)
def material_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    said = gettext("Withdrawn: it can no longer be shared, and anyone who opens a share of it is told so.")
    keeping.withdraw(kept(request, slug))
    tell(request, said, reverse("material_offer", args=[slug]))
    return redirect("material", slug)


@require_POST
@permit_required(*MAKES)
def material_offer(request: HttpRequest, slug: str) -> HttpResponse:
    return _changed(request, slug, keeping.offer_again, gettext("Offered again."))


@require_POST
@permit_required(*MAKES)
def version_retry(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    chosen = kept(request, slug)
    version = get_object_or_404(chosen.versions, number=number)
    if keeping.try_again(version):
        preparing.ask(version.pk)
    else:
        messages.info(request, _("It has not failed: there is nothing to try again."))
    return redirect("material", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*MAKES)
def version_discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take a version that failed away, and its material where there is no other; asked for once more first."""
    chosen = kept(request, slug)
    version = get_object_or_404(chosen.versions, number=number)
    is_whole = chosen.versions.count() == 1
    if request.method != "POST" and version.state == MaterialState.FAILED:
        context = {"material": chosen, "version": version, "is_whole": is_whole}
        return render(request, "campaigns/version_discard.html", context)
    try:
        is_gone = request.method == "POST" and keeping.discard(chosen, number)
    except ProtectedError:
        messages.error(request, _("A campaign or a share uses it: replace the file, or withdraw it."))
        return redirect("material", slug)
    if not is_gone:
        messages.info(request, _("It has not failed, so it stays. Withdraw what should no longer be shared."))
        return redirect("material", slug)
    messages.success(request, _("Deleted."))
    return redirect("materials") if is_whole else redirect("material", slug)

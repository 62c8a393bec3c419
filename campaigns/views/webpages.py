"""Custom web pages for their makers: the list, a new one, the editor, the preview, earlier versions."""

from contextlib import AbstractContextManager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import WebPage, WebPageVersion
from campaigns.webpages.blocks import KINDS, BlockProblem, read_blocks
from campaigns.webpages.forms import Editor, NewPageForm
from campaigns.webpages.publishing import ChangedMeanwhile, make_page, publish, save_draft, take_up
from campaigns.webpages.showing import for_preview
from privacy.access import Read
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.models import Customer

KEEPERS = (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)
PLACE = declare_place(
    "web_pages", gettext_noop("Custom web pages: their list and editor"), (18,), is_page=True, permits=KEEPERS
)


def keeps_pages(user: User) -> bool:
    return user.has_one_of(KEEPERS)


def pages_of(user: User) -> "QuerySet[WebPage]":
    """The pages that the user may open: their own, all for whoever keeps all, and those for customers they see."""
    pages = WebPage.objects.filter(material__withdrawn_at=None).select_related("material", "customer", "organization")
    if user.has_permit(Permit.KEEP_ALL_MATERIALS):
        return pages
    if not user.has_permit(Permit.KEEP_MATERIALS):
        return pages.none()
    return pages.filter(Q(material__owner=user) | Q(customer__in=Customer.objects.visible_to(user)))


def may_change(user: User, page: WebPage) -> bool:
    return page.material.owner_id == user.pk or user.has_permit(Permit.KEEP_ALL_MATERIALS)


def for_whom(user: User, page: WebPage) -> str:
    """The name of whom the page is made for, where the user may read it."""
    if page.organization:
        return page.organization.name
    if page.customer_id is None:
        return _("Anybody")
    sees = Customer.objects.visible_to(user).filter(pk=page.customer_id).exists()
    return page.customer.name if sees and page.customer else _("A customer whom you cannot see")


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*KEEPERS)
def web_page_new(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    with _door(request) as read:
        form = NewPageForm(user, request.POST or None, initial={"customer": request.GET.get("customer", "")})
        if request.method != "POST" or not form.is_valid():
            status = 422 if request.method == "POST" else 200
            return render(request, "campaigns/web_page_new.html", {"form": form}, status=status)
        read.count = 1 if form.cleaned_data.get("customer") else 0
        page = make_page(
            form.cleaned_data["title"],
            user,
            customer=form.cleaned_data.get("customer"),
            organization=form.cleaned_data["organization"],
        )
    return redirect("web_page", page.material.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*KEEPERS)
def web_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor. A button that moves blocks keeps nothing; saving keeps all or, where one is wrong, nothing."""
    user = signed_in(request)
    with _door(request) as read:
        page = _found(user, slug)
        read.count = 1 if page.customer_id else 0
        if request.method != "POST":
            return _editor(request, page, Editor.of_draft(read_blocks(page.draft)))
        if not may_change(user, page):
            raise PermissionDenied(_("Only its author, or whoever manages all materials, can change it."))
        change = request.POST.get("change", "")
        editor = Editor.of_post(request.POST, change)
        if change:
            return _editor(request, page, editor, is_unsaved=True)
        if not editor.is_valid():
            return _editor(request, page, editor, is_unsaved=True, status=422)
        return _keep(request, page, editor)


def _keep(request: HttpRequest, page: WebPage, editor: Editor) -> HttpResponse:
    """Save the draft, and publish it where that was asked for."""
    user = signed_in(request)
    read_at = parse_datetime(request.POST.get("read_at", "")) or timezone.now()
    try:
        saved = save_draft(page, editor.blocks(), read_at)
        if "publish" in request.POST:
            version = publish(saved, user)
            messages.success(
                request,
                (
                    _(
                        "Published as version %(version)s. It can now be shared, and chosen for a campaign, like any "
                        "material."
                    )
                    if version.number == 1
                    else _("Published as version %(version)s. Anyone who has the link reads it now.")
                )
                % {"version": version.number},
            )
        else:
            messages.success(
                request, _("Draft saved. Recipients read the published version until you publish this one.")
            )
    except ChangedMeanwhile:
        page.refresh_from_db()
        said = _("Someone has changed the draft since you opened it. Yours is below: saving it now replaces theirs.")
        return _editor(request, page, editor, problem=said, is_unsaved=True, status=409)
    except BlockProblem as problem:
        saved = WebPage.objects.get(pk=page.pk)
        return _editor(
            request,
            saved,
            editor,
            problem=_("The draft is saved, not published. %(problem)s") % {"problem": problem},
            status=422,
        )
    return redirect("web_page", page.material.slug)


@require_safe
@permit_required(*KEEPERS)
def web_page_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The saved draft as a recipient would read it."""
    user = signed_in(request)
    with _door(request) as read:
        page = _found(user, slug)
        read.count = 1 if page.customer_id else 0
        shown = for_preview(read_blocks(page.draft), page.contact_person)
        context = {"title": page.material.title, "slug": slug, "page": shown}
        return render(request, "viewer/web_page_preview.html", context)


@require_POST
@permit_required(*KEEPERS)
def web_page_take_up(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Make an earlier version the draft again; recipients go on reading the published one."""
    user = signed_in(request)
    with _door(request) as read:
        page = _found(user, slug)
        read.count = 1 if page.customer_id else 0
        if not may_change(user, page):
            raise PermissionDenied(_("Only its author, or whoever manages all materials, can change it."))
        version = get_object_or_404(WebPageVersion.objects.select_related("page"), page=page, number=number)
        try:
            take_up(version, parse_datetime(request.POST.get("read_at", "")) or timezone.now())
            messages.success(
                request,
                _("Version %(number)s is the draft again. Publish it for recipients to read it.") % {"number": number},
            )
        except ChangedMeanwhile:
            messages.error(request, _("Someone has changed the draft since you opened it: look at it first."))
    return redirect("web_page", slug)


def _door(request: HttpRequest) -> AbstractContextManager[Read]:
    return reading_of(request, PLACE)


def _found(user: User, slug: str) -> WebPage:
    return get_object_or_404(pages_of(user).select_related("contact_person"), material__slug=slug)


def _editor(
    request: HttpRequest,
    page: WebPage,
    editor: Editor,
    *,
    problem: str = "",
    is_unsaved: bool = False,
    status: int = 200,
) -> HttpResponse:
    user = signed_in(request)
    context = {
        "page": page,
        "material": page.material,
        "for_whom": for_whom(user, page),
        "editor": editor,
        "kinds": KINDS.values(),
        "read_at": page.changed_at.isoformat(),
        "versions": page.versions.select_related("published_by"),
        "may_change": may_change(user, page),
        "is_unsaved": is_unsaved,
        "problem": problem,
    }
    return render(request, "campaigns/web_page.html", context, status=status)

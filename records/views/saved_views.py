"""Saved views of lists: their page, one of them to be changed, deleted and had back; and the columns of a list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.guards import require, signed_in
from privacy.models import User
from privacy.undone import tell
from records import saved_views
from records.lists import KnownList, list_called
from records.models import SavedView
from records.saved_views import COLUMNS, VIEW, NotSaved
from records.views.lists import address_of, link_of


def known_to(user: User, word: str) -> KnownList:
    """Raises Http404 for a list that is not there, PermissionDenied for one that the user may not see."""
    known = list_called(word)
    if known is None:
        raise Http404
    require(user, *known.see)
    return known


def own(request: HttpRequest, key: UUID) -> SavedView:
    """Raises Http404 for another's, as for what does not exist."""
    return get_object_or_404(SavedView.objects.kept().select_related("owner"), key=key, owner=signed_in(request))


def back_to(request: HttpRequest, known: KnownList) -> str:
    """The list as the form was sent from it: its own address, whatever was sent."""
    query = request.POST.get("query", "")
    address = f"{known.address}?{query}" if query else known.address
    return address if url_has_allowed_host_and_scheme(address, None) else known.address


@require_safe
def view_list(request: HttpRequest) -> HttpResponse:
    """All of one's own."""
    rows = [(view, list_called(view.list)) for view in SavedView.objects.of(signed_in(request))]
    shown = [(view, known, known.listing_for(view.owner).name, link_of(request, view)) for view, known in rows if known]
    return render(request, "records/saved_views.html", {"rows": shown})


@require_safe
def view_open(request: HttpRequest, key: UUID) -> HttpResponse:
    """The link of a view, as colleagues are given it: leads to the list with its filters."""
    user = signed_in(request)
    view = get_object_or_404(SavedView.objects.open_to(user), key=key)
    return redirect(address_of(known_to(user, view.list), view))


@require_POST
def view_save(request: HttpRequest, word: str) -> HttpResponse:
    """A new view of the list as it is shown, under a name."""
    user = signed_in(request)
    known = known_to(user, word)
    query = request.POST.get("query", "")
    try:
        view = saved_views.save(user, known, request.POST.get("name", ""), query, _columns(request))
    except NotSaved as problem:
        messages.error(request, str(problem))
        return redirect(back_to(request, known))
    said = _("Saved as “%(name)s”.") % {"name": view.name}
    if saved_views.leaves_out_search(known.listing_for(user), query):
        said += _(" What you searched for is not part of it: it may name somebody.")
    messages.success(request, said, extra_tags=f"share-view {reverse('saved_view_edit', args=[view.key])}")
    return redirect(address_of(known, view))


def _columns(request: HttpRequest) -> list[str] | None:
    """The columns that the list shows, as its page says them; None where it says nothing."""
    return request.POST.getlist("column") or None


@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name, sharing, default."""
    view = own(request, key)
    problem = ""
    if request.method == "POST":
        values = {name: name in request.POST for name in ("is_shared", "is_default")}
        try:
            saved_views.change(view, request.POST.get("name", ""), **values)
        except NotSaved as refusal:
            problem = str(refusal)
            view.name, view.is_shared, view.is_default = request.POST.get("name", ""), *values.values()
        else:
            messages.success(request, _("“%(view)s” is changed.") % {"view": view.name})
            return redirect("saved_views")
    known = known_to(view.owner, view.list)
    context = {
        "view": view,
        "list_name": known.listing_for(view.owner).name,
        "address": address_of(known, view),
        "link": link_of(request, view),
        "problem": problem,
    }
    return render(request, "records/saved_view.html", context, status=422 if problem else 200)


@require_POST
def view_replace(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep the list as it is shown now under the view's name."""
    view = own(request, key)
    known = known_to(view.owner, view.list)
    saved_views.replace(view, known, request.POST.get("query", ""), _columns(request))
    messages.success(request, _("“%(view)s” shows the list as it is now.") % {"view": view.name})
    return redirect(address_of(known, view))


@require_POST
def view_copy(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a colleague's view as one's own."""
    user = signed_in(request)
    view = get_object_or_404(SavedView.objects.open_to(user).select_related("owner"), key=key)
    known = known_to(user, view.list)
    try:
        made = saved_views.copy(view, user, known)
    except NotSaved as problem:
        messages.error(request, str(problem))
        return redirect(address_of(known, view))
    messages.success(request, _("“%(made)s” is yours now.") % {"made": made.name})
    return redirect(address_of(known, made))


@require_POST
def view_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    view = own(request, key)
    saved_views.delete(view)
    tell(request, _("“%(name)s” is deleted.") % {"name": view.name}, reverse("saved_view_restore", args=[view.key]))
    return redirect("saved_views")


@require_POST
def view_restore(request: HttpRequest, key: UUID) -> HttpResponse:
    """Undo a deletion of the last day."""
    view = get_object_or_404(SavedView, key=key, owner=signed_in(request), deleted_at__isnull=False)
    try:
        saved_views.have_back(view)
        messages.success(request, _("“%(view)s” is back.") % {"view": view.name})
    except NotSaved as problem:
        messages.error(request, str(problem))
    return redirect("saved_views")


@require_POST
def list_columns(request: HttpRequest, word: str) -> HttpResponse:
    """Show the ticked columns of a list from now on; all of them with the button `all`."""
    user = signed_in(request)
    known = known_to(user, word)
    names = None if "all" in request.POST else request.POST.getlist("column")
    saved_views.choose_columns(user, word, known.listing_for(user), names)
    address = back_to(request, known)
    is_of_view = f"{VIEW}=" in address and f"{COLUMNS}=" not in address
    return redirect(f"{address}&{COLUMNS}=own" if is_of_view else address)

"""The pages that every noun has. Each answers 403 without the permit, and 404 for what is out of the user's scope, as
for what does not exist."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy import changes
from privacy.access import Basis, Read
from privacy.accesslog import Actor
from privacy.bases import Parts, basis_in_use, basis_of, reading_in_parts, reading_of
from privacy.guards import require, signed_in
from privacy.models import User
from privacy.refusing import check_basis
from privacy.retention.telling import told_of
from privacy.rights.beside import mark_disputed
from records.forms.conflicts import changed_since, mark, read_mark, told, typed
from records.forms.record import RecordForm
from records.lists import of_noun
from records.models.provenance import is_made_up
from records.nouns import children_of, noun_of, nouns
from records.nouns.base import Noun, Page
from records.views.facts import facts_of
from records.views.lists import list_page
from records.views.sections import apart_of, categories_shown, reached, sections_of, withheld_of


@require_safe
def record_kinds(request: HttpRequest) -> HttpResponse:
    """The nouns whose lists the user may open."""
    user = signed_in(request)
    open_to = sorted((noun for noun in nouns() if _is_listed(noun, user)), key=_place_among_kinds)
    if not open_to:
        raise PermissionDenied(gettext("Your role has no access to lists of records."))
    entries = [(noun, noun.address(Page.LIST), _new_address(noun, user)) for noun in open_to]
    return render(request, "records/record_kinds.html", {"entries": entries})


def _place_among_kinds(noun: Noun) -> tuple[int, str]:
    """Things by name; what is left of the notice's categories comes last, by their numbers."""
    _category, _dash, number = noun.slug.partition("category-")
    return (int(number), "") if number else (0, gettext(noun.plural).casefold())


def _is_listed(noun: Noun, user: User) -> bool:
    """Those with a list of their own; of those that are looked up, the ones that the user may make."""
    return noun.may_see(user) if Page.LIST in noun.pages else noun.list_route == "search" and noun.may_keep(user)


@require_safe
def noun_list(request: HttpRequest, noun: Noun) -> HttpResponse:
    more = {"noun": noun, "new_address": _new_address(noun, signed_in(request))}
    return list_page(request, of_noun(noun), noun.template(Page.LIST), more)


@require_safe
def noun_page(request: HttpRequest, noun: Noun, key: UUID) -> HttpResponse:
    user = signed_in(request)
    require(user, *noun.see)
    children = children_of(noun)
    with opened_with(request, noun, user, children) as parts:
        found = get_object_or_404(noun.of(user).select_related(*noun.related), key=key)
        more = noun.more(user, found) if noun.more else {}
        parts.count(max(1, more.get("people", 1)))
        context = {
            "facts": facts_of(noun, found, user),
            "sections": sections_of(reached(children, parts.withheld), found, user),
            "apart": apart_of(children, found, user),
            "withheld": withheld_of(children, user, parts.withheld),
            **more,
        }
        return render(request, noun.template(Page.ONE), {**about(noun, found, user), **context})


@require_safe
def noun_history(request: HttpRequest, noun: Noun, key: UUID) -> HttpResponse:
    user = signed_in(request)
    require(user, *noun.see)
    with opened(request, noun) as read:
        found = get_object_or_404(noun.of(user), key=key)
        _count(read)
        mark_disputed([found])
        history = [entry for entry in changes.history(found) if noun.may_read(user, entry.field)]
        context = {**about(noun, found, user), "history": history, "keeping": told_of(found)}
        return render(request, noun.template(Page.HISTORY), context)


@require_http_methods(["GET", "HEAD", "POST"])
def noun_new(request: HttpRequest, noun: Noun, parent: UUID | None = None) -> HttpResponse:
    """A new record; of a child, under its parent, which must be in the user's scope."""
    user = signed_in(request)
    require(user, *noun.keep)
    with opened(request, noun) as read:
        instance = noun.model()
        if parent is not None:
            setattr(instance, noun.parent, _parent(noun, user, parent))
            _count(read)
        form = noun.form(user, request.POST or None, instance=instance)
        if request.method != "POST" or not form.is_valid():
            return _form_page(request, noun, form, Page.NEW)
        with transaction.atomic():
            kept = form.keep(user, stated_basis(request, user))
    return _led_on(request, noun, kept, _saved(noun))


@require_http_methods(["GET", "HEAD", "POST"])
def noun_edit(request: HttpRequest, noun: Noun, key: UUID) -> HttpResponse:
    """Saves what was typed, unless the record was changed since it was read: then both are shown."""
    user = signed_in(request)
    require(user, *noun.keep)
    with opened(request, noun) as read:
        found = get_object_or_404(noun.of(user), key=key)
        _count(read)
        form = noun.form(user, request.POST or None, instance=found)
        if request.method != "POST" or not form.is_valid():
            return _form_page(request, noun, form, Page.EDIT)
        with transaction.atomic():
            stored = noun.of(user).select_for_update(of=("self",)).get(pk=found.pk)
            if changed := changed_since(stored, _read(request, found), form.stored_names):
                return _conflict_page(request, noun, form, stored, changed)
            kept = form.keep(user, stated_basis(request, user))
    return _led_on(request, noun, kept, _saved(noun) if form.has_changed() else _("Nothing was changed."))


def _saved(noun: Noun) -> str:
    return _("%(singular)s saved.") % {"singular": _(noun.singular)}


def _led_on(request: HttpRequest, noun: Noun, kept: Model, said: str) -> HttpResponse:
    """To the page on which the record is, with what was done on top, where it is read, and a link down to the record's
    section."""
    page, _at, section = back_to(noun, kept).partition("#")
    messages.success(request, said, extra_tags=f"show #{section}" if section else "")
    return redirect(page)


def opened(request: HttpRequest, noun: Noun) -> AbstractContextManager[Read | None]:
    """The door to a noun's records; none to what is no record of the notice."""
    return reading_of(request, noun.place, noun.key) if noun.place else nullcontext()


def opened_with(request: HttpRequest, noun: Noun, user: User, children: list[Noun]) -> AbstractContextManager[Parts]:
    """The door to one record and to the sections of its page, which what the user reads for may not reach."""
    if noun.place is None:
        return nullcontext(Parts())
    return reading_in_parts(
        request, noun.place, noun.key, noun.categories, categories_shown(children, noun.model, user)
    )


def stated_basis(request: HttpRequest, user: User) -> Basis:
    """For what the user changes records: what they read for. Raises Refused where they have not said."""
    basis = basis_in_use(request) or basis_of(request)
    check_basis(Actor.of(user), basis)
    if basis is None:
        raise PermissionDenied(gettext("Choose a purpose at the top of the page."))
    return basis


def back_to(noun: Noun, instance: Model) -> str:
    """Where one goes on after a record was saved: to its parent's page, or else to its own."""
    if not noun.parent:
        return noun.address(Page.ONE, instance)
    parent = getattr(instance, noun.parent)
    of = noun_of(type(parent))
    if of is None:
        raise BadRequest(_("%(things)s have no page to go back to.") % {"things": gettext(noun.plural)})
    return f"{of.address(Page.ONE, parent)}#{noun.slug}"


def about(noun: Noun, found: Any, user: User) -> dict[str, Any]:
    """What each page of one record is given."""
    may_keep = noun.may_keep(user)
    return {
        "noun": noun,
        "record": found,
        "title": _title(noun, found),
        "is_made_up": is_made_up(found),
        "list_address": noun.address(Page.LIST) if noun.has(Page.LIST) else "",
        "one_address": back_to(noun, found),
        "edit_address": noun.address(Page.EDIT, found) if may_keep and Page.EDIT in noun.pages else "",
        "history_address": noun.address(Page.HISTORY, found) if Page.HISTORY in noun.pages else "",
        "actions": [action for action in noun.actions if may_keep and action.is_offered(found)],
    }


def _title(noun: Noun, found: Model) -> str:
    """The record's own text where its model has one."""
    return str(found) if "__str__" in vars(type(found)) else gettext(noun.singular)


def _form_page(request: HttpRequest, noun: Noun, form: RecordForm, page: Page, **more: Any) -> HttpResponse:
    instance, user = form.instance, signed_in(request)
    is_new = page is Page.NEW
    one = about(noun, instance, user) if not is_new else _about_new(noun, instance)
    read = "" if is_new else request.POST.get("read", "") or mark(instance, form.stored_names)
    context = {**one, "form": form, "is_new": is_new, "read": read, **more}
    return render(request, noun.template(page), context, status=422 if form.is_bound else 200)


def _about_new(noun: Noun, instance: Model) -> dict[str, Any]:
    """What the page of a new one is given: whose it becomes, too."""
    if not noun.parent:
        return {"noun": noun, "one_address": noun.address(Page.LIST)}
    parent = getattr(instance, noun.parent)
    of = noun_of(type(parent))
    return {"noun": noun, "one_address": back_to(noun, instance), "whose": _title(of, parent) if of else ""}


def _conflict_page(request: HttpRequest, noun: Noun, form: RecordForm, stored: Any, changed: list[str]) -> HttpResponse:
    """The form once more, with what is stored now where the user had changed nothing, and the user's own elsewhere."""
    own = typed(form, _read(request, stored), form.stored_names)
    again = noun.form(signed_in(request), instance=stored, initial=own)
    more = {"meanwhile": told(stored, changed), "read": mark(stored, form.stored_names)}
    page = _form_page(request, noun, again, Page.EDIT, **more)
    page.status_code = 409
    return page


def _read(request: HttpRequest, instance: Model) -> dict[str, str]:
    return read_mark(instance, request.POST.get("read", ""))


def _parent(noun: Noun, user: User, key: UUID) -> Model:
    of = noun_of(noun.parent_model)
    rows = of.of(user) if of else noun.parent_model._default_manager.none()
    found: Model = get_object_or_404(rows, key=key)
    return found


def _new_address(noun: Noun, user: User) -> str:
    """Where a new one is made by itself, for those who may."""
    return noun.address(Page.NEW) if Page.NEW in noun.pages and not noun.parent and noun.may_keep(user) else ""


def _count(read: Read | None, people: int = 1) -> None:
    if read:
        read.count = people

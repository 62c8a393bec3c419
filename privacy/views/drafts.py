"""Drafts of the notice: all of them, one with its consequences, its text for the Federal Register, and its parts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy.drafts import editing, steps
from privacy.drafts.contents import notice_of, problems_of
from privacy.drafts.due import moved_by
from privacy.drafts.editing import PARTS
from privacy.drafts.forms import (
    AnswerForm,
    CommentForm,
    DeferForm,
    PublicationForm,
    RemoveForm,
    ReportForm,
    WithdrawForm,
)
from privacy.drafts.impact import impact_of
from privacy.drafts.printing import comparison_of, modified_text
from privacy.drafts.thing_form import ThingForm
from privacy.guards import permit_required, signed_in
from privacy.models import NoticeDraft
from privacy.notice import in_force
from privacy.notice.consistency import Content
from privacy.notice.documents import Where
from privacy.roles import Permit

both = require_http_methods(["GET", "HEAD", "POST"])
may_keep = permit_required(Permit.KEEP_NOTICE)
UNPROCESSABLE = 422


@both
@may_keep
def drafts(request: HttpRequest) -> HttpResponse:
    """All versions that were drafted here; a new one is begun by a button."""
    if request.method == "POST":
        return redirect("notice_draft", key=steps.begin(signed_in(request)).key)
    rows = NoticeDraft.objects.select_related("changed_by").defer("content")
    return render(request, "privacy/drafts/drafts.html", {"drafts": rows, "in_force": in_force()})


def of_key(key: UUID) -> NoticeDraft:
    return get_object_or_404(NoticeDraft.objects.select_related("changed_by", "published_by"), key=key)


@require_safe
@may_keep
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    return page_of(request, of_key(key))


FORMS = {
    "publish": PublicationForm,
    "report": ReportForm,
    "comment": CommentForm,
    "defer": DeferForm,
    "withdraw": WithdrawForm,
}


def page_of(request: HttpRequest, found: NoticeDraft, status: int = 200, **given: Any) -> HttpResponse:
    """The page of one draft; `given` are forms that were not right, by their acts."""
    wrong = problems_of(found)
    reported = {"congress_on": found.congress_on, "omb_on": found.omb_on}
    forms = {
        name: given.get(name) or one(auto_id=f"id_{name}_%s", initial=reported if name == "report" else None)
        for name, one in FORMS.items()
    }
    context = {
        "draft": found,
        "problems": [(one, editing.address_of(_thing_at(found, one.where))) for one in wrong],
        "parts": [(name, title, _count(found, name)) for name, title in PARTS.items()],
        "forms": forms,
        "answer_form": given.get("answer") or AnswerForm(),
        "answered": given.get("answered"),
        "comments": found.comments.select_related("answered_by"),
        "determinations": found.determinations.select_related("made_by"),
        "is_reported": bool(found.congress_on and found.omb_on),
        **({} if wrong else {"impact": impact_of(found), "moved": moved_by(found), "comparison": comparison_of(found)}),
    }
    return render(request, "privacy/drafts/draft.html", context, status=status)


def _count(found: NoticeDraft, name: str) -> int | None:
    listed = found.content.get(name)
    return len(listed) if isinstance(listed, list) else None


def _thing_at(found: NoticeDraft, where: Where) -> Where:
    """The place of the thing that a problem is in: what its page edits. The head where it is in no list."""
    if not where or where[0] not in PARTS:
        return ("head",)
    last = max((at for at, step in enumerate(where) if isinstance(step, int)), default=0)
    things = where[: last + 1]
    return things if editing.is_list_of_things(editing.schema_at(things[:-1])) or len(things) == 1 else things[:1]


@require_safe
@may_keep
def draft_text(request: HttpRequest, key: UUID) -> HttpResponse:
    """The text as it goes to the Federal Register, as a page or a file."""
    found = of_key(key)
    if wrong := problems_of(found):
        messages.error(
            request, _("%(found)s is not a notice yet. %(wrong)s.") % {"found": found.name, "wrong": wrong[0]}
        )
        return redirect("notice_draft", key=key)
    if request.GET.get("format") == "txt":
        name = f"{found.name}.txt"
        kind = "text/plain; charset=utf-8"
        return HttpResponse(
            modified_text(found), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
    context = {"draft": found, "notice": notice_of(found), "text": modified_text(found, columns=None)}
    return render(request, "privacy/drafts/text.html", context)


# Parts ---------------------------------------------------------------------------------------------------------------


@both
@may_keep
def draft_part(request: HttpRequest, key: UUID, place: str) -> HttpResponse:
    """A list of things of the notice, or one of them."""
    found = of_key(key)
    try:
        where = editing.where_of(place)
        schema = editing.schema_at(where)
        node = editing.node_at(found.content, where)
    except (KeyError, IndexError, ValueError):
        raise Http404("There is no such part of the notice.") from None
    if request.method == "POST" and not found.is_draft:
        messages.error(request, _("It has been published: its wording stays as it was printed."))
        return redirect("notice_draft", key=key)
    if editing.is_list_of_things(schema):
        return _list(request, found, where, node)
    if schema.get("type") != "object":
        raise Http404("That is edited with what it is part of.")
    return _one(request, found, where, node)


def _list(request: HttpRequest, found: NoticeDraft, where: Where, things: list[Content]) -> HttpResponse:
    """The things of a list; a posted form adds one."""
    schema = editing.schema_at((*where, 0))
    first = {"id": editing.next_identifier(found.content, where)}
    form = ThingForm(schema, first, found.revision, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _change(request, found, form, lambda content: editing.with_more(content, where, form.thing()))
        if answer is not None:
            return answer
    context = {
        **_frame(found, where),
        "form": form,
        "rows": [
            (editing.address_of((*where, at)), editing.title_of(one), editing.gist_of(one))
            for at, one in enumerate(things)
        ],
    }
    return render(request, "privacy/drafts/list.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _one(request: HttpRequest, found: NoticeDraft, where: Where, thing: Content) -> HttpResponse:
    """One thing, to be changed; moved up or removed where it stands in a list."""
    if "act" in request.POST:
        return _move(request, found, where)
    schema = editing.schema_at(where)
    form = ThingForm(schema, thing, found.revision, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _change(request, found, form, lambda content: editing.with_value(content, where, form.thing()))
        if answer is not None:
            return answer
    context = {
        **_frame(found, where),
        "form": form,
        "title": editing.title_of(thing) or PARTS[str(where[0])],
        "inner": [(name, editing.address_of((*where, name)), len(thing[name])) for name in editing.lists_within(schema)]
        if where != ("head",)
        else [],
        "is_listed": len(where) > 1,
    }
    return render(request, "privacy/drafts/thing.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _move(request: HttpRequest, found: NoticeDraft, where: Where) -> HttpResponse:
    form = RemoveForm(request.POST)
    if not form.is_valid() or len(where) < 2:
        raise Http404("There is no such act.")
    edit = editing.without if form.cleaned_data["act"] == "remove" else editing.moved_up
    try:
        steps.change(found, lambda content: edit(content, where), form.cleaned_data["revision"], signed_in(request))
    except steps.Refused as problem:
        messages.error(request, str(problem))
    return redirect("notice_draft_part", key=found.key, place=editing.address_of(where[:-1]))


def _change(
    request: HttpRequest, found: NoticeDraft, form: ThingForm, edit: Callable[[Content], Content]
) -> HttpResponse | None:
    """Back to the page that was changed; None where it was refused, which the form says."""
    try:
        changed = steps.change(found, edit, form.cleaned_data["revision"], signed_in(request))
    except steps.Refused as problem:
        form.add_error(None, str(problem))
        return None
    wrong = problems_of(changed)
    if wrong:
        messages.warning(request, _("Changed. Not right yet: %(wrong)s.") % {"wrong": wrong[0]})
    else:
        messages.success(request, _("Changed."))
    return redirect(request.path)


def _frame(found: NoticeDraft, where: Where) -> dict[str, Any]:
    return {
        "draft": found,
        "part": PARTS[str(where[0])],
        "above": editing.address_of(where[:-1]) if len(where) > 1 else "",
        "revision": found.revision,
    }

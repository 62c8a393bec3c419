"""What becomes of a drafted version: its publication, reports, comments and their answers, a contrary determination."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy.drafts import steps
from privacy.drafts.forms import AnswerForm
from privacy.guards import signed_in
from privacy.models import NoticeDraft, User
from privacy.signatures import signed_by
from privacy.views.drafts import FORMS, UNPROCESSABLE, may_keep, of_key, page_of
from privacy.wording import day

Act = Callable[[NoticeDraft, dict[str, Any], User], str]


def _publish(found: NoticeDraft, given: dict[str, Any], by: User) -> str:
    made = steps.publish(found, steps.Publication(**given), by)
    done = _("Published. It takes effect automatically on %(day)s.") % {
        "day": day(made.effective_on) if made.effective_on else ""
    }
    return signed_by(by, done)


def _report(found: NoticeDraft, given: dict[str, Any], by: User) -> str:
    steps.report(found, given["congress_on"], given["omb_on"], by)
    return _("The reports have been recorded.")


def _comment(found: NoticeDraft, given: dict[str, Any], by: User) -> str:
    steps.comment(found, given["filed_as"], given["received_on"], given["gist"], by)
    return _("The comment has been recorded.")


def _defer(found: NoticeDraft, given: dict[str, Any], by: User) -> str:
    made = steps.defer(found, given["effective_on"], given["reason"], by)
    if made.effective_on is None:
        return _("Deferred until further notice.")
    return _("Deferred to %(day)s.") % {"day": day(made.effective_on) if made.effective_on else ""}


def _withdraw(found: NoticeDraft, given: dict[str, Any], by: User) -> str:
    steps.withdraw(found, given["reason"], by)
    return _("Withdrawn. It does not take effect.")


ACTS: dict[str, Act] = {
    "publish": _publish, "report": _report, "comment": _comment, "defer": _defer, "withdraw": _withdraw,
}  # fmt: skip


@require_POST
@may_keep
def act(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """One act with its form; what is wrong stands in it."""
    found = of_key(key)
    if act not in ACTS:
        raise Http404("There is no such act.")
    form = FORMS[act](request.POST, auto_id=f"id_{act}_%s")
    if form.is_valid():
        try:
            messages.success(request, ACTS[act](found, form.cleaned_data, signed_in(request)))
        except steps.Refused as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("notice_draft", key=key)
    return page_of(request, found, UNPROCESSABLE, **{act: form})


@require_POST
@may_keep
def answer(request: HttpRequest, key: UUID, comment: UUID) -> HttpResponse:
    """Answer a comment."""
    found = of_key(key)
    one = get_object_or_404(found.comments, key=comment)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, UNPROCESSABLE, answer=form, answered=one)
    steps.answer(one, form.cleaned_data["answer"], signed_in(request))
    messages.success(request, _("The answer has been recorded."))
    return redirect("notice_draft", key=key)

"""A study as those who are invited read it: through the link of an invitation they agree or decline; at their own
address they choose another session, take the calendar file, and withdraw. No account, and no script."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.agents import signals_of
from campaigns.doors import at_door, for_recipient, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.models import Share
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import researching
from campaigns.programmes.invitations import TYPE
from campaigns.programmes.public_forms import TRAP, way_of
from campaigns.programmes.research_forms import AgreeForm, SessionForm, WithdrawForm
from campaigns.programmes.research_letters import calendar_with_session
from campaigns.programmes.stating import taking_part
from campaigns.tasks.letters import write_waiting_soon
from privacy.statement import statement_for
from records import research
from records.enums import ParticipantState
from records.models import Customer, Study, StudyParticipant
from records.research import Agreement, HasWithdrawn, Shut, TakesNone, TextChanged

both = require_http_methods(["GET", "HEAD", "POST"])
GONE = {Shut.UNPUBLISHED: 404, Shut.FULL: 410, Shut.OVER: 410}


@both
@for_recipient
def share_study(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The study to which the link of a share leads: who takes part is led to their own page. Nobody consents for
    somebody else: whoever is not known for the recipient shows first that it is they."""
    share = opened.share
    if share.material.study_id is None:
        return redirect("open_share", token=share.token)
    study, customer = Study.objects.get(pk=share.material.study_id), share.recipient.customer
    if customer is None:
        # Of whom nobody knows who they are nothing can be noted, and nothing found again when they withdraw.
        return _page(request, study, "viewer/study_shut.html", share, status=403, reason="unknown")
    if way_of(request, opened).known is None:
        more = {"reason": "not shown", "is_unknown": True, "opened": opened}
        return _page(request, study, "viewer/study_shut.html", share, status=403, **more)
    known = research.participant_of(study, customer)
    if known and known.state != ParticipantState.DECLINED:
        return redirect("research_own", token=known.token)
    if "declined" in request.GET and request.method != "POST":
        return _page(request, study, "viewer/study_declined.html", share)
    return _answered(request, study, share, customer)


def _answered(request: HttpRequest, study: Study, share: Share, customer: Customer) -> HttpResponse:
    language = language_of(request, share).value
    if request.method == "POST" and (request.POST.get(TRAP) or "decline" in request.POST):
        if not request.POST.get(TRAP):
            researching.decline(study, customer, language)
        return redirect(f"{request.path}?declined=1")
    if reason := research.shut(study):
        return _page(request, study, "viewer/study_shut.html", share, status=GONE[reason], reason=reason.value)
    form = _agree_form(request, study, share)
    if request.method != "POST":
        return _asked(request, study, share, form)
    if not form.is_valid():
        return _asked(request, study, share, form, status=422)
    return _agreed(request, study, share, customer, form)


def _agreed(request: HttpRequest, study: Study, share: Share, customer: Customer, form: AgreeForm) -> HttpResponse:
    values = form.cleaned_data
    agreement = Agreement(values["version"], values.get("session", ""), language_of(request, share).value)
    try:
        made, is_new = researching.agree(study, customer, agreement, share, signals=signals_of(request))
    except TakesNone as problem:
        if reason := problem.reason:
            return _page(request, study, "viewer/study_shut.html", share, status=GONE[reason], reason=reason.value)
        return _asked(request, study, share, _agree_form(request, study, share), status=409, has_gone=True)
    except TextChanged:
        anew = _agree_form(request, study, share, is_read_anew=True)
        return _asked(request, study, share, anew, status=409, is_other_text=True)
    except HasWithdrawn:
        return redirect("share_study", token=share.token)
    if is_new:
        write_waiting_soon()
    return redirect("research_own", token=made.token)


def _agree_form(request: HttpRequest, study: Study, share: Share, *, is_read_anew: bool = False) -> AgreeForm:
    """`is_read_anew`: what was ticked was another text, and is not ticked for this one."""
    data = request.POST.copy() if request.method == "POST" else None
    if data and is_read_anew:
        data.pop("consent", None)
    with translation.override(language_of(request, share).value):
        form = AgreeForm(list(research.choosable(study).select_related("study")), data)
        form.is_valid()
    return form


def _asked(
    request: HttpRequest, study: Study, share: Share, form: AgreeForm, *, status: int = 200, **said: Any
) -> HttpResponse:
    consent = study.consent
    language = language_of(request, share).value
    more = {
        "form": form,
        "version": consent.version if consent else 0,
        "consent": consent.text_in(language) if consent else "",
        **said,
    }
    return _page(request, study, "viewer/study.html", share, status=status, **more)


# One's own ------------------------------------------------------------------------------------------------------------
@csrf_exempt
@login_not_required
@both
def research_own(request: HttpRequest, token: str) -> HttpResponseBase:
    """How it stands; another session until the present one begins, and the withdrawal at any time."""
    found = _own(token)
    return personal(_own_page(request, found) if found else at_door(request, Opened(Door.CLOSED)))


def _own_page(request: HttpRequest, found: StudyParticipant) -> HttpResponse:
    if request.method != "POST":
        return _own_shown(request, found)
    if "withdraw" in request.POST:
        form = _in_language(request, lambda: WithdrawForm(request.POST))
        if not form.is_valid():
            return _own_shown(request, found, withdraw=form, status=422)
        researching.withdraw(found)
        return redirect(request.path)
    session = _session_form(request, found, request.POST)
    if not session.is_valid():
        return _own_shown(request, found, session=session, status=422)
    try:
        is_changed = researching.choose(found, session.cleaned_data.get("session", ""))
    except TakesNone:
        return _own_shown(request, found, has_gone=True, status=409)
    if is_changed:
        write_waiting_soon()
    return redirect(f"{request.path}?kept=1" if is_changed else request.path)


@require_safe
@login_not_required
def research_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    found = _own(token)
    if found is None or found.state != ParticipantState.AGREED or found.session is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    answer = HttpResponse(calendar_with_session(found), content_type=f"{TYPE}; charset=utf-8")
    with translation.override(language_of(request).value):
        name = pgettext("file name", "session")
        answer["Content-Disposition"] = content_disposition_header(True, f"{name}.ics") or ""
    return personal(answer)


def _own(token: str) -> StudyParticipant | None:
    if not TOKEN.fullmatch(token):
        return None
    rows = StudyParticipant.objects.select_related("study", "customer", "session__study", "consent")
    return rows.filter(token=token).first()


def _session_form(request: HttpRequest, found: StudyParticipant, data: Any = None) -> SessionForm:
    sessions = list(research.choosable(found.study, found.session).select_related("study"))
    initial = {"session": str(found.session.key) if found.session else ""}
    form: SessionForm = _in_language(request, lambda: SessionForm(sessions, data, initial=initial))
    return form


def _in_language(request: HttpRequest, make: Any) -> Any:
    """A form, checked, that says what is wrong in the reader's language."""
    with translation.override(language_of(request).value):
        form: forms.Form = make()
        form.is_valid()
    return form


def _own_shown(
    request: HttpRequest,
    found: StudyParticipant,
    *,
    session: SessionForm | None = None,
    withdraw: WithdrawForm | None = None,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    language = language_of(request).value
    may_choose = found.state == ParticipantState.AGREED and not research.has_begun(found)
    more = {
        "participant": found,
        "state": found.state,
        "own_session": found.session,
        "consent": found.consent.text_in(language) if found.consent else "",
        "session_form": (session or _session_form(request, found)) if may_choose else None,
        "withdraw_form": withdraw or _in_language(request, WithdrawForm),
        "is_kept": "kept" in request.GET,
        "own": reverse("research_own", args=[found.token]),
        **said,
    }
    return _page(request, found.study, "viewer/study_own.html", None, status=status, **more)


def _page(
    request: HttpRequest, study: Study, template: str, share: Share | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    language = language_of(request, share).value
    known = {
        "study": study,
        "share": share,
        "name": study.name_in(language),
        "purpose": study.purpose_in(language),
        "act_statement": statement_for(taking_part(study)),
    }
    answer = shown(request, template, {**known, **more}, share=share, status=status)
    if share is None:
        keep_under(request, answer, request.path)
    return answer

"""What recipients do at the addresses of a share: type a code, say what they want, ask, pass it on. No account."""

from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns import carrying, follow_ups, marks, visits
from campaigns.agents import signals_of
from campaigns.doors import at_door, count_machine, for_recipient, personal
from campaigns.enums import Action, Grade, Language
from campaigns.grades import grade_of_sender
from campaigns.languages import keep, language_of, said_by, shown
from campaigns.models import Share
from campaigns.opening import Door, Opened, open_now, open_share
from campaigns.recipients import passing, verifying
from campaigns.recipients.forms import AskForm, PassOnForm, WishForm
from campaigns.recipients.wishing import keep_less, keep_wish, wish_of
from campaigns.statement import ASKING, PASSING_ON, PREFERENCES, VERIFYING, statement_of
from campaigns.tasks import recipients as tasks
from campaigns.tasks.letters import write_waiting_soon
from campaigns.wishes import wishes_no_trace
from privacy.errands import AWAY
from privacy.statement import statement_for

log = structlog.get_logger(__name__)
both = require_http_methods(["GET", "HEAD", "POST"])
COLLECTING = {
    "viewer/ask.html": ASKING,
    "viewer/pass_on.html": PASSING_ON,
    "viewer/preferences.html": PREFERENCES,
    "viewer/verify.html": VERIFYING,
}
# What may be asked without a word more.
WORDLESS = {Action.CALL, Action.ORDER}
HINTS = {
    Action.CALL: _("At which number, and when? If you leave this empty, we will use the number we have."),
    Action.QUESTION: _("What would you like to know?"),
    Action.ORDER: _("Which publication, and how many? If you leave this empty, we will send this one."),
    Action.COMPLAINT: _("What went wrong? Someone will answer within one working day."),
    Action.PROBLEM: _("What does not work, or what is wrong on the page?"),
}


@csrf_exempt
@login_not_required
@both
def verify(request: HttpRequest, token: str) -> HttpResponseBase:
    """Asks for the recipient's address, mails a code there, and takes the code. Whoever types another address reads
    the same, and gets no mail."""
    opened = open_share(request, token)
    if opened.door not in (Door.OPEN, Door.VERIFICATION):
        return personal(at_door(request, opened))
    if request.method != "POST" or carrying.PROVE in request.POST or not {"code", "email"} & set(request.POST):
        return personal(_shown_where_it_is_asked(request, opened))
    try:
        return personal(_code_typed(request, opened) if "code" in request.POST else _code_asked(request, opened))
    except verifying.TooManyCodes as problem:
        held_back = _verify_page(request, opened, status=429, wait=problem.seconds // 60)
        held_back["Retry-After"] = str(problem.seconds)
        return personal(held_back)
    except AWAY:  # Redis, where codes are counted and kept, and whence workers are asked to mail them
        log.warning("codes_wait", reason="Redis does not answer")
        later = _verify_page(request, opened, status=503, is_mailed="code" in request.POST, is_away=True)
        later["Retry-After"] = "60"
        return personal(later)


def _shown_where_it_is_asked(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Whoever comes from a form, and has shown it by now in another tab, goes on there. What a form's button sent is
    not led on: the form would take it as handed in."""
    found = carrying.carried(request, opened.share)
    is_only_shown = carrying.BACK_TO in request.POST or not found.fields
    if found.back_to and is_only_shown and marks.carries(request, opened.share, marks.VERIFIED):
        return carrying.led_back(opened.share, found)
    return _verify_page(request, opened, is_mailed="mailed" in request.GET)


def _code_asked(request: HttpRequest, opened: Opened) -> HttpResponse:
    count_machine(request, opened)
    typed = request.POST.get("email", "")
    if "@" not in typed or len(typed) > 254:
        return _verify_page(request, opened, status=422, is_no_address=True)
    verifying.may_ask(opened.share)
    language = language_of(request, opened.share)
    tasks.mail_code.delay(opened.share.pk, verifying.is_addressee(opened.share, typed), language.value)
    found = carrying.carried(request, opened.share)
    if found.fields:  # which no address carries
        return _verify_page(request, opened, is_mailed=True)
    return redirect(f"{request.path}?{carrying.query_of(found, mailed='1')}")


def _code_typed(request: HttpRequest, opened: Opened) -> HttpResponse:
    if not verifying.is_right(opened.share, request.POST.get("code", "")):
        return _verify_page(request, opened, status=422, is_mailed=True, is_wrong=True)
    answer = carrying.led_back(opened.share, carrying.carried(request, opened.share))
    marks.give(answer, opened.share, marks.VERIFIED)
    return answer


def _verify_page(request: HttpRequest, opened: Opened, *, status: int = 200, **said: Any) -> HttpResponse:
    is_verified = marks.carries(request, opened.share, marks.VERIFIED)
    found = {"carried": carrying.carried(request, opened.share), "switch_at": request.path}
    return _page(request, opened, "viewer/verify.html", status=status, is_verified=is_verified, **found, **said)


@csrf_exempt
@login_not_required
@both
def preferences(request: HttpRequest, token: str) -> HttpResponseBase:
    """How often and in which language. It works for a link that asks for a passcode or code as well: only whoever got
    the mail has it, and stopping must be easy. Whoever is not known for the recipient can ask for less, never more."""
    share = open_now(token, timezone.now())
    if share is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    opened = Opened(Door.OPEN, share, wishes_no_trace=wishes_no_trace(request))
    is_unknown = _grade(request, opened) == Grade.UNKNOWN
    initial = {} if is_unknown else _wished(request, share)
    form = WishForm(carrying.sent_to(request) or None, initial=initial, is_unknown=is_unknown)
    carrying.fill(form, request)
    if request.method == "POST" and form.is_valid():
        answer = redirect(f"{request.path}?kept=1")
        if is_unknown:
            keep_less(share, form.cleaned_data["frequency"])
        else:
            language = Language(form.cleaned_data["language"])
            keep_wish(share, form.cleaned_data["frequency"], language)
            keep(answer, share, language)
        return personal(answer)
    status = 422 if form.is_bound else 200
    context = {"form": form, "is_kept": "kept" in request.GET, "is_unknown": is_unknown}
    return personal(_page(request, opened, "viewer/preferences.html", status=status, **context))


def _wished(request: HttpRequest, share: Share) -> dict[str, str]:
    return {"frequency": wish_of(share).frequency, "language": said_by(share) or language_of(request)}


@both
@for_recipient
def ask(request: HttpRequest, opened: Opened, action: str) -> HttpResponse:
    """The form of an action; opening it is the event `begun`, sending it `response` and somebody's task."""
    if action not in Action.values:
        return at_door(request, Opened(Door.CLOSED))
    wanted, visit = Action(action), visits.visit_of(_given(request, "visit"), opened.share)
    grade = _grade(request, opened, visit)
    known: dict[str, Any] = {"signals": signals_of(request), "grade": grade}
    if visit and not opened.wishes_no_trace:
        known["visit_id"] = visit.id
    form = AskForm(carrying.sent_to(request) or None, is_text_needed=wanted not in WORDLESS)
    carrying.fill(form, request)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        follow_ups.ask(opened.share, wanted, typed["text"], visits.now(), typed["event"], **known)
        return redirect(f"{request.path}?sent=1")
    if request.method == "GET" and "sent" not in request.GET and not opened.wishes_no_trace:
        follow_ups.begin(opened.share, visits.now(), UUID(form["event"].value()), **known)
    context = {
        "form": form,
        "action": wanted,
        "hint": HINTS[wanted],
        "is_sent": "sent" in request.GET,
        "visit": visit.signed if visit else "",
        "is_unknown": grade == Grade.UNKNOWN,
    }
    return _page(request, opened, "viewer/ask.html", status=422 if form.is_bound else 200, **context)


def _grade(request: HttpRequest, opened: Opened, visit: visits.Visit | None = None) -> Grade:
    led_here = visit.grade if visit else None
    return grade_of_sender(request, opened.share, wishes_no_trace=opened.wishes_no_trace, visit=led_here)


@both
@for_recipient
def pass_on(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Name a colleague, who gets a link of their own. What is said afterwards does not depend on who that is."""
    form, grade = PassOnForm(carrying.sent_to(request) or None), _grade(request, opened)
    carrying.fill(form, request)
    known = {"form": form, "is_unknown": grade == Grade.UNKNOWN}
    if request.method == "POST" and form.is_valid():
        try:
            passing.pass_on(opened.share, **form.cleaned_data, grade=grade)
        except passing.TooOften:
            return _page(request, opened, "viewer/pass_on.html", status=429, **known, is_too_often=True)
        write_waiting_soon()
        return redirect(f"{request.path}?sent=1")
    status = 422 if form.is_bound else 200
    return _page(request, opened, "viewer/pass_on.html", status=status, **known, is_sent="sent" in request.GET)


def _given(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "") or request.GET.get(name, "")


def _page(request: HttpRequest, opened: Opened, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    known = {
        "opened": opened,
        "share": opened.share,
        "statement": statement_of(request, opened),
        "act_statement": statement_for(COLLECTING[template]),
    }
    return shown(request, template, {**known, **context}, share=opened.share, status=status)

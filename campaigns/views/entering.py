"""Contests as customers enter them: through a share's link, or at the contest's own address; each entry's own page;
and the published drawing. No account, and no script.

At the contest's address everybody reads the same answer, whether they had entered already or may not enter at all: that
stands in the letter, so that nobody learns here who takes part.
"""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import carrying
from campaigns.doors import at_door, for_recipient, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.models import Share
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import entering
from campaigns.programmes.entering import TakesNone
from campaigns.programmes.entry_forms import ClaimForm, EntryForm
from campaigns.programmes.public_forms import (
    after_confirming,
    campaign_of,
    is_sent,
    not_taken,
    said_of_unknown,
    sent,
    way_of,
)
from campaigns.programmes.stating import entering_contest
from campaigns.programmes.telling import Way
from campaigns.tasks.contests import write_refusal_soon
from campaigns.tasks.letters import write_waiting_soon
from privacy.statement import statement_for
from privacy.tries import Refusals
from records import contests
from records.confirming import may_confirm
from records.contests import Bar, Shut
from records.drawing import NotRepeated
from records.enums import AwardState
from records.known import find_or_make
from records.models import Contest, Customer, Submission

both = require_http_methods(["GET", "HEAD", "POST"])
# So many entries from one address within the hour; an office may share one.
begun = Refusals(most=60, seconds=3600)
# So many drawings repeated for one address within the minute.
repeated = Refusals(most=30, seconds=60)
GONE: dict[Shut | Bar, int] = {
    Shut.UNPUBLISHED: 404, Shut.NOT_YET: 403, Shut.CLOSED: 410, Bar.STATE: 403, Bar.ORGANIZATION: 403,
}  # fmt: skip


@both
@for_recipient
def share_contest(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The contest to which the link of a share leads: who has entered is led to their own page. Whoever is not known
    for its recipient enters in a name of their own, and learns nothing of the recipient."""
    share = opened.share
    contest = _contests().filter(survey=share.material.survey_id).first()
    if contest is None:
        return redirect("open_share", token=share.token)
    way = way_of(request, opened)
    known = entering.entry_of(contest, way.known) if way.known else None
    if known and known.token and not known.withdrawn_at:
        return redirect("entry", token=known.token)
    return _entered(request, contest, way, opened)


@csrf_exempt
@login_not_required
@both
def contest_open(request: HttpRequest, slug: str) -> HttpResponseBase:
    opened = {"survey__slug": slug, "survey__is_open": True, "survey__published_at__isnull": False}
    contest = _contests().filter(**opened).order_by("pk").first()
    if contest is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    return personal(_entered(request, contest, way_of(request, None)))


def _contests() -> Any:
    return Contest.objects.select_related("survey")


def _entered(request: HttpRequest, contest: Contest, way: Way, opened: Opened | None = None) -> HttpResponse:
    share, known = way.share, way.known
    if is_sent(request):
        return _page(request, contest, "viewer/contest_sent.html", share)
    if reason := contests.shut(contest) or (contests.barred(contest, known) if known else None):
        return _shut(request, contest, share, reason)
    form = _form(request, contest, share, with_name=known is None)
    show = partial(_asked, request, contest, share, form, **said_of_unknown(opened, way))
    if answer := not_taken(request, form, show, begun, is_known=known is not None):
        return answer
    return _sent(request, contest, way, form)


def _sent(request: HttpRequest, contest: Contest, way: Way, form: EntryForm) -> HttpResponse:
    known = way.known
    customer, is_claimed = (known, False) if known else _named(form)
    by_whom = {"by_own_link": known is not None, "is_claimed": is_claimed}
    try:
        made, _is_new = entering.enter(contest, customer, form.questions, form.answers, way, **by_whom)
    except TakesNone as problem:
        if known is None and isinstance(problem.reason, Bar):
            write_refusal_soon(contest, customer, problem.reason, way.language)
            return sent(request)
        return _shut(request, contest, way.share, problem.reason)
    write_waiting_soon()
    return redirect("entry", token=made.token) if known else sent(request)


def _named(form: EntryForm) -> tuple[Customer, bool]:
    """Who is known by the address that was typed, or a new record; and whether it claims to be a customer."""
    customer, is_new = find_or_make(form.cleaned_data["name"], form.cleaned_data["email"], mark=entering.NUMBERED)
    return customer, not is_new


# One's own ------------------------------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
@both
def entry(request: HttpRequest, token: str) -> HttpResponseBase:
    """How it stands: withdrawn until the contest closes; once it is drawn, whether it won, and the claim."""
    found = _own(token)
    return personal(_own_page(request, found) if found else at_door(request, Opened(Door.CLOSED)))


def _own_page(request: HttpRequest, found: Submission) -> HttpResponse:
    if request.method != "POST":
        return _own_shown(request, found)
    if "withdraw" in request.POST:
        if entering.withdraw(found):
            write_waiting_soon()
        return redirect(request.path)
    if "confirm" in request.POST:
        entering.confirm(found)
        return redirect(after_confirming(request.path, found))
    if "again" in request.POST:
        return _again(request, found)
    return _claimed(request, found)


def _again(request: HttpRequest, found: Submission) -> HttpResponse:
    contest = _contest_of(found)
    form = _form(request, contest, None, with_name=False)
    if not form.is_valid():
        return _own_shown(request, found, form=form, status=422)
    customer = found.customer
    if customer is None:
        return redirect(request.path)
    try:
        way = Way(language=language_of(request).value)
        entering.enter(contest, customer, form.questions, form.answers, way, by_own_link=True)
    except TakesNone:
        return redirect(request.path)
    write_waiting_soon()
    return redirect(request.path)


def _claimed(request: HttpRequest, found: Submission) -> HttpResponse:
    award = getattr(found, "award", None)
    if award is None:
        return redirect(request.path)
    if "decline" in request.POST:
        entering.decline(award)
        return redirect(after_confirming(request.path, award.submission))
    claim = _claim_form(request, request.POST)
    if not claim.is_valid():
        return _own_shown(request, found, claim=claim, status=422)
    entering.claim(award, claim.cleaned_data["send_to"])
    return redirect(after_confirming(request.path, award.submission))


def _own(token: str) -> Submission | None:
    if not TOKEN.fullmatch(token):
        return None
    rows = Submission.objects.select_related("survey", "customer", "award").exclude(survey__contest=None)
    return rows.filter(token=token).first()


def _contest_of(found: Submission) -> Contest:
    contest: Contest = _contests().get(survey=found.survey_id)
    return contest


def _own_shown(
    request: HttpRequest,
    found: Submission,
    *,
    form: EntryForm | None = None,
    claim: ClaimForm | None = None,
    status: int = 200,
) -> HttpResponse:
    contest = _contest_of(found)
    award, takes = getattr(found, "award", None), contests.shut(contest) is None
    if found.withdrawn_at and takes:
        form = form or _form(request, contest, None, with_name=False, is_shown=True)
    more = {
        "entry": found,
        "award": award,
        "state": award.state if award else "",
        "may_claim": bool(award and contests.may_claim(award)),
        "may_decline": bool(award and award.state in (AwardState.OFFERED, AwardState.WAITING)),
        "takes": takes,
        "may_confirm": may_confirm(found),
        "is_second": "second" in request.GET,
        "may_withdraw": not found.withdrawn_at and not contests.is_over(contest) and not hasattr(contest, "drawing"),
        "form": form,
        "claim": claim or _claim_form(request, None),
        "own": reverse("entry", args=[found.token]),
        "is_drawn": hasattr(contest, "drawing"),
    }
    return _page(request, contest, "viewer/contest_own.html", None, status=status, **more)


# The drawing ----------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def contest_drawing(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Which entries won, by their numbers, and how anybody repeats it; asked to, it is repeated here."""
    contest = _drawn(slug)
    if contest is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    more: dict[str, Any] = {"drawing": contest.drawing}
    try:
        more["drawn"] = contests.repeat(contest) if _may_repeat(request) else None
    except NotRepeated as problem:
        more["problem"] = str(problem)
    answer = _page(request, contest, "viewer/contest_drawing.html", None, **more)
    answer.status_code = 200 if more.get("drawn") or more.get("problem") else 429
    return personal(answer)


@login_not_required
@require_safe
def contest_drawing_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file that is published, to the byte. It holds random numbers alone."""
    contest = _drawn(slug)
    if contest is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    answer = HttpResponse(contest.drawing.file, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-drawing.json"'
    return personal(answer)


def _may_repeat(request: HttpRequest) -> bool:
    repeated.count(request)
    return not repeated.too_many(request)


def _drawn(slug: str) -> Contest | None:
    found: Contest | None = (
        _contests().select_related("drawing").filter(survey__slug=slug, drawing__isnull=False).first()
    )
    return found


# Pages ----------------------------------------------------------------------------------------------------------------


def _form(
    request: HttpRequest, contest: Contest, share: Share | None, *, with_name: bool, is_shown: bool = False
) -> EntryForm:
    questions = list(contest.survey.questions.order_by("number"))
    with translation.override(language_of(request, share).value):
        data = carrying.sent_to(request) if not is_shown else None
        made = EntryForm(contest, questions, data, with_name=with_name)
        carrying.fill(made, request)
        made.is_valid()
    return made


def _claim_form(request: HttpRequest, data: Any) -> ClaimForm:
    with translation.override(language_of(request).value):
        made = ClaimForm(data)
        made.is_valid()
    return made


def _asked(
    request: HttpRequest, contest: Contest, share: Share | None, form: EntryForm, *, status: int = 200, **said: Any
) -> HttpResponse:
    more = {"form": form, "campaign": campaign_of(request), **said}
    return _page(request, contest, "viewer/contest.html", share, status=status, **more)


def _shut(request: HttpRequest, contest: Contest, share: Share | None, reason: Shut | Bar) -> HttpResponse:
    more = {"reason": reason.value, "is_drawn": hasattr(contest, "drawing")}
    return _page(request, contest, "viewer/contest_shut.html", share, status=GONE[reason], **more)


def _page(
    request: HttpRequest, contest: Contest, template: str, share: Share | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    language = language_of(request, share).value
    answer = shown(request, template, {**about(contest, language), "share": share, **more}, share=share, status=status)
    if share is None:
        keep_under(request, answer, request.path)
    return answer


def about(contest: Contest, language: str) -> dict[str, Any]:
    """What every page of a contest says of it."""
    return {
        "contest": contest,
        "name": contest.survey.name_in(language),
        "description": contest.survey.description_in(language),
        "rules": contest.rules_in(language),
        "prizes": contest.prizes_in(language),
        "act_statement": statement_for(entering_contest(contest)),
    }

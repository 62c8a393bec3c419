"""A contest published, taken offline, drawn, and drawn again to compare; prizes claimed and declined by telephone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy.guards import require, signed_in
from records import contests
from records.contests import NotDrawn
from records.drawing import NotRepeated
from records.models import Award, Contest, Submission
from records.nouns import submissions
from records.nouns.awards import NOUN as AWARDS
from records.nouns.base import Page
from records.nouns.contests import NOUN
from records.views.nouns import opened, stated_basis


@require_POST
def contest_publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Customers can enter from its first day on. Refused once it is over, and where a question rests on another."""
    contest, user = _kept(request, key), signed_in(request)
    if contests.is_over(contest):
        messages.error(request, _("It has closed already: nobody could enter it."))
    elif contest.survey.questions.exclude(asked_after=None).exists():
        messages.error(request, _("An entry is one page: no question can depend on the answer to another."))
    else:
        contests.publish(contest, user, stated_basis(request, user))
        messages.success(request, _("Published. The seed of its drawing is fixed, and its fingerprint is public."))
    return redirect(NOUN.address(Page.ONE, contest))


@require_POST
def contest_unpublish(request: HttpRequest, key: UUID) -> HttpResponse:
    contest, user = _kept(request, key), signed_in(request)
    contests.unpublish(contest, user, stated_basis(request, user))
    messages.success(request, _("Taken offline: nobody can enter now. Existing entries stay."))
    return redirect(NOUN.address(Page.ONE, contest))


@require_POST
def contest_draw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Draw it, once."""
    contest, user = _kept(request, key), signed_in(request)
    with opened(request, AWARDS) as read:
        try:
            contests.draw(contest, user, stated_basis(request, user))
        except NotDrawn as problem:
            messages.error(request, _("Not drawn. %(problem)s") % {"problem": problem})
        else:
            messages.success(request, _("Drawn. Winners and alternates are notified; the file is public."))
            if read:
                read.count = contest.awards.count()
    return redirect(NOUN.address(Page.ONE, contest))


@require_safe
def contest_repeat(request: HttpRequest, key: UUID) -> HttpResponse:
    """Draw again from the published file, and say whether the same comes out. Names nobody."""
    user = signed_in(request)
    require(user, *NOUN.see)
    contest = get_object_or_404(NOUN.of(user), key=key, drawing__isnull=False)
    context = {"contest": contest, "drawing": contest.drawing}
    try:
        context["drawn"] = contests.repeat(contest)
    except NotRepeated as problem:
        context["problem"] = str(problem)
    return render(request, "records/contest_repeat.html", context)


@require_POST
def award_claim(request: HttpRequest, key: UUID) -> HttpResponse:
    return _settled(request, key, is_claimed=True)


@require_POST
def award_decline(request: HttpRequest, key: UUID) -> HttpResponse:
    return _settled(request, key, is_claimed=False)


@require_POST
def entry_withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody who entered asks staff to take their entry back."""
    user = signed_in(request)
    require(user, *submissions.NOUN.keep)
    with opened(request, submissions.NOUN) as read:
        found: Submission = get_object_or_404(submissions.NOUN.of(user).select_related("survey"), key=key)
        if read:
            read.count = 1
        if contests.withdraw(found, user, stated_basis(request, user)):
            messages.success(request, _("Withdrawn, and its answers are deleted: it is not in the drawing."))
        else:
            messages.error(request, _("An entry can be withdrawn until the contest closes; a winner can decline."))
    return redirect(submissions.NOUN.address(Page.ONE, found))


def _settled(request: HttpRequest, key: UUID, *, is_claimed: bool) -> HttpResponse:
    user = signed_in(request)
    require(user, *AWARDS.keep)
    with opened(request, AWARDS) as read:
        found: Award = get_object_or_404(AWARDS.of(user), key=key)
        if read:
            read.count = 1
        basis = stated_basis(request, user)
        done = contests.claim(found, found.send_to, user, basis) if is_claimed else contests.decline(found, user, basis)
    if done:
        messages.success(
            request, _("Claimed.") if is_claimed else _("Declined: it goes to the next alternate, if one is waiting.")
        )
    else:
        messages.error(request, _("It is no longer theirs: check where it stands now."))
    return redirect(AWARDS.address(Page.ONE, found))


def _kept(request: HttpRequest, key: UUID) -> Contest:
    user = signed_in(request)
    require(user, *NOUN.keep)
    found: Contest = get_object_or_404(NOUN.of(user), key=key)
    return found

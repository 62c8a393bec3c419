"""The order of a survey's questions, one place up or down at a click; and one removed that nobody has answered."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from privacy.ways_back import page_of_ours
from records.asking import misplaced
from records.models import Question, Survey
from records.nouns.questions import NOUN
from records.views.nouns import back_to, stated_basis


@require_POST
def question_up(request: HttpRequest, key: UUID) -> HttpResponse:
    return _move(request, key, up=True)


@require_POST
def question_down(request: HttpRequest, key: UUID) -> HttpResponse:
    return _move(request, key, up=False)


@require_POST
def question_remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Those that follow move up, and its page begins with the next. One with answers, or after whose answers another is
    asked, stays, with the reason."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    gone = get_object_or_404(NOUN.of(user), key=key)
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=gone.survey_id)
        if problem := _needed(gone):
            messages.error(request, problem)
        else:
            stated_basis(request, user)
            Question.objects.filter(pk=gone.pk).delete()
            after = Question.objects.filter(survey=gone.survey_id, number__gt=gone.number)
            if gone.starts_page:
                # Else the rest of its page would be asked on the one before, on whose answers it may rest.
                after.filter(number=gone.number + 1).update(starts_page=True)
            after.update(number=F("number") - 1)
            messages.success(request, _("Removed: %(text)s") % {"text": gone.text})
    return redirect(_back(request, gone))


def _needed(question: Question) -> str:
    if question.answers.exists():
        return _("This question has answers: it stays. To stop asking it, take the survey offline.")
    if question.followed_by.exists():
        return _("Another question is asked after answers to this one: change that one first.")
    if question.asked_again.exists():
        return _("A later wave asks this again: it stays, so that both can be compared.")
    return ""


def _back(request: HttpRequest, question: Question) -> str:
    """The page of this site that asked for it, else the survey's."""
    return page_of_ours(request.POST.get("next", ""), back_to(NOUN, question))


def _move(request: HttpRequest, key: UUID, *, up: bool) -> HttpResponse:
    """Changes places with the neighbour; at either end nothing is changed."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    moved = get_object_or_404(NOUN.of(user), key=key)
    with transaction.atomic():
        # One writer at a time orders the questions of a survey.
        Survey.objects.select_for_update().get(pk=moved.survey_id)
        moved.refresh_from_db()
        other = _neighbour(moved, up=up)
        if other and _breaks(moved, other):
            said = _(
                "There it would be asked before the answer it depends on, or on the same page: it stays where it is."
            )
            messages.error(request, said)
        elif other:
            moved.number, other.number = other.number, moved.number
            for question in (moved, other):
                changes.save(question, by=user, basis=stated_basis(request, user))
    return redirect(_back(request, moved))


def _breaks(moved: Question, other: Question) -> bool:
    """Whether a question would be asked too early if these two changed places."""
    numbers = {moved.pk: other.number, other.pk: moved.number}
    questions = Question.objects.filter(survey=moved.survey_id)
    return bool(misplaced(sorted(questions, key=lambda one: numbers.get(one.pk, one.number))))


def _neighbour(question: Question, *, up: bool) -> Question | None:
    others = Question.objects.filter(survey=question.survey)
    if up:
        return others.filter(number__lt=question.number).order_by("-number").first()
    return others.filter(number__gt=question.number).order_by("number").first()

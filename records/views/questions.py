"""The order of a survey's questions: one place up or down at a click."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from records.models import Question, Survey
from records.nouns.questions import NOUN
from records.views.nouns import back_to, stated_basis


@require_POST
def question_up(request: HttpRequest, key: UUID) -> HttpResponse:
    return _move(request, key, up=True)


@require_POST
def question_down(request: HttpRequest, key: UUID) -> HttpResponse:
    return _move(request, key, up=False)


def _move(request: HttpRequest, key: UUID, *, up: bool) -> HttpResponse:
    """Changes places with the neighbour; at either end nothing is changed."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    moved = get_object_or_404(NOUN.of(user), key=key)
    with transaction.atomic():
        # One writer at a time orders the questions of a survey.
        Survey.objects.select_for_update().get(pk=moved.survey_id)
        moved.refresh_from_db()
        if (other := _neighbour(moved, up=up)) is not None:
            moved.number, other.number = other.number, moved.number
            for question in (moved, other):
                changes.save(question, by=user, basis=stated_basis(request, user))
    return redirect(back_to(NOUN, moved))


def _neighbour(question: Question, *, up: bool) -> Question | None:
    others = Question.objects.filter(survey=question.survey)
    if up:
        return others.filter(number__lt=question.number).order_by("-number").first()
    return others.filter(number__gt=question.number).order_by("number").first()

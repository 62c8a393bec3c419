"""The list of answers; and a survey published, taken offline, and asked again, at a click each."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy import changes
from privacy.guards import require, signed_in
from records.answer_lists import ANSWER_LIST
from records.asking import misplaced
from records.models import Survey
from records.nouns.base import Page
from records.nouns.surveys import NOUN
from records.views.lists import list_page
from records.views.nouns import stated_basis
from records.waves import ask_again


@require_safe
def survey_answers(request: HttpRequest) -> HttpResponse:
    return list_page(request, ANSWER_LIST, "records/survey_answers.html")


@require_POST
def survey_publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Customers can answer it from now on. Refused while there is nothing to answer."""
    survey = _kept(request, key)
    if hasattr(survey, "contest"):
        messages.error(request, _("This is what a contest asks: publish the contest."))
    elif problem := _unready(survey):
        messages.error(request, problem)
    elif survey.published_at is None:
        _set(request, survey, published=True)
        messages.success(request, _("Published: customers can answer it."))
    return redirect(NOUN.address(Page.ONE, survey))


@require_POST
def survey_unpublish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Nobody can answer it any more; what was answered stays."""
    survey = _kept(request, key)
    _set(request, survey, published=False)
    messages.success(request, _("Taken offline: nobody can answer it now. What was submitted stays."))
    return redirect(NOUN.address(Page.ONE, survey))


@require_POST
def survey_again(request: HttpRequest, key: UUID) -> HttpResponse:
    survey = _kept(request, key)
    user = signed_in(request)
    made = ask_again(survey, user, stated_basis(request, user))
    messages.success(request, _("This is the new wave, with the same questions. Look through it and publish it."))
    return redirect(NOUN.address(Page.ONE, made))


def _kept(request: HttpRequest, key: UUID) -> Survey:
    user = signed_in(request)
    require(user, *NOUN.keep)
    found: Survey = get_object_or_404(NOUN.of(user), key=key)
    return found


def _unready(survey: Survey) -> str:
    questions = list(survey.questions.all())
    if not questions:
        return _("Nothing is asked yet: add a question first.")
    if early := misplaced(questions):
        return _("Question %(number)s is asked before the answer it depends on: move it to a later page.") % {
            "number": early[0].number
        }
    return ""


def _set(request: HttpRequest, survey: Survey, *, published: bool) -> None:
    user = signed_in(request)
    with transaction.atomic():
        survey.published_at = timezone.now() if published else None
        changes.save(survey, by=user, basis=stated_basis(request, user))

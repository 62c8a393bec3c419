"""A survey built question by question, with a preview as customers will see it; and its link made a material."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.enums import Language
from campaigns.programmes.forms import PageForm
from campaigns.programmes.offering import material_of
from campaigns.views.materials import MAKES
from campaigns.views.offering import lead_to
from privacy.guards import permit_required, require, signed_in
from privacy.roles import Permit
from records.asking import pages_of
from records.forms.question import QuestionForm
from records.models import Question, Survey
from records.nouns.surveys import NOUN
from records.views.nouns import stated_basis

KEEPS = (Permit.KEEP_PROGRAMMES,)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*KEEPS)
def survey_build(request: HttpRequest, key: UUID) -> HttpResponse:
    """The questions so far, and the form of the next one, which is cleared for another once it is saved."""
    survey, user = _survey(request, key), signed_in(request)
    form = QuestionForm(user, request.POST or None, instance=Question(survey=survey))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            kept = form.keep(user, stated_basis(request, user))
        messages.success(
            request, _("Question %(number)s saved. Here is the form for the next one.") % {"number": kept.number}
        )
        return redirect(f"{request.path}#next")
    context = {"survey": survey, "pages": pages_of(_questions(survey)), "form": form, "preview": _preview(form)}
    return render(request, "campaigns/survey_build.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit_required(*KEEPS)
def survey_try(request: HttpRequest, key: UUID) -> HttpResponse:
    """The part of the page that shows the question as it is being written. Nothing is stored."""
    form = QuestionForm(signed_in(request), request.POST, instance=Question(survey=_survey(request, key)))
    return render(request, "campaigns/survey_try.html", {"preview": _preview(form)})


@require_safe
@permit_required(*NOUN.see)
def survey_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """All pages in one, in either language, with what is asked of whom."""
    survey = _survey(request, key)
    language = Language.SPANISH if request.GET.get("language") == Language.SPANISH else Language.ENGLISH
    with translation.override(language.value):
        pages = [(page, PageForm(page, {}, prefix="preview")) for page in pages_of(_questions(survey))]
        shown = [(at, [(one, form[name]) for one, name in zip(page, form.fields, strict=True)])
                 for at, (page, form) in enumerate(pages, 1)]  # fmt: skip
    context = {
        "survey": survey,
        "language": language.value,
        "languages": Language.choices,
        "name": survey.name_in(language.value),
        "description": survey.description_in(language.value),
        "pages": shown,
    }
    return render(request, "campaigns/survey_preview.html", context)


@require_POST
@permit_required(*MAKES)
def survey_offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """To the material by which the survey is shared, mailed and counted; made where there is none."""
    survey, user = _survey(request, key), signed_in(request)
    address = request.build_absolute_uri(reverse("survey_open", args=[survey.slug]))
    return lead_to(request, material_of(survey, address, user))


def _survey(request: HttpRequest, key: UUID) -> Survey:
    user = signed_in(request)
    require(user, *NOUN.see)
    found: Survey = get_object_or_404(NOUN.of(user), key=key)
    return found


def _questions(survey: Survey) -> list[Question]:
    return list(survey.questions.select_related("asked_after"))


def _preview(form: QuestionForm) -> dict[str, Any]:
    """The question as typed in each language it has, and what is wrong with it so far; empty before anything is."""
    if not form.is_bound:
        return {}
    is_valid = form.is_valid()
    question = form.instance
    errors = {} if is_valid else form.errors
    wrong = [f"{form[name].label}: {said[0]}" for name, said in errors.items() if name in form.fields]
    if not question.text or {"choices", "kind"} & set(errors):
        return {"wrong": wrong}
    languages = [Language.ENGLISH, *([Language.SPANISH] if question.text_es else [])]
    shown = []
    for language in languages:
        with translation.override(language.value):
            shown.append((language, PageForm([question], {}, prefix=f"try-{language.value}")))
    return {"wrong": wrong, "shown": shown}

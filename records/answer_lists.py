"""The list of all answers, free text among them: searched, filtered by survey and question, and taken as a file.

Answers about feelings are sealed: they are on the page of their submission alone, and no search finds them.
"""

from typing import Any

import django_filters as filters
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.listing import Column, Kind, Listing
from records.lists import declare_list
from records.models import Answer, Question, Survey
from records.models.survey import SURVEY_CATEGORIES
from records.periods import PeriodFilter
from records.programmes import taking_part

SEES = (Permit.VIEW_PROGRAMMES,)
PLACE = declare_place(
    "survey_answers",
    gettext_noop("Answers to surveys, searched and as a file"),
    SURVEY_CATEGORIES,
    is_page=True,
    permits=SEES,
)


class AnswerFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="text", lookup_expr="icontains", label=_("Search"))
    survey = filters.ModelChoiceFilter(
        field_name="question__survey", queryset=Survey.objects.order_by("name"), to_field_name="key", label=_("Survey")
    )
    question = filters.ModelChoiceFilter(
        queryset=Question.objects.order_by("survey", "number"), to_field_name="key", label=_("Question")
    )
    submitted = PeriodFilter(field_name="submission__submitted_at", is_moment=True, label=_("Handed in"))


def answer_rows(user: User) -> "QuerySet[Answer]":
    """In clear alone, of the people whom the user sees in programmes."""
    number = Cast(Func(F("number"), function="trim_scale"), CharField())
    rows: QuerySet[Any] = taking_part(Answer, "submission__customer")(user).filter(feeling=None)
    told: QuerySet[Answer] = rows.annotate(
        said=Coalesce(NullIf(F("text"), Value("")), number, output_field=CharField()),
        survey_name=F("question__survey__name"),
        question_text=F("question__text"),
        customer_name=F("submission__customer__name"),
        submitted_at=F("submission__submitted_at"),
        submission_key=F("submission__key"),
    )
    return told


ANSWERS = Listing(
    name=gettext_noop("answers"),
    columns=(
        Column(_("Answer"), "said", address=lambda row: reverse("submissions_page", args=[row["submission_key"]])),
        Column(_("Question"), "question_text"),
        Column(_("Survey"), "survey_name"),
        Column(_("Customer"), "customer_name"),
        Column(_("Handed in"), "submitted_at", Kind.MOMENT),
    ),
    filters=AnswerFilters,
    rows=answer_rows,
    key="key",
    sort="-submitted_at",
    singular=gettext_noop("answer"),
    place=PLACE,
    needs=("submission_key",),
)
ANSWER_LIST = declare_list("survey-answers", "survey_answers", SEES, lambda user: ANSWERS)

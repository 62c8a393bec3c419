"""Surveys and contests, with what came out of them."""

from typing import Any

from privacy.models import User
from privacy.roles import Permit
from records.enums import SurveyKind
from records.forms.survey import SurveyForm
from records.listing import Column, Kind
from records.models import Survey
from records.nouns.base import Action, Noun, Page
from records.results import SMALLEST_GROUP, results_of


def results(user: User, survey: Survey) -> dict[str, Any]:
    return {"results": results_of(survey), "smallest_group": SMALLEST_GROUP}


NOUN = Noun(
    slug="surveys",
    singular="Survey",
    plural="Surveys and contests",
    model=Survey,
    form=SurveyForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Survey.objects.all(),
    columns=(
        Column("Name", "name"),
        Column("Kind", "kind", words=dict(SurveyKind.choices)),
        Column("Opens", "opens_on", Kind.DATE),
        Column("Closes", "closes_on", Kind.DATE),
    ),
    sort="-opens_on",
    facts=(
        "kind", "description", "name_es", "description_es", "opens_on", "closes_on", "most_answers", "is_open",
        "published_at", "slug",
    ),
    search=("name__istartswith", "slug"),
    search_hint="How the name begins",
    about="What customers are asked, and what they answered. Make one here, or bring answers in from a file.",
    more=results,
    actions=(
        Action("Publish", "survey_publish", lambda one: one.published_at is None),
        Action("Take offline", "survey_unpublish", lambda one: one.published_at is not None),
        Action("Ask again: a new wave", "survey_again", lambda one: one.published_at is not None),
    ),
    templates={Page.ONE: "records/survey.html"},
)  # fmt: skip

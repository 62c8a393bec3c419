"""What was learnt of somebody who takes part in a study, by topic."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.enums import ParticipantState
from records.forms.research import StudyFindingForm
from records.listing import Column, Kind
from records.models import Study, StudyFinding
from records.nouns.base import Noun, NounFilters
from records.nouns.study_notes import agreed
from records.programmes import taking_part


class FindingFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="participant__study", queryset=Study.objects.order_by("name"), to_field_name="key", label=_("Study")
    )
    topic = filters.CharFilter(method="on_topic", label=_("Topic"))

    def on_topic(self, rows: "QuerySet[Any]", name: str, text: str) -> "QuerySet[Any]":
        slug = slugify(text, allow_unicode=True)
        return rows.filter(tags__contains=[slug]) if slug else rows


def visible(user: User) -> "QuerySet[StudyFinding]":
    """Of who withdrew none, though a legal hold may keep them."""
    rows: QuerySet[StudyFinding] = taking_part(StudyFinding)(user)
    return rows.exclude(participant__state=ParticipantState.WITHDREW)


NOUN = Noun(
    slug="study-findings",
    singular="Finding",
    plural="Findings",
    model=StudyFinding,
    form=StudyFindingForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Customer", "customer__name"),
        Column("Study", "participant__study__name"),
        Column("Topics", "tags"),
        Column("When", "found_at", Kind.MOMENT),
    ),
    section_columns=(
        Column("Finding", "text"),
        Column("Topics", "topics"),
        Column("Kind of survey data", "element_label"),
        Column("When", "found_at"),
    ),
    sort="-found_at",
    facts=("text", "topics", "element_label", "customer", "participant", "found_at"),
    related=("participant__study", "participant__customer", "customer"),
    parent="participant",
    takes_more=agreed,
    also_under="customer",
    filters=FindingFilters,
    about="What was learned from people who took part in studies.",
    none="Nothing has been written down yet.",
)

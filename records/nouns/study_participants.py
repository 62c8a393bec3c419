"""Who takes part in studies: what they answered, when they come, whether they came, and what they are owed."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.enums import ParticipantState
from records.forms.research import StudyParticipantForm
from records.listing import Column, Kind
from records.models import Study, StudyParticipant
from records.models.correspondence import LETTER_FACTS
from records.models.research import OWED
from records.nouns.base import Action, Noun, NounFilters, Page
from records.programmes import taking_part


class ParticipantFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="study", queryset=Study.objects.order_by("name"), to_field_name="key", label=_("Study")
    )
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=ParticipantState.choices)
    owed = filters.BooleanFilter(method="with_owed", label=_("Who is owed a stipend"), widget=forms.CheckboxInput)

    def with_owed(self, rows: "QuerySet[Any]", name: str, wanted: bool) -> "QuerySet[Any]":
        return rows.filter(OWED) if wanted else rows


def more(user: User, participant: StudyParticipant) -> dict[str, Any]:
    """Of who withdrew nothing is read, though a legal hold may keep it."""
    is_read = participant.state != ParticipantState.WITHDREW and user.has_permit(Permit.KEEP_PROGRAMMES)
    files = participant.media.all() if is_read else []
    return {"files": files, "may_add": is_read and participant.state == ParticipantState.AGREED}


def _has_agreed(one: StudyParticipant) -> bool:
    return one.state == ParticipantState.AGREED


NOUN = Noun(
    slug="study-participants",
    singular="Participant",
    plural="Participants",
    model=StudyParticipant,
    form=StudyParticipantForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(StudyParticipant),
    columns=(
        Column("Customer", "customer__name"),
        Column("Study", "study__name"),
        Column("State", "state", words=dict(ParticipantState.choices)),
        Column("Answered", "answered_at", Kind.MOMENT),
        Column("Session", "session__starts_at", Kind.MOMENT),
        Column("Stipend", "stipend", Kind.MONEY),
        Column("Stipend paid", "stipend_paid_at", Kind.MOMENT),
    ),
    sort="-answered_at",
    time_line=("answered_at", "study__name", "state"),
    facts=(
        "customer", "study", "state", "answered_at", "consent", "consented_at", "session", "reminded_at", "attended",
        "stipend", "stipend_paid_at", "withdrawn_at", "forgotten_at", *LETTER_FACTS,
    ),
    related=("study", "customer", "session__study", "consent"),
    parent="study",
    is_listed_apart=True,
    also_under="customer",
    filters=ParticipantFilters,
    pages=frozenset({Page.LIST, Page.ONE, Page.EDIT, Page.HISTORY}),
    more=more,
    actions=(
        Action("Took part", "study_participant_came", lambda one: _has_agreed(one) and one.attended is not True),
        Action("Did not come", "study_participant_missed", lambda one: _has_agreed(one) and one.attended is not False),
        Action("Stipend paid", "study_participant_paid", lambda one: one.is_owed),
        Action("Withdraw for them", "study_participant_withdraw", _has_agreed),
    ),
    templates={Page.ONE: "records/study_participant.html"},
    about="Who was asked to take part in studies, and what they answered.",
    none="Nobody has answered yet.",
)  # fmt: skip

"""What customers handed in: a list of their own, for there may be many."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from privacy.roles import Permit
from records.forms.survey import SubmissionForm
from records.listing import Column, Kind
from records.models import Submission, Survey
from records.models.correspondence import LETTER_FACTS
from records.nouns.base import Action, Noun, NounFilters
from records.programmes import taking_part


class SubmissionFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="survey", queryset=Survey.objects.order_by("name"), to_field_name="key", label=_("Survey or contest")
    )


NOUN = Noun(
    slug="submissions",
    singular="Submission",
    plural="Submissions",
    model=Submission,
    form=SubmissionForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(Submission),
    columns=(
        Column("Number", "number"),
        Column("Customer", "customer__name"),
        Column("Handed in", "submitted_at", Kind.MOMENT),
        Column("Survey or contest", "survey__name"),
    ),
    section_columns=(
        Column("Survey or contest", "survey"),
        Column("Handed in", "submitted_at"),
        Column("Number", "number"),
    ),
    sort="-submitted_at",
    time_line=("submitted_at", "survey__name"),
    facts=(
        "survey", "customer", "submitted_at", "number", "entry_number", "withdrawn_at", "won", *LETTER_FACTS,
        "retention_rule",
    ),
    related=("survey", "customer", "award"),
    parent="survey",
    is_listed_apart=True,
    also_under="customer",
    filters=SubmissionFilters,
    actions=(Action("Withdraw the entry", "entry_withdraw", lambda one: one.entry_number and not one.withdrawn_at),),
    about="What was handed in: who answered a survey or entered a contest, and when.",
    none="Nobody has answered yet.",
)  # fmt: skip

"""What customers handed in: a list of their own, for there may be many."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.confirming import may_confirm
from records.enums import Sender
from records.forms.survey import SubmissionForm
from records.listing import Column, Kind
from records.models import Submission, Survey
from records.models.correspondence import LETTER_FACTS
from records.models.sent import SENT_FACTS, sender
from records.nouns.base import Action, Noun, NounFilters
from records.programmes import taking_part


def visible(user: User) -> "QuerySet[Submission]":
    rows: QuerySet[Submission] = taking_part(Submission)(user)
    return rows.annotate(sender=sender())


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
    visible=visible,
    columns=(
        Column("Number", "number"),
        Column("Customer", "customer__name"),
        Column("Handed in", "submitted_at", Kind.MOMENT),
        Column("Survey or contest", "survey__name"),
        Column("Sent by", "sender", words=dict(Sender.choices)),
    ),
    section_columns=(
        Column("Survey or contest", "survey"),
        Column("Handed in", "submitted_at"),
        Column("Number", "number"),
    ),
    sort="-submitted_at",
    time_line=("submitted_at", "survey__name", "sent_by"),
    facts=(
        "survey", "customer", "submitted_at", "number", "entry_number", "withdrawn_at", "won", *SENT_FACTS,
        *LETTER_FACTS, "retention_rule",
    ),
    for_keepers=("sent_through", "through_the_link_sent_to"),
    related=("survey", "customer", "award", "sent_through__merged_into"),
    parent="survey",
    is_listed_apart=True,
    also_under="customer",
    filters=SubmissionFilters,
    actions=(
        Action("It was the customer", "submission_theirs", may_confirm),
        Action("Withdraw the entry", "entry_withdraw", lambda one: one.entry_number and not one.withdrawn_at),
    ),
    about="What was submitted: who answered a survey or entered a contest, and when.",
    none="Nobody has answered yet.",
)  # fmt: skip

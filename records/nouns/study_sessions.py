"""When and where a study meets those who take part."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from privacy.models import User
from privacy.roles import Permit
from records.enums import ParticipantState
from records.forms.research import StudySessionForm
from records.listing import Column
from records.models import MediaFile, StudyParticipant, StudySession
from records.nouns.base import CHILD_PAGES, Action, Noun


def visible(user: User) -> "QuerySet[StudySession]":
    """All of them, each with how many have a place, and how many files there are of it."""
    # Subqueries, for a row that is edited is locked, which cannot be done with what is grouped.
    agreed = StudyParticipant.objects.filter(session=OuterRef("pk"), state=ParticipantState.AGREED)
    files = MediaFile.objects.filter(study_session=OuterRef("pk"))
    return StudySession.objects.annotate(taken=_counted(agreed, "session"), files=_counted(files, "study_session"))


def _counted(rows: "QuerySet[Any]", of: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(of).annotate(number=Count("pk")).values("number")), 0)


def is_to_come(session: StudySession) -> bool:
    return not session.cancelled_at and session.starts_at > timezone.now()


NOUN = Noun(
    slug="study-sessions",
    singular="Session",
    plural="Sessions",
    model=StudySession,
    form=StudySessionForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Starts", "when"),
        Column("Where", "where"),
        Column("Have a place", "taken"),
        Column("Places", "places"),
        Column("Canceled", "cancelled_at"),
        Column("Files", "files"),
    ),
    sort="starts_at",
    parent="study",
    related=("study",),
    pages=CHILD_PAGES,
    actions=(Action("Cancel session", "study_session_call_off", is_to_come),),
    about="It has no sessions: people who agree take part in their own time.",
)

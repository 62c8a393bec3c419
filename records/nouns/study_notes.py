"""What staff noted of somebody who takes part in a study."""

from django.db.models import QuerySet

from privacy.models import User
from privacy.roles import Permit
from records.enums import ParticipantState
from records.forms.research import StudyNoteForm
from records.listing import Column
from records.models import StudyNote, StudyParticipant
from records.nouns.base import CHILD_PAGES, Noun
from records.programmes import taking_part


def visible(user: User) -> "QuerySet[StudyNote]":
    """Of who withdrew none, though a legal hold may keep them."""
    rows: QuerySet[StudyNote] = taking_part(StudyNote, "participant__customer")(user)
    return rows.exclude(participant__state=ParticipantState.WITHDREW)


def agreed(participant: StudyParticipant) -> bool:
    """Of who has not, or has withdrawn, nothing is written down."""
    return bool(participant.state == ParticipantState.AGREED)


NOUN = Noun(
    slug="study-notes",
    singular="Note",
    plural="Notes",
    model=StudyNote,
    form=StudyNoteForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(Column("When", "noted_at"), Column("Note", "text")),
    sort="-noted_at",
    parent="participant",
    takes_more=agreed,
    related=("participant__customer", "participant__study"),
    pages=CHILD_PAGES,
    about="Nothing was noted.",
)

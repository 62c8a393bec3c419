"""Who took part in a meeting."""

from privacy.enums import KeyKind
from privacy.roles import Permit
from records.forms.meetings import ParticipationForm
from records.listing import Column
from records.models import Participation
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="participations",
    singular="Participant",
    plural="Participants",
    model=Participation,
    form=ParticipationForm,
    see=(Permit.FIND_MEETINGS,),
    keep=(Permit.KEEP_MEETINGS,),
    visible=lambda user: Participation.objects.all(),
    columns=(Column("Name", "name"),),
    sort="joined_at",
    parent="meeting",
    pages=CHILD_PAGES,
    key=KeyKind.MEETING_ID,
)

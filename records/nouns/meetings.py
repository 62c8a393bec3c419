"""Meetings. They are found by the notice's keys alone (records.views.meetings), so that there is no list of them."""

from privacy.enums import KeyKind
from privacy.roles import Permit
from records.forms.meetings import MeetingForm
from records.listing import Column
from records.models import Meeting
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="meetings",
    singular="Meeting",
    plural="Meetings",
    model=Meeting,
    form=MeetingForm,
    see=(Permit.FIND_MEETINGS,),
    keep=(Permit.KEEP_MEETINGS,),
    visible=lambda user: Meeting.objects.all(),
    columns=(Column("Meeting ID", "number"),),
    sort="number",
    pages=CHILD_PAGES,
    key=KeyKind.MEETING_ID,
    list_route="meetings",
    one_route="meeting",
)

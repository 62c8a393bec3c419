"""What was written in a meeting. Only who keeps these records makes, changes and looks at the history of one."""

from privacy.enums import KeyKind
from privacy.roles import Permit
from records.forms.meetings import MessageForm
from records.listing import Column
from records.models import Message
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="messages",
    singular="Message",
    plural="Messages",
    model=Message,
    form=MessageForm,
    see=(Permit.KEEP_MEETINGS,),
    keep=(Permit.KEEP_MEETINGS,),
    visible=lambda user: Message.objects.filter(meeting__isnull=False),
    columns=(Column("By", "sender"),),
    sort="sent_at",
    parent="meeting",
    pages=CHILD_PAGES,
    key=KeyKind.MEETING_ID,
)

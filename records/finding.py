"""Finding meetings by the keys of the notice's retrieval rules 3, 5 and 6, and by no other."""

from django.db import models
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from privacy.enums import KeyKind
from records.intake.meetings.options import plain_number
from records.models import Meeting

MOST = 200


class MeetingKey(models.TextChoices):
    """What a meeting may be found by."""

    MEETING_ID = KeyKind.MEETING_ID.value, "Meeting ID"
    HOST_NAME = KeyKind.HOST_NAME.value, "Host name"
    HOST_EMAIL = KeyKind.HOST_EMAIL.value, "Host e-mail address"


# What somebody may ask for that the rules do not name, and as what the door is asked, which refuses and logs it.
NOT_NAMED = {"participant": KeyKind.NAME, "topic": KeyKind.OTHER_PERSONAL_IDENTIFIER}


def key_kind(by: str) -> KeyKind:
    """The key as the door knows it; what is no key of meetings is some other personal identifier."""
    return KeyKind(by) if by in MeetingKey.values else NOT_NAMED.get(by, KeyKind.OTHER_PERSONAL_IDENTIFIER)


def meetings_by(key: KeyKind, text: str) -> "QuerySet[Meeting]":
    """The meetings with this ID, host name or host e-mail, case aside, the newest first.

    Relies on the indexes meeting_by_number, meeting_by_host_name and meeting_by_host_email.
    """
    text = text.strip()
    found = Meeting.objects.annotate(people=Count("participations"))
    if key is KeyKind.MEETING_ID:
        return found.filter(number=plain_number(text))
    name = "host_name" if key is KeyKind.HOST_NAME else "host_email"
    return found.annotate(wanted=Lower(name)).filter(wanted=text.lower())

"""The calendar file of a registration, or of a session of research (iCalendar, RFC 5545), on the clock of its place."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from campaigns.addresses import registration_address
from records.models import Registration, StudyParticipant

TYPE = "text/calendar"
# How long an event is taken to last of which nobody said when it ends.
USUAL = timedelta(hours=1)


def calendar_of(registration: Registration, language: str) -> bytes:
    """One event, with the rules of its time zone in the file: its clock time holds on the day when summer time begins
    or ends too. The same registration always has the same name, so that a calendar changes it and shows no second.
    """
    gathering = registration.gathering
    return calendar_with(
        registration,
        begins=gathering.starts_there,
        ends=gathering.ends_there or gathering.starts_there + USUAL,
        summary=gathering.name_in(language),
        location=gathering.place,
        address=registration_address(registration),
        is_cancelled=registration.cancelled_at is not None,
        moves=gathering.moves,
    )


def calendar_with(
    of: Registration | StudyParticipant,
    *,
    begins: datetime,
    ends: datetime,
    summary: str,
    location: str,
    address: str,
    is_cancelled: bool = False,
    moves: int = 0,
) -> bytes:
    """One event of somebody's own. `begins` and `ends` are by the clock of its place; `moves` is how often it was at
    another time or place."""
    now = timezone.now()
    event = Event()
    event.add("uid", f"{of.key}@{_host()}")
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    event.add("summary", summary)
    event.add("location", location)
    event.add("url", address)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    # Of the same name, calendars take what has the highest number (RFC 5545, 3.8.7.4): a later file has no lower one,
    # and one after a move a higher one, within the same second too.
    event.add("sequence", int((now - of.created_at).total_seconds()) + moves)
    calendar = Calendar()
    calendar.add("prodid", "-//Waymark//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _host() -> str:
    return settings.PUBLIC_URL.partition("://")[2] or "waymark"

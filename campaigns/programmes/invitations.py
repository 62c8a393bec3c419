"""The calendar file of a registration (iCalendar, RFC 5545), on the clock of the event's place."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event

from campaigns.addresses import registration_address
from records.models import Registration

TYPE = "text/calendar"
# How long an event is taken to last of which nobody said when it ends.
USUAL = timedelta(hours=1)


def calendar_of(registration: Registration, language: str) -> bytes:
    """One event, with the rules of its time zone in the file: its clock time holds on the day when summer time begins
    or ends too. The same registration always has the same name, so that a calendar changes it and shows no second.
    """
    gathering, now = registration.gathering, timezone.now()
    event = Event()
    event.add("uid", f"{registration.key}@{_host()}")
    event.add("dtstamp", now)
    event.add("dtstart", gathering.starts_there)
    event.add("dtend", gathering.ends_there or gathering.starts_there + USUAL)
    event.add("summary", gathering.name_in(language))
    event.add("location", gathering.place)
    event.add("url", registration_address(registration))
    event.add("status", "CANCELLED" if registration.cancelled_at else "CONFIRMED")
    # Of the same name, calendars take what has the highest number.
    event.add("sequence", int((now - registration.created_at).total_seconds()))
    calendar = Calendar()
    calendar.add("prodid", "-//Waymark//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if registration.cancelled_at else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made


def _host() -> str:
    return settings.PUBLIC_URL.partition("://")[2] or "waymark"

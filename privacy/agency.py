"""The agency's days: what counts for reports, for periods of retention and for what is in force."""

from argparse import ArgumentTypeError
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone


def agency_zone() -> ZoneInfo:
    """The zone of AGENCY_TIME_ZONE. Of what is no zone, UTC, so that modules load and the check can name it: nothing
    starts with such a setting (config.checks)."""
    try:
        return ZoneInfo(settings.AGENCY_TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def agency_day(moment: datetime) -> date:
    """The agency's calendar day of a moment."""
    return moment.astimezone(agency_zone()).date()


def agency_today() -> date:
    return agency_day(timezone.now())


def day_begins(day: date) -> datetime:
    """The moment at which the agency's day begins."""
    return datetime.combine(day, time(), agency_zone())


def day_ends(day: date) -> datetime:
    """The moment at which the agency's day is over; of the calendar's last day the last moment that there is."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else day_begins(day + timedelta(days=1))


def day_argument(text: str) -> date:
    """The day that a command is given, as in 2026-03-01. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date as in 2026-03-01") from None

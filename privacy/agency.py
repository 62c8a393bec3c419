"""The agency's days: what counts for reports, for periods of retention and for what is in force."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def agency_zone() -> ZoneInfo:
    return ZoneInfo(settings.AGENCY_TIME_ZONE)


def agency_day(moment: datetime) -> date:
    """The agency's calendar day of a moment."""
    return moment.astimezone(agency_zone()).date()


def agency_today() -> date:
    return agency_day(timezone.now())

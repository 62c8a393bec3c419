"""Clock times are the reader's: shown in the time zone of their account. Days stay the agency's."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from privacy.models import User

REGIONS = {
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
}  # fmt: skip
# Where the Postal Service is: from east to west, Puerto Rico and Guam with them.
AT_HOME = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam", "Pacific/Pago_Pago",
)  # fmt: skip


class ReadersClockMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def time_zones() -> list[tuple[str, str]]:
    """The choices of a form: none, then those of the United States, UTC, and all other places by their IANA names,
    without the links kept for old programs."""
    places = {name for name in available_timezones() if name.partition("/")[0] in REGIONS}
    return [("", "---------"), *((name, name) for name in [*AT_HOME, "UTC", *sorted(places - {*AT_HOME})])]


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The signed-in user's time zone; UTC for strangers and for a name that is no time zone."""
    return zone_called(request.user.time_zone if isinstance(request.user, User) else "UTC")


def zone_called(name: str) -> ZoneInfo:
    """UTC for a name that is no time zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

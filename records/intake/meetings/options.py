"""What a mapping says about the meeting of a file that does not say it itself: its table [meeting]."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

from records.intake.mapping import Mapping
from records.intake.meetings.moments import DAY_FIRST, MONTH_FIRST, ReportMoment
from records.intake.problems import Problem, Refused

CLOCK, ELAPSED = "clock", "since start"
# What the service calls its files: participants_60245167821.csv, GMT20211119-100000_Recording.txt, and its folders:
# "2021-11-19 10.00.00 Heroes meeting 60245167821".
NUMBER_IN_NAME = re.compile(r"(?:^|[ _])(\d{9,11})(?:[ _.(]|$)")
START_IN_NAME = re.compile(r"GMT(\d{8}-\d{6})")
START_IN_FOLDER = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2})\.(\d{2})\.(\d{2}) ")


@dataclass(frozen=True)
class MeetingOptions:
    """The table, read; empty texts are what it does not say."""

    moment: ReportMoment
    number: str = ""
    uid: str = ""
    topic: str = ""
    host_name: str = ""
    host_email: str = ""
    start: datetime | None = None
    times: str = CLOCK

    @property
    def zone(self) -> ZoneInfo:
        return self.moment.zone


def read_options(mapping: Mapping) -> MeetingOptions:
    """Raises Refused for a key that is unknown or has no value of its kind."""
    table = mapping.extra.table("meeting", {})
    zone = table.take("time_zone", str, settings.AGENCY_TIME_ZONE)
    if zone not in available_timezones():
        raise Refused(f"{table.where}: time_zone {zone!r} is not known; name one like America/New_York")
    moment = ReportMoment(ZoneInfo(zone), order=table.choice("date_order", (MONTH_FIRST, DAY_FIRST), MONTH_FIRST))
    texts = {name: table.take(name, str, "") for name in ("uid", "topic", "host_name", "host_email")}
    number, start = plain_number(table.take("number", str, "")), table.take("start", str, "")
    times = table.choice("times", (CLOCK, ELAPSED), CLOCK)
    table.close()
    try:
        return MeetingOptions(moment, number, start=moment.parse(start) if start else None, times=times, **texts)
    except Problem as problem:
        raise Refused(f"{table.where}: start {problem.reason}") from None


def plain_number(text: str) -> str:
    """A meeting ID without the spaces that people write in it."""
    return re.sub(r"[\s-]", "", text)


def number_in(path: Path) -> str:
    """The meeting ID in the name that the service gave to a file or its folder; empty where there is none."""
    found = NUMBER_IN_NAME.search(path.stem) or NUMBER_IN_NAME.search(path.parent.name)
    return found[1] if found else ""


def start_in(path: Path, zone: ZoneInfo) -> datetime | None:
    """When the meeting began, as the name of a file (GMT) or its folder (the saver's clock, in `zone`) says."""
    try:
        if found := START_IN_NAME.search(path.name):
            return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
        if found := START_IN_FOLDER.match(path.parent.name):
            return datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}:{found[4]}").replace(tzinfo=zone)
    except ValueError:
        return None
    return None

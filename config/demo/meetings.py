"""A few meetings of the made-up sales staff with their customers, as the conference service would report them.

Whom staff met they mostly write to: most guests were sent something in the weeks around it.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from config.demo import staff
from config.demo.population import Population
from config.demo.rhythm import Calendar, Indices
from config.demo.rows import NONE, SHARED, Rows

MEETINGS, PEOPLE, EVERY = 12, 5, 7
AROUND = np.timedelta64(14, "D")
MEASURED = 0.8  # of the guests
TOPICS = ("Spring mailing plans", "Shipping rates", "Results of the last campaign")
SAID = ("Good morning, everyone", "Could you send us the price list?", "Yes, I share it after this", "Thank you, bye")
HEADINGS = ("Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest")
ABOUT = ("Meeting ID", "Topic", "Start Time", "End Time", "Host Name", "Duration (Minutes)", "Participants")
CLOCK = "%m/%d/%Y %I:%M:%S %p"


@dataclass(frozen=True)
class Drawn:
    number: int
    topic: str
    start: datetime
    host: str
    guests: list[tuple[str, str]]  # name and e-mail address

    @property
    def folder(self) -> str:
        """What the service calls a meeting's folder."""
        return f"{self.start:%Y-%m-%d %H.%M.%S} {self.topic} {self.number}"


def write_meetings(folder: Path, draw: Generator, people: Population, events: Rows, calendar: Calendar) -> None:
    """A folder for each meeting, with its report and its chat, and a file of what the service measured of all of them.
    Reads the customers' file that is there."""
    with (folder / "customers.csv").open(newline="") as file:
        names = [(row["name"], row["email"]) for row in csv.DictReader(file)]
    drawn = [
        _drawn(nth, names, draw, _guests(nth, draw, people, events, calendar), calendar) for nth in range(MEETINGS)
    ]
    for meeting in drawn:
        place = folder / "meetings" / meeting.folder
        place.mkdir(parents=True)
        _write_report(place / f"participants_{meeting.number}.csv", meeting, draw)
        _write_chat(place / "meeting_saved_chat.txt", meeting)
    told = [_told(meeting, draw, calendar) for meeting in drawn]
    (folder / "meetings" / "quality.json").write_text(json.dumps(told))


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file with its kind of import, a meeting's report before its chat."""
    for place in sorted(one for one in (folder / "meetings").iterdir() if one.is_dir()):
        yield from ((path, "meeting-participants") for path in place.glob("*.csv"))
        yield from ((path, "meeting-chat") for path in place.glob("*.txt"))
    yield folder / "meetings" / "quality.json", "meeting-service"


def _start(nth: int, calendar: Calendar) -> datetime:
    return datetime.combine(calendar.as_of - timedelta(days=7 + EVERY * nth), time(10))


def _guests(nth: int, draw: Generator, people: Population, events: Rows, calendar: Calendar) -> Indices:
    """Customers of the meeting's host: first those to whom something was sent around it by itself, then any."""
    host = nth % len(staff.SALES)
    near = abs(events["at"] - np.datetime64(_start(nth, calendar))) < AROUND
    sent = (events["kind"] == SHARED) & (events["campaign"] == NONE) & (events["staff"] == host) & near
    theirs = draw.permutation(np.unique(events["customer"][sent]))[: PEOPLE - 1]
    others = np.setdiff1d(np.flatnonzero(people.staff == host), theirs)
    return np.concatenate([theirs, draw.choice(others, min(PEOPLE - len(theirs), len(others)), replace=False)])


def _drawn(nth: int, names: list[tuple[str, str]], draw: Generator, guests: Indices, calendar: Calendar) -> Drawn:
    number = 98_000_000_000 + int(draw.integers(10**9))
    host = staff.SALES[nth % len(staff.SALES)]
    return Drawn(number, TOPICS[nth % len(TOPICS)], _start(nth, calendar), host, [names[at] for at in guests.tolist()])


def _told(meeting: Drawn, draw: Generator, calendar: Calendar) -> dict[str, object]:
    """What the service measured of the guests' sound, and what they answered when they were asked."""
    moment = meeting.start.replace(tzinfo=calendar.zone).astimezone(UTC) + timedelta(minutes=9)
    known = [(name, email) for name, email in meeting.guests if email and draw.random() < MEASURED]
    losses = [f"{loss:.1f}%" for loss in draw.gamma(0.8, 2.2, len(known))]
    asked = {"question": "Shall we send you the results?", "date_time": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
    return {
        "meeting_number": str(meeting.number),
        "start_time": f"{moment - timedelta(minutes=9):%Y-%m-%dT%H:%M:%SZ}",
        "participants": [
            {"user_name": name, "email": email,
             "user_qos": [{"date_time": asked["date_time"], "audio_input": {"avg_loss": loss}}]}
            for (name, email), loss in zip(known, losses, strict=True)
        ],
        "questions": [
            {"name": name, "email": email, "question_details": [{**asked, "answer": "Yes" if nth % 3 else "Not now"}]}
            for nth, (name, email) in enumerate(known)
            if draw.random() < MEASURED / 2
        ],
    }  # fmt: skip


def _write_report(path: Path, meeting: Drawn, draw: Generator) -> None:
    end = meeting.start + timedelta(minutes=45)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ABOUT)
        times = (_clock(meeting.start), _clock(end))
        about = (meeting.number, meeting.topic, *times, meeting.host, 45, len(meeting.guests) + 1)
        writer.writerows([about, (), HEADINGS])
        writer.writerow((f"{meeting.host} (Host)", "", _clock(meeting.start), _clock(end), 45, "No"))
        for name, email in meeting.guests:
            writer.writerows(_rows(name, email, meeting.start, draw))


def _rows(name: str, email: str, start: datetime, draw: Generator) -> Iterator[tuple[object, ...]]:
    """One who came, perhaps a guest without an address, perhaps one who lost the line and came back."""
    joined = start + timedelta(minutes=int(draw.integers(1, 8)))
    left = joined + timedelta(minutes=int(draw.integers(10, 20)))
    shown = "" if draw.random() < 0.2 else email
    yield name, shown, _clock(joined), _clock(left), (left - joined).seconds // 60, "Yes"
    if draw.random() < 0.5:
        back = left + timedelta(minutes=2)
        yield name, shown, _clock(back), _clock(back + timedelta(minutes=9)), 9, "Yes"


def _write_chat(path: Path, meeting: Drawn) -> None:
    names = [meeting.host, *(name for name, _ in meeting.guests)]
    moments = [meeting.start + timedelta(minutes=9 * at + 1) for at in range(len(SAID))]
    lines = [
        f"{at:%H:%M:%S} From {name} to Everyone:\n\t{said}\n"
        for at, name, said in zip(moments, names, SAID, strict=False)
    ]
    path.write_text("".join(lines))


def _clock(moment: datetime) -> str:
    return moment.strftime(CLOCK)

"""A few meetings of the made-up sales staff with their customers, as the conference service would report them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from numpy.random import Generator

from config.demo import staff
from config.demo.rhythm import Calendar

MEETINGS, PEOPLE = 6, 5
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


def write_meetings(folder: Path, draw: Generator, calendar: Calendar) -> None:
    """A folder for each meeting, with its report and its chat. Reads the customers' file that is there."""
    with (folder / "customers.csv").open(newline="") as file:
        people = [(row["name"], row["email"]) for row in csv.DictReader(file) if row["email"]]
    for nth in range(MEETINGS):
        meeting = _drawn(nth, people, draw, calendar)
        place = folder / "meetings" / meeting.folder
        place.mkdir(parents=True)
        _write_report(place / f"participants_{meeting.number}.csv", meeting, draw)
        _write_chat(place / "meeting_saved_chat.txt", meeting)


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file with its kind of import, a meeting's report before its chat."""
    for place in sorted((folder / "meetings").iterdir()):
        yield from ((path, "meeting-participants") for path in place.glob("*.csv"))
        yield from ((path, "meeting-chat") for path in place.glob("*.txt"))


def _drawn(nth: int, people: list[tuple[str, str]], draw: Generator, calendar: Calendar) -> Drawn:
    day = calendar.as_of - timedelta(days=7 + 9 * nth)
    chosen = draw.choice(len(people), PEOPLE, replace=False)
    host = staff.SALES[int(draw.integers(len(staff.SALES)))]
    number = 98_000_000_000 + int(draw.integers(10**9))
    return Drawn(
        number, TOPICS[nth % len(TOPICS)], datetime.combine(day, time(10)), host, [people[at] for at in chosen]
    )


def _write_report(path: Path, meeting: Drawn, draw: Generator) -> None:
    end = meeting.start + timedelta(minutes=45)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ABOUT)
        about = (meeting.number, meeting.topic, _clock(meeting.start), _clock(end), meeting.host, 45, PEOPLE + 1)
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

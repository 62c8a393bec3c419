"""All of the demo's data, drawn from one seed and written as the files that the imports read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from config.demo import rows
from config.demo.campaigns import MAILINGS
from config.demo.holdout import Holdout, draw_holdout, write_holdout
from config.demo.mailings import mailing
from config.demo.materials import shelf
from config.demo.meetings import write_meetings
from config.demo.population import Population, draw_population, write_customers
from config.demo.programmes import write_programmes
from config.demo.rhythm import Calendar
from config.demo.rows import Rows
from config.demo.sharing import own_shares

# Each part has a stream of its own, so that a change in one leaves the others as they are.
STREAMS = ("people", "details", "mailings", "holdout", "sharing", "ids", "meetings", "programmes")


class TooFewEvents(ValueError):
    """The campaigns of so many customers make more events than were asked for."""


@dataclass(frozen=True)
class Size:
    customers: int = 20_000
    events: int = 300_000


@dataclass(frozen=True)
class Drawn:
    """Everything that happens, before it is written."""

    calendar: Calendar
    people: Population
    events: Rows
    holdout: Holdout


def calendar_of(as_of: date) -> Calendar:
    return Calendar(as_of, ZoneInfo(settings.AGENCY_TIME_ZONE))


def draw_all(seed: int, calendar: Calendar, size: Size) -> Drawn:
    """The same from the same seed, day and size. Raises TooFewEvents."""
    people = draw_population(_stream(seed, "people"), size.customers)
    draw = _stream(seed, "mailings")
    sent = [mailing(draw, plan, people, shelf(), calendar) for plan in MAILINGS]
    holdout = draw_holdout(_stream(seed, "holdout"), people)
    needed = sum(map(rows.size, sent)) + holdout.event_count
    if size.events < needed:
        raise TooFewEvents(f"campaigns with {size.customers:,} customers make {needed:,} events: ask for more events")
    own = own_shares(_stream(seed, "sharing"), people, shelf(), calendar, size.events - needed)
    return Drawn(calendar, people, rows.join([*sent, own]), holdout)


def write_all(seed: int, drawn: Drawn, folder: Path) -> None:
    """The files of all imports in this folder, those of meetings in its folder `meetings`."""
    numbers, calendar, draw = drawn.people.numbers(), drawn.calendar, _stream(seed, "details")
    write_customers(folder / "customers.csv", draw, drawn.people, calendar)
    write_meetings(folder, _stream(seed, "meetings"), drawn.people, drawn.events, calendar)
    write_holdout(folder / "holdout.csv", draw, drawn.holdout, numbers, calendar)
    write_programmes(folder, _stream(seed, "programmes"), numbers, calendar)
    rows.write_events(folder / "events.csv", _stream(seed, "ids"), drawn.events, numbers, shelf(), calendar)


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, STREAMS.index(name)])

"""What sales staff share with their customers by themselves, day by day, and what becomes of it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from campaigns.enums import Signal
from config.demo import reading, rows
from config.demo.materials import Shelf
from config.demo.population import Population
from config.demo.rhythm import HISTORY_DAYS, Calendar, Moments, Numbers, readings_after, working_weeks
from config.demo.rows import SHARED, Rows
from config.demo.staff import SALES

OPENED = 0.5  # of the shares with an average reader


@dataclass(frozen=True)
class Habits:
    """What does not change over the history: how often each customer hears from sales, and what is shared most."""

    contact: Numbers  # chances, one for each customer
    favourites: Numbers  # chances, one for each material


def own_shares(draw: Generator, people: Population, shelf: Shelf, calendar: Calendar, events: int) -> Rows:
    """So many events, exactly: whole shares with what came of them, the last one cut short."""
    habits = _habits(draw, people, shelf)
    parts: list[Rows] = []
    while (missing := events - sum(map(rows.size, parts))) > 0 or not parts:
        parts.append(_shares(draw, people, habits, shelf, calendar, max(missing, 0) // 3 + 20))
    return rows.take(rows.join(parts), np.arange(events))


def _habits(draw: Generator, people: Population, shelf: Shelf) -> Habits:
    diligence = draw.permutation(np.linspace(0.5, 1.6, len(SALES)))[people.staff]
    contact = people.eagerness**0.7 * diligence
    # A few materials are shared all the time, most now and then.
    favourites = draw.permutation(1 / np.arange(1, len(shelf.slugs) + 1) ** 0.8)
    return Habits(contact / contact.sum(), favourites / favourites.sum())


def _shares(draw: Generator, people: Population, habits: Habits, shelf: Shelf, calendar: Calendar, count: int) -> Rows:
    """So many shares, each followed by its own events in their order."""
    sent, eagerness = _sent(draw, people, habits, calendar, count)
    reads = draw.random(count) < np.minimum(OPENED * eagerness, 0.95)
    opened = rows.take(sent, reads)
    depth = np.clip(eagerness[reads] * draw.lognormal(-0.1, 0.5, rows.size(opened)), 0.1, 8)
    visits = reading.opened(draw, opened, readings_after(draw, opened["at"], draw.exponential(1.2, rows.size(opened))))
    # Most come once; a few come back for months.
    again = np.repeat(np.arange(rows.size(visits)), np.minimum(draw.poisson(draw.lognormal(-1.4, 1.3, len(depth))), 40))
    later = readings_after(draw, visits["at"][again], draw.exponential(9, len(again)))
    returning = reading.opened(draw, rows.take(opened, again), later)
    scanned = rows.take(sent, people.scanned[sent["customer"]])
    is_head = draw.random(rows.size(scanned)) < 0.3
    parts = [
        sent,
        reading.read(draw, shelf, visits, depth),
        reading.read(draw, shelf, returning, depth[again]),
        reading.previews(draw, visits, 0.07),
        reading.forwarded(draw, shelf, visits, 0.06),
        reading.checked_by_colleagues(draw, shelf, sent, 0.03),
        reading.scanned_openly(draw, rows.take(scanned, is_head), Signal.HEAD),
        reading.scanned_openly(draw, rows.take(scanned, ~is_head), Signal.KNOWN_AGENT),
    ]
    made = rows.before(rows.join(parts), calendar.end)
    return rows.take(made, np.lexsort((made["at"], made["group"])))


def _sent(draw: Generator, people: Population, habits: Habits, calendar: Calendar, count: int) -> tuple[Rows, Numbers]:
    """The shares, and how eagerly each one's customer reads at the time."""
    customer = draw.choice(people.size, count, p=habits.contact)
    trend = people.trend[customer]
    # Who fades hears less and less, who grows more and more.
    progress = draw.beta(np.choose(trend + 1, [1.0, 1.1, 2.4]), np.choose(trend + 1, [2.4, 1.0, 1.0]))
    days = np.datetime64(calendar.start) + (progress * HISTORY_DAYS).astype(np.int64)
    change = np.choose(trend + 1, [1.6 - 1.2 * progress, np.ones(count), 0.4 + 1.2 * progress])
    sent = rows.rows(
        _never_before(calendar, working_weeks(draw, days)),
        kind=SHARED,
        customer=customer,
        material=draw.choice(len(habits.favourites), count, p=habits.favourites),
        staff=people.staff[customer],
        group=np.arange(count),
    )
    return sent, people.eagerness[customer] * change


def _never_before(calendar: Calendar, moments: Moments) -> Moments:
    """What falls into the days before the history's first, of the same week, happens a week later."""
    return np.where(moments < np.datetime64(calendar.start), moments + np.timedelta64(7, "D"), moments)

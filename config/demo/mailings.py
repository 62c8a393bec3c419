"""What happens in the campaigns: mailings, who opens them, who answers and orders. The truth is in campaigns.py."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from campaigns.enums import Signal
from config.demo import reading, rows
from config.demo.campaigns import PLANS, Plan
from config.demo.materials import Shelf
from config.demo.population import Population
from config.demo.rhythm import (
    HISTORY_DAYS,
    Calendar,
    Flags,
    Indices,
    Moments,
    Numbers,
    after,
    readings_after,
    working_moments,
)
from config.demo.rows import CONVERSION, DELIVERED, NONE, RESPONSE, SHARED, Rows

WITHOUT_VIEWING = 0.15  # of the responses: by phone or at the counter
AMOUNT_SPREAD = 0.9  # sigma of the logarithm
REMINDED_AFTER = 12.0  # days
COME_BY_REMINDER = 0.3  # of the viewers where there was one
# No view, response or order comes later than this (days, each after the one before): 44 in all.
LATEST_VIEW, LATEST_RESPONSE, LATEST_ORDER = 20.0, 10.0, 14.0


@dataclass(frozen=True)
class Draw:
    """Who of the customers was drawn into which arm, and how eagerly they read at the time."""

    plan: Plan
    customer: Indices
    variant: Indices
    eagerness: Numbers

    def rate(self, name: str) -> Numbers:
        """This figure of each one's arm."""
        return np.array([getattr(arm, name) for arm in self.plan.arms])[self.variant]


def drawn(draw: Generator, plan: Plan, people: Population) -> Draw:
    """Arms of equal size, by lot."""
    count = round(plan.reach * people.size)
    customer = draw.permutation(people.size)[:count]
    eagerness = people.eagerness_at(1 - plan.starts / HISTORY_DAYS)[customer]
    return Draw(plan, customer, np.arange(count) % len(plan.arms), eagerness)


def mailing(draw: Generator, plan: Plan, people: Population, shelf: Shelf, calendar: Calendar) -> Rows:
    """All events of one campaign up to the calendar's end."""
    chosen = drawn(draw, plan, people)
    sent = _sent(draw, chosen, shelf, calendar)
    views = draw.random(len(chosen.customer)) < chosen.rate("view") * chosen.eagerness
    first = _first_views(draw, chosen, sent["at"])
    arrived = views | (draw.random(len(views)) < 0.965)
    parts = [
        sent,
        *_deliveries(draw, chosen, rows.take(sent, arrived), chosen.rate("reminder")[arrived]),
        *_visits(draw, shelf, plan, rows.take(sent, views), first[views], chosen.eagerness[views]),
        *_scans(draw, shelf, plan, rows.take(sent, people.scanned[chosen.customer])),
        *_outcomes(draw, chosen, sent, views, first),
    ]
    return rows.before(rows.join(parts), calendar.end)


def _sent(draw: Generator, chosen: Draw, shelf: Shelf, calendar: Calendar) -> Rows:
    """One share each, sent in the mornings of three days."""
    day = np.datetime64(chosen.plan.starts_on(calendar.as_of)) + draw.integers(0, 3, len(chosen.customer))
    at = after(day.astype("datetime64[ms]"), draw.uniform(8.5, 11, len(day)) * 3_600_000)
    documents = np.array([shelf.index(arm.document) for arm in chosen.plan.arms if arm.document])
    return rows.rows(
        at,
        kind=SHARED,
        customer=chosen.customer,
        campaign=PLANS.index(chosen.plan),
        variant=chosen.variant,
        material=documents[chosen.variant],
    )


def _first_views(draw: Generator, chosen: Draw, sent: Moments) -> Moments:
    """When each one would open it first: soon, or after the reminder."""
    days = draw.exponential(1.5, len(sent))
    reminded = chosen.rate("reminder").astype(bool) & (draw.random(len(sent)) < COME_BY_REMINDER)
    days = np.minimum(np.where(reminded, REMINDED_AFTER + days, days), LATEST_VIEW)
    return readings_after(draw, sent, days)


def _deliveries(draw: Generator, chosen: Draw, arrived: Rows, reminder: Numbers) -> list[Rows]:
    first = rows.changed(
        arrived, kind=DELIVERED, material=NONE, at=after(arrived["at"], draw.exponential(4_000, rows.size(arrived)))
    )
    again = rows.take(first, reminder.astype(bool))
    later = after(again["at"], np.full(rows.size(again), REMINDED_AFTER * 86_400_000))
    return [first, rows.changed(again, at=later, start=later)]


def _visits(draw: Generator, shelf: Shelf, plan: Plan, sent: Rows, first: Moments, depth: Numbers) -> list[Rows]:
    """The first visit of each viewer, the visits of those who come back, and what belongs to them."""
    visits = reading.opened(draw, sent, first)
    again = np.repeat(np.arange(len(depth)), draw.poisson(0.3 * depth))
    later = readings_after(draw, first[again], 0.2 + draw.exponential(4, len(again)))
    returning = reading.opened(draw, rows.take(sent, again), later)
    clicks = rows.take(visits, draw.random(len(depth)) < 0.25)
    others = np.array([shelf.index(slug) for slug in (plan.page, *plan.links)])
    soon = after(clicks["at"], draw.uniform(40_000, 200_000, rows.size(clicks)))
    clicked = rows.changed(
        clicks,
        at=soon,
        start=soon,
        material=draw.choice(others, rows.size(clicks)),
        visit=rows.new_visits(draw, len(soon)),
    )
    return [
        reading.read(draw, shelf, visits, depth),
        reading.read(draw, shelf, returning, depth[again]),
        reading.read(draw, shelf, clicked, np.ones(rows.size(clicked))),
        reading.previews(draw, visits, 0.08),
        reading.forwarded(draw, shelf, visits, 0.05),
    ]


def _scans(draw: Generator, shelf: Shelf, plan: Plan, sent: Rows) -> list[Rows]:
    """What mail gateways do with the messages that pass them."""
    kind = draw.random(rows.size(sent))
    bursts = rows.take(sent, kind < 0.6)
    others = np.array([shelf.index(slug) for slug in (plan.page, *plan.links)])
    links = np.column_stack([bursts["material"], np.broadcast_to(others, (rows.size(bursts), len(others)))])
    return [
        reading.scanned_links(draw, bursts, links),
        reading.scanned_openly(draw, rows.take(sent, (kind >= 0.6) & (kind < 0.8)), Signal.KNOWN_AGENT),
        reading.scanned_openly(draw, rows.take(sent, (kind >= 0.8) & (kind < 0.92)), Signal.HONEYPOT),
        reading.scanned_openly(draw, rows.take(sent, kind >= 0.92), Signal.HEAD),
    ]


def _outcomes(draw: Generator, chosen: Draw, sent: Rows, views: Flags, first: Moments) -> list[Rows]:
    """Responses and orders. Each arm's rates come out as its true ones, whoever views."""
    responds = draw.random(len(views)) < response_chances(chosen, views)
    orders = responds & (draw.random(len(views)) < chosen.rate("conversion") / chosen.rate("response"))
    came_from = np.where(views, first, sent["at"])
    answered = _working_days_after(draw, came_from, np.minimum(draw.exponential(2.5, len(views)), LATEST_RESPONSE))
    ordered = _working_days_after(draw, answered, np.minimum(0.5 + draw.exponential(4, len(views)), LATEST_ORDER))
    responses = rows.changed(sent, kind=RESPONSE, at=answered, start=answered, material=NONE)
    conversions = rows.changed(
        sent, kind=CONVERSION, at=ordered, start=ordered, material=NONE, cents=cents(draw, chosen.rate("amount"))
    )
    return [rows.take(responses, responds), rows.take(conversions, orders)]


def response_chances(chosen: Draw, views: Flags) -> Numbers:
    """The chance of each one to respond, given whether they viewed; over both it is rate times eagerness."""
    view, response = chosen.rate("view"), chosen.rate("response")
    unseen = WITHOUT_VIEWING * response * chosen.eagerness / (1 - view * chosen.eagerness)
    return np.where(views, (1 - WITHOUT_VIEWING) * response / view, unseen)


def cents(draw: Generator, average: Numbers) -> Indices:
    """Log-normal amounts of these averages."""
    amounts = average * draw.lognormal(-(AMOUNT_SPREAD**2) / 2, AMOUNT_SPREAD, len(average))
    return np.maximum(1, np.round(100 * amounts)).astype(np.int64)


def _working_days_after(draw: Generator, moments: Moments, days: Numbers) -> Moments:
    at = working_moments(draw, after(moments, days * 86_400_000))
    return np.where(at > moments, at, after(moments, draw.uniform(0.3, 6, len(at)) * 3_600_000))

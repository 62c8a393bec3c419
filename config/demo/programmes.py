"""A survey, a contest, two events, a magazine, a council and some cards: drawn, and written for the imports."""

import csv
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from config.demo.rhythm import Calendar, Indices, working_moments
from records.enums import CardBrand
from records.models import Gathering, Survey

TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
LISTS = ("demo-magazine", "demo-council")
SURVEYS = ("demo-brochure-survey", "demo-slogan-contest")
EVENTS = tuple(event["slug"] for event in TABLE["gatherings"])
USES = ("Letters", "Parcels", "Catalogs", "Postcards")
HEARD = ("A letter", "A colleague", "The web")

Rows = Iterable[Iterable[object]]


def make_gatherings(as_of: date, calendar: Calendar) -> None:
    """The events that the registrations name; one is over, the other still to come."""
    for event in TABLE["gatherings"]:
        starts_at = calendar.moment_of(as_of + timedelta(days=event["days"]))
        Gathering.objects.create(
            slug=event["slug"],
            name=event["name"],
            place=event["place"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=8),
            description=event["about"],
            name_es=event["name_es"],
            capacity=event["places"],
            price=event.get("price", 0),
            refund_days=event.get("refund_days"),
            published_at=starts_at - timedelta(days=60),
            is_open=True,
            is_demo=True,
        )


def date_surveys(as_of: date) -> None:
    """When the imported survey and contest were open."""
    opens_on = as_of - timedelta(days=90)
    published_at = datetime.combine(opens_on, time(14), UTC)
    surveys = Survey.objects.filter(slug__in=SURVEYS)
    surveys.update(opens_on=opens_on, closes_on=as_of, published_at=published_at, is_open=True)
    # The contest is over, so that it can be drawn.
    surveys.filter(slug=SURVEYS[1]).update(closes_on=as_of - timedelta(days=1))


def write_programmes(folder: Path, draw: Generator, customers: list[str], calendar: Calendar) -> None:
    """survey.csv, contest.csv, registrations.csv, memberships.csv, cards.csv and suppliers.csv in this folder."""
    for name, header, rows in (
        (
            "survey",
            "number,customer,submitted_at,clarity,felt,uses,recommend,better",
            _survey(draw, customers, calendar),
        ),
        ("contest", "contest,entry,customer,submitted_at,question,answer", _contest(draw, customers, calendar)),
        (
            "registrations",
            "event,customer,registered_at,role,itinerary,accommodations,attended,cancelled_at",
            _registrations(draw, customers, calendar),
        ),
        ("memberships", "list,customer,since,until,end_reason", _memberships(draw, customers, calendar)),
        ("suppliers", "number,name,city,state,award,starts_on,ends_on,value,products", _suppliers(calendar)),
        ("cards", "customer,brand,expires,last_four,token", _cards(draw, customers, calendar)),
    ):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header.split(","))
            writer.writerows(rows)


def _some(draw: Generator, customers: list[str], one_in: int, least: int, most: int) -> list[str]:
    """So many customers, nobody twice."""
    count = min(len(customers), max(least, min(most, len(customers) // one_in)))
    return [customers[at] for at in draw.choice(len(customers), count, replace=False).tolist()]


def _moments(draw: Generator, count: int, calendar: Calendar, first: int, last: int) -> list[str]:
    """Moments in office hours between so many days before the demo's day."""
    days = np.datetime64(calendar.as_of) - draw.integers(last + 8, first + 1, count).astype("timedelta64[D]")
    return calendar.utc_text(working_moments(draw, days))


def _words(draw: Generator, name: str, count: int, chance: float = 1) -> list[str]:
    """So many of the words, each there with this chance."""
    words: list[str] = TABLE[name]
    chosen = draw.integers(0, len(words), count).tolist()
    return [words[at] if there else "" for at, there in zip(chosen, draw.random(count) < chance, strict=True)]


def _survey(draw: Generator, customers: list[str], calendar: Calendar) -> Rows:
    people = _some(draw, customers, 20, 60, 600)
    count = len(people)
    recommend: Indices = draw.choice(11, count, p=np.array([1, 1, 1, 2, 2, 4, 6, 12, 20, 16, 12]) / 77)
    return zip(
        (f"S-{number:04d}" for number in range(1, count + 1)),
        people,
        _moments(draw, count, calendar, 88, 1),
        (1 + draw.choice(5, count, p=[0.04, 0.09, 0.22, 0.4, 0.25])).tolist(),
        _words(draw, "feelings", count, 0.7),
        ("; ".join(use for use, has in zip(USES, row, strict=True) if has) for row in draw.random((count, 4)) < 0.45),
        recommend.tolist(),
        _words(draw, "improvements", count, 0.4),
        strict=True,
    )


def _contest(draw: Generator, customers: list[str], calendar: Calendar) -> Rows:
    people = _some(draw, customers, 60, 20, 150)
    moments, slogans = _moments(draw, len(people), calendar, 88, 1), _words(draw, "slogans", len(people))
    heard = draw.integers(0, len(HEARD), len(people)).tolist()
    for number, (person, moment, slogan, where) in enumerate(zip(people, moments, slogans, heard, strict=True), 1):
        entry = (SURVEYS[1], f"E-{number:04d}", person, moment)
        yield *entry, "slogan", slogan
        yield *entry, "where", HEARD[where]


def _registrations(draw: Generator, customers: list[str], calendar: Calendar) -> Rows:
    for event in TABLE["gatherings"]:
        people, is_over = _some(draw, customers, 80, 15, 200), event["days"] < 0
        count = len(people)
        cancelled = draw.random(count) < 0.08
        came = draw.random(count) < 0.85
        yield from zip(
            [event["slug"]] * count,
            people,
            _moments(draw, count, calendar, 110, 70),
            _words(draw, "roles", count),
            _words(draw, "itineraries", count, 0.2),
            _words(draw, "accommodations", count, 0.15),
            [
                ("yes" if there else "no") if is_over and not gone else ""
                for there, gone in zip(came, cancelled, strict=True)
            ],
            [
                moment if gone else ""
                for gone, moment in zip(cancelled, _moments(draw, count, calendar, 69, 60), strict=True)
            ],
            strict=True,
        )


def _memberships(draw: Generator, customers: list[str], calendar: Calendar) -> Rows:
    for name, one_in in zip(LISTS, (25, 200), strict=True):
        people = _some(draw, customers, one_in, 12, 500)
        since = calendar.as_of - timedelta(days=400)
        joined = [since + timedelta(days=day) for day in draw.integers(0, 200, len(people)).tolist()]
        left = (draw.random(len(people)) < 0.1).tolist()
        stayed = draw.integers(30, 190, len(people)).tolist()
        reasons = _words(draw, "leaving", len(people))
        for person, day, gone, days, reason in zip(people, joined, left, stayed, reasons, strict=True):
            yield name, person, day, day + timedelta(days=days) if gone else "", reason if gone else ""


def _cards(draw: Generator, customers: list[str], calendar: Calendar) -> Rows:
    people = _some(draw, customers, 400, 6, 40)
    brands = [brand.value for brand in CardBrand][:4]
    for number, person in enumerate(people, 1):
        month, years, digits = draw.integers(1, 13), draw.integers(1, 5), draw.integers(0, 10_000)
        yield (
            person,
            brands[draw.integers(0, 4)],
            f"{month:02d}/{calendar.as_of.year + years}",
            f"{digits:04d}",
            f"demo_card_{number}",
        )


def _suppliers(calendar: Calendar) -> Rows:
    """Contracts: some run, one ends soon, one is over, one is yet to begin. Days from the demo's day."""
    for supplier in TABLE["suppliers"]:
        for number, contract in enumerate(supplier["contracts"], 1):
            starts_on = calendar.as_of + timedelta(days=contract["from"])
            ends_on = calendar.as_of + timedelta(days=contract["to"]) if "to" in contract else ""
            award = f"{supplier['number']}-{number:02d}"
            yield (
                supplier["number"], supplier["name"], supplier["city"], supplier["state"], award, starts_on, ends_on,
                contract["value"], contract["products"],
            )  # fmt: skip

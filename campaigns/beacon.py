"""What a viewer's page sends of how it is read: checked event by event, stored once, answered alike.

A body is JSON: {"token": …, "visit": …, "events": [{"id": UUID, "kind": "page", "page": 3, "dwell_ms": 4000,
"at": milliseconds since 1970}, …]}. `id` and `at` are the page's and are never rewritten: what is out of bounds is
refused with its place, its field and the reason, and the rest is stored. The same event again is stored once.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from campaigns.collector import Happening, collect, through
from campaigns.dwell import Problem, Reading, Slices
from campaigns.enums import EventKind, Series
from campaigns.grades import viewer_of
from campaigns.models import Event, Share
from campaigns.visits import LONGEST, Visit, milliseconds, moment_of

MAX_BYTES = 128 << 10
MAX_EVENTS = 500
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NUMBERS = ("page", "dwell_ms", "at")
# The largest number that a script keeps exactly.
LARGEST = 2**53 - 1


class BadBody(Exception):
    """Nothing of a body is taken. `status` of HTTP; the message says what is wrong."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Body:
    token: str
    visit: str
    events: list[Any]


@dataclass(frozen=True)
class Refusal:
    """One event that was not taken: its place among those sent, from 0, and why."""

    index: int
    field: str
    reason: str


@dataclass(frozen=True)
class Taken:
    """`accepted` counts what is in the log now, whether it came by this body or by an earlier one."""

    accepted: int
    refused: tuple[Refusal, ...]

    @property
    def as_json(self) -> dict[str, Any]:
        return {"accepted": self.accepted, "refused": [asdict(one) for one in self.refused]}


def read(content: bytes) -> Body:
    """The body's parts, its events not looked at yet. Raises BadBody."""
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        raise BadBody(400, "The body is no JSON.") from None
    if not isinstance(sent, dict):
        raise BadBody(400, "The body is no object with token, visit and events.")
    token, visit, events = sent.get("token"), sent.get("visit"), sent.get("events")
    if not isinstance(token, str) or not isinstance(visit, str):
        raise BadBody(400, "token and visit must be texts.")
    if not isinstance(events, list) or not events:
        raise BadBody(400, "events must be a list with at least one event.")
    if len(events) > MAX_EVENTS:
        raise BadBody(422, f"{len(events)} events at once; at most {MAX_EVENTS} are taken. Nothing was stored.")
    return Body(token, visit, events)


def reading_of(sent: Any) -> Reading | Problem:
    """An event as it was sent, or what about it cannot be read."""
    if not isinstance(sent, dict):
        return Problem("", "an event is an object")
    if sent.get("kind") != EventKind.PAGE:
        return Problem("kind", f"must be “{EventKind.PAGE}”")
    if not isinstance(sent.get("id"), str) or not UUID_TEXT.fullmatch(sent["id"]):
        return Problem("id", "must be a UUID")
    for name in NUMBERS:
        if type(sent.get(name)) is not int or abs(sent[name]) > LARGEST:
            return Problem(name, "must be a whole number")
    return Reading(UUID(sent["id"]), sent["page"], sent["at"], sent["dwell_ms"])


def take(body: Body, share: Share, visit: Visit, signals: int, now: datetime) -> Taken:
    """Store what can be of the visit's events, each once. Raises BadBody for a visit that is over.

    Two bodies of one visit at the same time wait for each other, so that both cannot speak for the same stretch.
    """
    if now - visit.began > LONGEST:
        raise BadBody(422, f"The visit began more than {LONGEST.days} days ago.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(visit.id)])
        found = _judge(body.events, visit, _stored(share, visit), now)
        if found.fresh:
            collect([_happening(share, visit, one, signals) for one in found.fresh])
    return Taken(len(body.events) - len(found.refused), tuple(found.refused))


@dataclass(frozen=True)
class _Judged:
    fresh: list[Reading]
    refused: list[Refusal]


def _stored(share: Share, visit: Visit) -> list[Reading]:
    """What the log has of the visit. Relies on its key by viewer and time."""
    viewer = viewer_of(share, visit.grade, visit.id)
    rows = Event.objects.filter(
        viewer_id=viewer,
        occurred_at__gte=visit.began,
        occurred_at__lte=visit.began + LONGEST,
        series=Series.INSIGHT,
        kind=EventKind.PAGE,
        visit_id=visit.id,
    ).values_list("id", "page", "occurred_at", "dwell_ms")
    return [Reading(number, page or 0, milliseconds(at), dwell or 0) for number, page, at, dwell in rows]


def _judge(events: Iterable[Any], visit: Visit, stored: list[Reading], now: datetime) -> _Judged:
    slices = Slices(began=milliseconds(visit.began), now=milliseconds(now), pages=visit.pages)
    for known in stored:
        slices.take(known.at, known.dwell_ms)
    have = {(known.id, known.at) for known in stored}
    judged = _Judged([], [])
    for index, sent in enumerate(events):
        reading = reading_of(sent)
        if isinstance(reading, Reading) and (reading.id, reading.at) in have:
            continue  # the same event again
        problem = reading if isinstance(reading, Problem) else slices.problem(reading)
        if problem:
            judged.refused.append(Refusal(index, problem.field, problem.reason))
        elif isinstance(reading, Reading):
            slices.take(reading.at, reading.dwell_ms)
            have.add((reading.id, reading.at))
            judged.fresh.append(reading)
    return judged


def _happening(share: Share, visit: Visit, reading: Reading, signals: int) -> Happening:
    return Happening(
        **{**through(share), "viewer_id": viewer_of(share, visit.grade, visit.id)},  # type: ignore[arg-type]
        kind=EventKind.PAGE,
        occurred_at=moment_of(reading.at),
        id=reading.id,
        version=visit.version,
        page=reading.page,
        visit_id=visit.id,
        dwell_ms=reading.dwell_ms,
        grade=visit.grade,
        signals=signals,
    )

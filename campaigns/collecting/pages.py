"""What a viewer's page sends of how it is read: checked event by event, within what its visit allows.

The page says through which share it was opened, and in which visit, which the server signed. `id` and `at` are the
page's and are never rewritten. The same event again is stored once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from campaigns.collecting.arrivals import TOO_MUCH, Arrival
from campaigns.collecting.bodies import Read
from campaigns.collector import Happening, through
from campaigns.dwell import Reading, Slices
from campaigns.enums import EventKind
from campaigns.grades import viewer_of
from campaigns.models import Share
from campaigns.opening import NO_TOKEN, TOKEN
from campaigns.visits import LONGEST, Visit, milliseconds, moment_of

SQL = Path(__file__).parent.parent / "sql"
LOCK_VISITS = (SQL / "lock_visits.sql").read_text()
READINGS_OF_VISITS = (SQL / "readings_of_visits.sql").read_text()


@dataclass(eq=False)
class OfPage(Arrival):
    """`visit` is None where the signature is none of ours. `signals`: what its request showed (campaigns.agents).

    `is_held_back`: its address was refused so often that no more is told to it about tokens.
    """

    token: str = ""
    visit: Visit | None = None
    sent: list[tuple[int, Read]] = field(default_factory=list)
    signals: int = 0
    is_held_back: bool = False


@dataclass
class _Visited:
    """A visit with what of it is spoken for: in the log, and by the events of this commit."""

    visit: Visit
    share: Share
    slices: Slices
    have: set[tuple[UUID, int]]

    def take(self, at: int, dwell_ms: int, number: UUID) -> None:
        self.slices.take(at, dwell_ms)
        self.have.add((number, at))


def prepare(arrivals: Sequence[OfPage]) -> None:
    """Fill in what of these can be stored; refuse those whose link does not open, or whose visit is none of it."""
    if not arrivals:
        return
    now = timezone.now()
    shares = _open_shares({arrival.token for arrival in arrivals}, now)
    good = [arrival for arrival in arrivals if _is_good(arrival, shares.get(arrival.token), now)]
    if not good:
        return
    visited = _visited({arrival.visit: shares[arrival.token] for arrival in good if arrival.visit}, now)
    for arrival in good:
        if arrival.visit:
            _judge(arrival, visited[arrival.visit.id])


def _open_shares(tokens: set[str], now: datetime) -> dict[str, Share]:
    """Those of the tokens whose share is neither revoked nor expired. One query, relies on the token's unique index."""
    opens = Q(expires_at=None) | Q(expires_at__gt=now)
    columns = ("token", "key", "recipient_id", "material_id", "campaign_id", "variant_id")
    asked = {token if TOKEN.fullmatch(token) else NO_TOKEN for token in tokens}
    rows = Share.objects.filter(opens, token__in=asked, revoked_at=None).only(*columns)
    return {share.token: share for share in rows}


def _is_good(arrival: OfPage, share: Share | None, now: datetime) -> bool:
    """Refuses it where it is not."""
    if share is None:
        arrival.refuse(*((429, TOO_MUCH, 60) if arrival.is_held_back else (404, "This link does not open.")))
    elif arrival.visit is None or arrival.visit.share_key != share.key:
        arrival.refuse(400, "The visit is none of this link's.")
    elif now - arrival.visit.began > LONGEST:
        arrival.refuse(400, f"The visit began more than {LONGEST.days} days ago.")
    return arrival.is_open


def _visited(shares: dict[Visit, Share], now: datetime) -> dict[UUID, _Visited]:
    """The visits, with what the log has of them. Until the transaction ends nobody else takes events of theirs."""
    visits = list(shares)
    viewers = [viewer_of(shares[visit], visit.grade, visit.id) for visit in visits]
    found = {visit.id: _Visited(visit, shares[visit], _slices(visit, now), set()) for visit in visits}
    numbers = [str(visit.id) for visit in visits]
    began = [visit.began for visit in visits]
    with connection.cursor() as cursor:
        cursor.execute(LOCK_VISITS, {"visits": numbers})
        span = {"first_at": min(began), "last_at": max(began) + LONGEST}
        cursor.execute(READINGS_OF_VISITS, {"viewers": viewers, "visits": numbers, "began": began, **span})
        for visit_id, number, _page, at, dwell_ms in cursor.fetchall():
            found[visit_id].take(milliseconds(at), dwell_ms or 0, number)
    return found


def _slices(visit: Visit, now: datetime) -> Slices:
    return Slices(began=milliseconds(visit.began), now=milliseconds(now), pages=visit.pages)


def _judge(arrival: OfPage, visited: _Visited) -> None:
    for index, sent in arrival.sent:
        if (sent.id, sent.at) in visited.have:
            arrival.known += 1
        elif sent.kind != EventKind.PAGE:
            arrival.reject(index, "kind", f"must be “{EventKind.PAGE.value}”")
        elif problem := visited.slices.problem(Reading(sent.id, sent.page, sent.at, sent.dwell_ms)):
            arrival.reject(index, problem.field, problem.reason)
        else:
            visited.take(sent.at, sent.dwell_ms, sent.id)
            arrival.happenings.append(_happening(visited, sent, arrival.signals))


def _happening(visited: _Visited, sent: Read, signals: int) -> Happening:
    visit = visited.visit
    return Happening(
        **{**through(visited.share), "viewer_id": viewer_of(visited.share, visit.grade, visit.id)},  # type: ignore[arg-type]
        kind=EventKind.PAGE,
        occurred_at=moment_of(sent.at),
        id=sent.id,
        version=visit.version,
        page=sent.page,
        visit_id=visit.id,
        dwell_ms=sent.dwell_ms,
        grade=visit.grade,
        signals=signals,
    )

"""One commit for the events of many requests; each is answered once it is certain what became of them."""

from collections.abc import Sequence
from pathlib import Path

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.collecting import pages, programs
from campaigns.collecting.arrivals import Arrival
from campaigns.collecting.known import Known
from campaigns.collecting.pages import OfPage
from campaigns.collecting.programs import OfProgram
from campaigns.collector import stage
from campaigns.eventlog import Appended, append, open_staging

log = structlog.get_logger(__name__)

STORED_OF_STAGED = (Path(__file__).parent.parent / "sql" / "stored_of_staged.sql").read_text()
# Whoever waits longer than this for the database is told to come again, and comes with the same events.
PATIENCE = "SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = '20s'"
AWAY = "The database does not answer. Nothing was stored; send it again."
FAILED = "Something went wrong here. Nothing was stored."
COME_AGAIN = 5  # seconds


class Apart:
    """Commits in a thread that does nothing else: no request's end looks after its connection."""

    def __init__(self) -> None:
        self._known = Known(keeps_plans=True)

    def __call__(self, arrivals: Sequence[Arrival]) -> None:
        if self._known.is_stale:
            # Also asks whether the connection works still, which costs as much as a statement.
            close_old_connections()
            self._known = Known(keeps_plans=True)
        commit(arrivals, self._known)


def commit(arrivals: Sequence[Arrival], known: Known | None = None) -> None:
    """Store what these brought, in one transaction, and answer each. `known`: what need not be asked for again.

    Raises nothing: a database that is away is an answer (503), and one request that fails does not take the others
    with it.
    """
    try:
        _commit(arrivals, known or Known())
    except (OperationalError, InterfaceError) as problem:
        log.warning("events_not_stored", requests=len(arrivals), sqlstate=getattr(problem.__cause__, "pgcode", None))
        connection.close()
        _refuse(arrivals, 503, AWAY)
    except Exception:
        if len(arrivals) > 1:
            for arrival in arrivals:
                commit([arrival], known)
            return
        log.exception("events_not_stored", requests=1)
        _refuse(arrivals, 500, FAILED)
    for arrival in arrivals:
        arrival.tell()


def _refuse(arrivals: Sequence[Arrival], status: int, reason: str) -> None:
    for arrival in arrivals:
        arrival.refuse(status, reason, COME_AGAIN)


def _commit(arrivals: Sequence[Arrival], known: Known) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        open_staging(cursor, f"{PATIENCE};\n{known.forget_plans()}")
        for arrival in arrivals:
            arrival.begin()
        programs.prepare([arrival for arrival in arrivals if isinstance(arrival, OfProgram)], known)
        pages.prepare([arrival for arrival in arrivals if isinstance(arrival, OfPage)])
        _store(cursor, [arrival for arrival in arrivals if arrival.is_open], known.keeps_plans)


def _store(cursor: CursorWrapper, arrivals: Sequence[Arrival], keeps_plans: bool) -> None:
    happenings = [happening for arrival in arrivals for happening in arrival.happenings]
    if not happenings:
        for arrival in arrivals:
            arrival.take(0)
        return
    appended = append(cursor, stage(cursor, happenings), keeps_plans=keeps_plans)
    if appended.duplicates and len(arrivals) > 1:
        _tell_apart(cursor, arrivals, appended)
    else:
        for arrival in arrivals:
            arrival.take(len(arrival.happenings) - appended.duplicates)


def _tell_apart(cursor: CursorWrapper, arrivals: Sequence[Arrival], appended: Appended) -> None:
    """Of the same event in two requests, the first stored it."""
    span = {"first_at": appended.batch.first_at, "last_at": appended.batch.last_at}
    cursor.execute(STORED_OF_STAGED, {"batch": appended.batch.pk, **span})
    stored = set(cursor.fetchall())
    for arrival in arrivals:
        accepted = 0
        for one in arrival.happenings:
            key = (one.viewer_id, one.occurred_at, one.id)
            if key in stored:
                stored.remove(key)
                accepted += 1
        arrival.take(accepted)

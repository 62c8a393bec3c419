"""Two answers for those who watch from outside: /healthz (this process answers) and /readyz (everything it needs does).

Open to strangers, so they name no host, no person and no reason, and asking often costs the database nothing.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import EventBatch
from config import heartbeats
from privacy.ledger import standing

REMEMBERED = 2.0  # seconds for which one look serves everybody
OK = "ok"
NOT_LOOKED_AT = "not looked at"


class Look(NamedTuple):
    """A named check: `look` returns OK or a few words; it is left out where the check that it needs failed.

    One that `only_warns` is told and takes nobody out of service.
    """

    name: str
    look: Callable[[], str]
    needs: str = ""
    only_warns: bool = False


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; no database, no Redis."""
    return JsonResponse({"status": OK})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every check is ok that does not only warn, and otherwise 503, with the checks by name."""
    checks = remembered.answer()
    is_ready = all(checks[look.name] == OK for look in LOOKS if not look.only_warns)
    return JsonResponse({"status": OK if is_ready else "not ready", "checks": checks}, status=200 if is_ready else 503)


class Remembered:
    """The last look of this process, made anew by one thread at a time when it is older than REMEMBERED."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: dict[str, str] = {}
        self._until = 0.0

    def answer(self) -> dict[str, str]:
        if time.monotonic() < self._until:
            return self._answer
        # Who comes while somebody looks is told what was seen before, if anything was.
        if self._lock.acquire(blocking=not self._answer):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._answer

    def _look(self) -> None:
        if time.monotonic() >= self._until:
            self._answer = look_at_all()
            self._until = time.monotonic() + REMEMBERED

    def forget(self) -> None:
        self._until = 0.0


remembered = Remembered()


def look_at_all() -> dict[str, str]:
    """Each check's name with what it says: OK, or what is wrong in a few words."""
    said: dict[str, str] = {}
    for name, look, needs, _only_warns in LOOKS:
        said[name] = ask(look) if said.get(needs, OK) == OK else NOT_LOOKED_AT
    return said


def ask(look: Callable[[], str]) -> str:
    try:
        return look()
    except (DatabaseError, InterfaceError):
        connection.close()
    except redis.RedisError:
        pass
    return "does not answer"


def look_at_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def look_at_migrations() -> str:
    return OK if migrations.are_applied() else "not applied"


class Migrations:
    """Whether the database is up to date. Once it is, it stays so as long as this process runs."""

    def __init__(self) -> None:
        self._were_applied = False

    def are_applied(self) -> bool:
        self._were_applied = self._were_applied or not unapplied()
        return self._were_applied


migrations = Migrations()


def unapplied() -> list[str]:
    """The migrations that the database lacks, by app and name. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def look_at_fold() -> str:
    waited = oldest_waiting()
    return OK if waited is None or waited <= settings.FRESH_WITHIN_SECONDS else "behind"


def oldest_waiting() -> float | None:
    """Seconds that the oldest unfolded batch has waited; None where none waits.

    Relies on batch_unfolded (partial index on id). Raises DatabaseError.
    """
    received = EventBatch.objects.filter(folded_at=None).order_by("id").values_list("received_at", flat=True).first()
    return None if received is None else (timezone.now() - received).total_seconds()


def look_at_ledger() -> str:
    return "late" if standing.is_late() else OK


def look_at_redis() -> str:
    cache.get(heartbeats.WORKER)
    return OK


def look_at_worker() -> str:
    age = heartbeats.age(heartbeats.WORKER)
    return OK if age is not None and age < heartbeats.SILENT_AFTER else "silent"


LOOKS = (
    Look("database", look_at_database),
    Look("migrations", look_at_migrations, needs="database"),
    Look("fold", look_at_fold, needs="migrations"),
    Look("ledger", look_at_ledger, needs="migrations", only_warns=True),
    Look("redis", look_at_redis),
    Look("worker", look_at_worker, needs="redis"),
)

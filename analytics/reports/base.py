"""What every report says of itself."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from privacy.prepared import ask

FRESHNESS = """
SELECT
    (SELECT max(folded_at) FROM campaigns_eventbatch),
    (SELECT min(received_at) FROM campaigns_eventbatch WHERE folded_at IS NULL),
    (
        SELECT coalesce(sum(event_count + assignment_count + judgement_count), 0)
        FROM campaigns_eventbatch
        WHERE folded_at IS NULL
    )
"""


@dataclass(frozen=True)
class Freshness:
    """How far the numbers have come: when the last batch was folded (UTC), and what still waits."""

    folded_at: datetime | None
    waiting_since: datetime | None
    waiting_facts: int

    @property
    def is_complete(self) -> bool:
        """Whether everything that was received is in the numbers."""
        return self.waiting_since is None

    @property
    def is_late(self) -> bool:
        """Whether something waits longer than it may (FRESH_WITHIN_SECONDS)."""
        waited = self.waited()
        return waited is not None and waited > settings.FRESH_WITHIN_SECONDS

    def waited(self) -> float | None:
        """Seconds that the oldest of what waits has waited until now; None where nothing waits."""
        return None if self.waiting_since is None else (timezone.now() - self.waiting_since).total_seconds()


def freshness() -> Freshness:
    """One query. Relies on batch_folded_at and batch_unfolded."""
    with connection.cursor() as cursor:
        ask(cursor, FRESHNESS, {})
        folded_at, waiting_since, waiting = cursor.fetchone()
    return Freshness(folded_at, waiting_since, int(waiting))

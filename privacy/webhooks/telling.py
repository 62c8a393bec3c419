"""What is to be told: written down with what happened, and sent by a worker once that stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from privacy.errands import ask_once_committed
from privacy.webhooks.kinds import Kind

# One statement: the events that somebody wants to hear of, and a telling for each who does. An event that was written
# down before (`about`) is not written again. Relies on webhookevent's unique `about`.
WRITE = """
WITH wanting AS (
    SELECT id FROM privacy_webhookendpoint WHERE ended_at IS NULL AND %(kind)s = ANY(kinds)
),
written AS (
    INSERT INTO privacy_webhookevent (id, kind, at, about, data)
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(kinds)s::text[], %(at)s::timestamptz[], %(about)s::uuid[], %(data)s::jsonb[]
    )
    WHERE EXISTS (SELECT FROM wanting)
    ON CONFLICT (about) DO NOTHING
    RETURNING id
)
INSERT INTO privacy_webhooktelling (event_id, endpoint_id, state, attempts, tries, due_at, why)
SELECT written.id, wanting.id, 'waiting', 0, 0, now(), '' FROM written CROSS JOIN wanting
RETURNING id
"""
MOST_ASKED_FOR = 200  # the clock asks for the others
SEND = "privacy.tasks.tell_webhook"  # the task that sends one, by its number


@dataclass(frozen=True)
class Told:
    """One event: its data (identifiers alone), when it happened, and what names it where it may come twice."""

    data: dict[str, Any]
    at: datetime | None = None
    about: UUID | None = None


def tell(kind: Kind, data: dict[str, Any], about: UUID | None = None) -> int:
    """Tell whoever wants to hear of this kind. Returns how many are told. `about` makes a repeated event one."""
    return tell_all(kind, [Told(data, about=about)])


def tell_all(kind: Kind, events: Sequence[Told]) -> int:
    """`tell` of many events of a kind, in one statement, within the caller's transaction or one of its own."""
    if not events:
        return 0
    now = timezone.now()
    values: dict[str, Any] = {
        "kind": kind.name,
        "ids": [str(uuid4()) for _ in events],
        "kinds": [kind.name] * len(events),
        "at": [one.at or now for one in events],
        "about": [str(one.about) if one.about else None for one in events],
        "data": [json.dumps(one.data) for one in events],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        numbers = [number for (number,) in cursor.fetchall()]
        for number in numbers[:MOST_ASKED_FOR]:
            ask_once_committed(SEND, number)
    return len(numbers)

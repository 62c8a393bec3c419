"""Tellings on their way: claimed by one worker, tried, tried again later, and given up after a day or two.

The row says where each is. A worker claims it by a conditional update, commits, sends, and marks what came of it; one
that dies in between leaves a claim that lapses, and it is sent again: at least once, under the same webhook-id.
"""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from privacy.enums import EndpointEnd, TellingState, TellingWhy
from privacy.models import User, WebhookEndpoint, WebhookEvent, WebhookTelling
from privacy.webhooks.endpoints import secrets_of
from privacy.webhooks.sending import Outcome, send
from privacy.webhooks.signing import headers

# How long after each try the next one is; then it is given up. The standard's own row.
DELAYS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
JITTER = 0.2  # so that what failed together is not tried again together
LEASE = timedelta(minutes=2)  # longer than a try takes
KEPT_FOR = timedelta(days=30)

# Relies on the primary key. A claim that has lapsed is a worker that died.
CLAIM = """
UPDATE privacy_webhooktelling
SET state = 'sending', claimed_until = statement_timestamp() + %(lease)s, attempts = attempts + 1, tries = tries + 1
WHERE id = %(telling)s AND (
    state = 'waiting' AND due_at <= statement_timestamp() OR state = 'sending' AND claimed_until < statement_timestamp()
)
RETURNING attempts
"""


def deliver(number: int) -> TellingState | None:
    """Try to tell. Returns what it is now, None where another has it or it is not due."""
    values: dict[str, Any] = {"lease": LEASE, "telling": number}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        claimed = cursor.fetchone()
    if claimed is None:
        return None
    telling = WebhookTelling.objects.select_related("endpoint", "event").get(pk=number)
    outcome = Outcome(TellingWhy.ENDED) if telling.endpoint.ended_at else _sent(telling)
    return _mark(telling, claimed[0], outcome)


def _sent(telling: WebhookTelling) -> Outcome:
    body = body_of(telling.event)
    signed = headers(secrets_of(telling.endpoint), str(telling.event_id), int(time.time()), body)
    return send(telling.endpoint.address, body, signed)


def body_of(event: WebhookEvent) -> bytes:
    """What is sent: the kind, when it happened, and identifiers."""
    at = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": event.kind, "timestamp": at, "data": event.data}, separators=(",", ":")).encode()


def _mark(telling: WebhookTelling, attempt: int, outcome: Outcome) -> TellingState:
    """Write down what came of the try, unless somebody else has tried since."""
    state = _state_after(telling, outcome)
    now = timezone.now()
    is_over = state is not TellingState.WAITING
    with transaction.atomic():
        WebhookTelling.objects.filter(pk=telling.pk, state=TellingState.SENDING, attempts=attempt).update(
            state=state,
            claimed_until=None,
            due_at=now if is_over else _next_try(telling.tries, now),
            ended_at=now if is_over else None,
            status=outcome.status,
            why=outcome.why or "",
        )
        if outcome.why is TellingWhy.GONE:
            alive = WebhookEndpoint.objects.filter(pk=telling.endpoint_id, ended_at=None)
            alive.update(ended_at=now, ended_why=EndpointEnd.GONE)
    return state


def _state_after(telling: WebhookTelling, outcome: Outcome) -> TellingState:
    if outcome.is_taken:
        return TellingState.DELIVERED
    is_hopeless = outcome.why in (TellingWhy.GONE, TellingWhy.ENDED) or telling.tries > len(DELAYS)
    return TellingState.DEAD if is_hopeless else TellingState.WAITING


def _next_try(tries: int, now: datetime) -> datetime:
    """`tries`: how many there were, of which there was one at least."""
    return now + DELAYS[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (no secret hangs on it)


def due(most: int) -> list[int]:
    """Those that should be under way: due, or left by a worker that died. Relies on webhook_telling_due."""
    now = timezone.now()
    waiting = Q(state=TellingState.WAITING, due_at__lte=now)
    lapsed = Q(state=TellingState.SENDING, claimed_until__lt=now)
    return list(WebhookTelling.objects.filter(waiting | lapsed).order_by("due_at").values_list("pk", flat=True)[:most])


def dead() -> "QuerySet[WebhookTelling]":
    """What was given up, the newest first. Relies on webhook_telling_dead."""
    return WebhookTelling.objects.filter(state=TellingState.DEAD).select_related("event", "endpoint")


def replay(tellings: "QuerySet[WebhookTelling]", by: User) -> list[int]:
    """Have these sent again from the first try on, if they are over. Returns those that are."""
    with transaction.atomic():
        over = tellings.filter(state__in=[TellingState.DEAD, TellingState.DELIVERED], endpoint__ended_at=None)
        numbers = list(over.select_for_update(of=("self",)).values_list("pk", flat=True))
        WebhookTelling.objects.filter(pk__in=numbers).update(
            state=TellingState.WAITING, tries=0, due_at=timezone.now(), ended_at=None, attempts=F("attempts")
        )
    return numbers


def forget() -> int:
    """Delete events that were over a month ago, with what became of them. Returns how many rows went."""
    old = WebhookEvent.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    open_ones = WebhookTelling.objects.exclude(state__in=[TellingState.DEAD, TellingState.DELIVERED])
    return old.exclude(pk__in=open_ones.values("event")).delete()[0]

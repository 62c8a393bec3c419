"""Signs of life in the cache, which /readyz and the doctor read: of a worker, of the beat, and of a task's whole way.

A worker leaves its sign from its main process, so one whose children are all busy still counts as alive.
"""

import time
from typing import Any

from celery import current_app
from celery.signals import after_task_publish, beat_init, heartbeat_sent
from django.core.cache import cache

WORKER = "heartbeat:worker"
BEAT = "heartbeat:beat"
STARTED = "heartbeat:beat-started"
SCHEDULED = "heartbeat:scheduled"
TASK = "config.tasks.heartbeat"
EVERY = 15  # seconds between two signs of each kind
SILENT_AFTER = 60  # seconds without a sign

_last_sign = 0.0


def leave(name: str) -> None:
    """Write that `name` is alive now."""
    cache.set(name, time.time(), timeout=None)


def age(name: str) -> float | None:
    """Seconds since `name` last gave a sign; None where it never did. Raises redis.RedisError."""
    at = cache.get(name)
    return None if at is None else max(time.time() - at, 0.0)


@heartbeat_sent.connect(weak=False)
def leave_workers_sign(**_kwargs: Any) -> None:
    """Called every two seconds in a worker's main process. One that only folds does not answer for the other tasks."""
    global _last_sign
    if current_app.conf.task_default_queue not in current_app.amqp.queues.consume_from:
        return
    if time.monotonic() - _last_sign >= EVERY:
        _last_sign = time.monotonic()
        leave(WORKER)


@after_task_publish.connect(sender=TASK, weak=False)
def leave_beats_sign(**_kwargs: Any) -> None:
    """Called in the process that sends the task: nobody but the beat does."""
    leave(BEAT)


@beat_init.connect(weak=False)
def leave_beats_start(**_kwargs: Any) -> None:
    """Called when the beat starts, EVERY seconds before it first sends the task."""
    leave(BEAT)
    leave(STARTED)

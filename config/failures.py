"""Failed tasks: kept where an operator sees them, and run again once when asked to.

A task that raises, runs out of time or is unknown here is recorded at once. One whose worker was killed is handed out
again by Celery, a few times; it is recorded when it has taken its worker down each time.
"""

import hashlib
import json
from functools import partial
from typing import Any

import structlog
from celery import current_app
from celery.exceptions import NotRegistered
from celery.signals import task_failure, task_unknown
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.models import FailedTask
from config.scrubbing import class_name, scrub, without_values
from privacy.models import User

LONGEST_ARGUMENTS = 10_000  # characters of JSON
PRIMITIVES = (str, int, float, bool, type(None))

log = structlog.get_logger(__name__)


@task_failure.connect(weak=False)
def record_failure(sender: Any, exception: BaseException, args: Any, kwargs: Any, **_signal: Any) -> None:
    """Called where the task ran, after its own transaction was rolled back, or in its worker's main process."""
    _record(sender.name, args, kwargs, exception)


@task_unknown.connect(weak=False)
def record_unknown(name: str, message: Any, **_signal: Any) -> None:
    """Called in a worker that has no such task: an older or a newer release sent it."""
    try:
        args, kwargs, _ = message.payload
    except (ValueError, TypeError):
        args = kwargs = None
    _record(name, args, kwargs, NotRegistered(name))


def _record(task: str, args: Any, kwargs: Any, exception: BaseException) -> None:
    """Write the failure down. What cannot be written is logged: recording must not hide the failure itself."""
    arguments = kept_arguments(args, kwargs)
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _write(task, arguments, exception)
    except (DatabaseError, InterfaceError):
        log.exception("failed_task_not_recorded", task=task)


def _write(task: str, arguments: dict[str, Any] | None, exception: BaseException) -> None:
    now = timezone.now()
    seen = {
        "exception": class_name(exception)[:255],
        "message": scrub(str(exception)),
        "traceback": without_values(exception),
        "failed_at": now,
    }
    row, is_first = FailedTask.objects.get_or_create(
        call=_digest(task, arguments), defaults={"task": task, "arguments": arguments, "first_failed_at": now, **seen}
    )
    if not is_first:
        reopened = {"state": FailedTask.State.FAILED, "settled_at": None, "settled_by": None}
        FailedTask.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, **reopened, **seen)


def kept_arguments(args: Any, kwargs: Any) -> dict[str, Any] | None:
    """A call's arguments as they may be kept: primitives, none of which could name a person. Otherwise None."""
    arguments = {"args": list(args or ()), "kwargs": dict(kwargs or {})}
    if args is None or not _is_harmless(arguments) or len(json.dumps(arguments)) > LONGEST_ARGUMENTS:
        return None
    return arguments


def _is_harmless(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_harmless(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return all(_is_harmless(part) for part in value)
    if isinstance(value, str):
        return _is_identifier(value)
    return isinstance(value, PRIMITIVES)


def _is_identifier(text: str) -> bool:
    """Whether it is one word as programs write them: a slug, a UUID, a date; not a name, an address or a sentence."""
    return text.isascii() and not any(letter.isspace() or letter in "@'\"" for letter in text) and text == text.lower()


def _digest(task: str, arguments: dict[str, Any] | None) -> str:
    return hashlib.sha256(json.dumps([task, arguments], sort_keys=True).encode()).hexdigest()


def run_again(failed: QuerySet[FailedTask], user: User) -> int:
    """Hand these tasks to a worker when this transaction commits; returns how many.

    Left out are those that somebody has settled already, even at this moment, and those without their arguments.
    """
    with transaction.atomic():
        rows = list(_claim(failed.filter(arguments__isnull=False)))
        _settle(rows, FailedTask.State.RETRIED, user)
        for row in rows:
            transaction.on_commit(partial(_send, row))
    return len(rows)


def dismiss(failed: QuerySet[FailedTask], user: User) -> int:
    """Mark these tasks as needing nothing more; returns how many."""
    with transaction.atomic():
        rows = list(_claim(failed))
        _settle(rows, FailedTask.State.DISMISSED, user)
    return len(rows)


def _claim(failed: QuerySet[FailedTask]) -> QuerySet[FailedTask]:
    """Lock them; a second request waits for the first and then finds them settled."""
    return failed.filter(state=FailedTask.State.FAILED).order_by("pk").select_for_update(of=("self",))


def _settle(rows: list[FailedTask], state: FailedTask.State, user: User) -> None:
    FailedTask.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, settled_at=timezone.now(), settled_by=user
    )


def _send(row: FailedTask) -> None:
    arguments = row.arguments or {}
    try:
        current_app.send_task(row.task, arguments["args"], arguments["kwargs"], retry=False)
    except OperationalError:
        log.warning("failed_task_not_sent", task=row.task, reason="the broker does not answer")
        FailedTask.objects.filter(pk=row.pk).update(state=FailedTask.State.FAILED, settled_at=None, settled_by=None)

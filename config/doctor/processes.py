"""The doctor's checks of worker and beat, and of the work that they do."""

from celery import current_app
from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from campaigns.models import EventBatch
from config import health, heartbeats
from config.doctor.findings import Finding, duration, fail, ok, warn
from config.models import FailedTask

PATIENCE = 2.0  # seconds that workers get to answer
START_WORKER = "Start one: celery -A config.celery worker (docs/operations.md)."
SEE_WORKERS = "See worker and beat, and whether more workers are needed."
FOLD_NOW = "See worker and failed tasks; manage.py fold does it here and now."
START_BEAT = "Start it, one in all: celery -A config.celery beat (docs/operations.md)."


def look_at_worker() -> Finding:
    nodes = [node for answer in current_app.control.ping(timeout=PATIENCE) or [] for node in answer]
    answers = [node for node in nodes if not node.startswith("fold@")]  # that one does nothing else
    if not answers:
        return fail("No worker answers.", START_WORKER)
    return ok(f"{len(answers)} {'answers' if len(answers) == 1 else 'answer'}")


def look_at_beat() -> Finding:
    """By the sign that it leaves each time it sends its heartbeat."""
    age = heartbeats.age(heartbeats.BEAT)
    if age is None:
        return _never("It has never run.", START_BEAT)
    if age > heartbeats.SILENT_AFTER:
        return fail(f"Silent for {duration(age)}.", START_BEAT)
    return ok(f"gave a sign {duration(age)} ago")


def look_at_schedule() -> Finding:
    """Whether what the beat asks for is done."""
    age, began = heartbeats.age(heartbeats.SCHEDULED), heartbeats.age(heartbeats.STARTED)
    if age is not None and age <= heartbeats.SILENT_AFTER:
        return ok(f"a task was done {duration(age)} ago")
    if began is not None and began <= heartbeats.SILENT_AFTER:
        said = f"Beat began {duration(began)} ago; no task is done yet."
        return warn(said, f"Look again in {heartbeats.EVERY} s.")
    if age is None:
        return _never("No scheduled task was done ever.", SEE_WORKERS)
    return fail(f"No scheduled task was done for {duration(age)}.", SEE_WORKERS)


def _never(said: str, advice: str) -> Finding:
    """On the embedded database `make run` is what starts it, maybe just now; elsewhere somebody forgot it."""
    if settings.EMBEDDED_DATABASE:
        return warn(said, f"It starts with make run; look again in {heartbeats.EVERY} s.")
    return fail(said, advice)


def look_at_fold() -> Finding:
    waited = health.oldest_waiting()
    last = EventBatch.objects.aggregate(last=Max("folded_at"))["last"]
    said = f"last fold {duration((timezone.now() - last).total_seconds())} ago" if last else "nothing to fold so far"
    if waited is None:
        return ok(said)
    if waited > settings.FRESH_WITHIN_SECONDS:
        return fail(f"The oldest batch has waited {duration(waited)}; {said}.", FOLD_NOW)
    return ok(f"{said}; the oldest batch has waited {duration(waited)}")


def look_at_failed_tasks() -> Finding:
    count = FailedTask.objects.filter(state=FailedTask.State.FAILED).count()
    if count:
        return warn(f"{count} to look at.", "Administration, Failed tasks: run them again or dismiss them.")
    return ok("none to look at")

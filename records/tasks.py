"""Entry points of background work."""

from celery import shared_task

from records.identity import comparing

SECONDS_AT_ONCE = 20.0  # a million new customers must not keep a worker from everything else


@shared_task
def compare_waiting() -> None:
    """Compare customers who are new or changed with all others. Harmless when repeated: each is compared once."""
    comparing.compare_all(SECONDS_AT_ONCE)

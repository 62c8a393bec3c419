"""Background work about the work itself."""

from celery import shared_task

from config import heartbeats


@shared_task
def heartbeat() -> None:
    """Leave a sign that what the schedule asks for is done by a worker."""
    heartbeats.leave(heartbeats.SCHEDULED)

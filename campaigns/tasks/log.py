"""Work on the event log that runs by the clock."""

from celery import shared_task
from django.utils import timezone

from campaigns import partitions


@shared_task
def make_months_ahead() -> None:
    """Make the partitions of the months to come. Harmless when repeated."""
    partitions.make_ahead(timezone.now())

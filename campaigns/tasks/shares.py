"""Background work of shares."""

from celery import shared_task

from campaigns import notifying


@shared_task
def tell_senders() -> None:
    """Write to senders whose shares were visited. Harmless when repeated: a share is told of once a day."""
    notifying.tell_senders()

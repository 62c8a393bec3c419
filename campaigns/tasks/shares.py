"""Background work of shares."""

from celery import shared_task

from campaigns import announcing, notifying


@shared_task
def tell_senders() -> None:
    """Write to senders whose shares were visited. Harmless when repeated: a share is told of once a day."""
    notifying.tell_senders()


@shared_task
def announce_visits() -> None:
    """Tell webhooks of people's visits and changed verdicts. Harmless when repeated: each batch is looked at once."""
    announcing.announce()

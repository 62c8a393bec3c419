"""Background work of shares, and of what comes of them."""

from celery import shared_task

from campaigns import announcing, notifying


@shared_task
def announce_visits() -> None:
    """Tell webhooks and senders of visits and changed verdicts. Harmless when repeated: a batch is looked at once."""
    announcing.announce()


@shared_task
def tell_of_due_tasks() -> None:
    """Tell staff of what is due. Harmless when repeated: each is told once."""
    notifying.notify_of_due()

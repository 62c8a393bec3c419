"""Entry points of background work."""

from celery import shared_task

from privacy.api import idempotency


@shared_task
def forget_api_answers() -> None:
    """Delete the answers that were kept for a day for requests sent again."""
    idempotency.forget()

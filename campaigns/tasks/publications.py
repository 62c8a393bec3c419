"""What nobody confirmed of what was asked for of publications."""

from celery import shared_task

from records import publications


@shared_task
def drop_unconfirmed_orders() -> None:
    publications.drop_unconfirmed()

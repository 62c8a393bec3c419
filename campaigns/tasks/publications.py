"""Letters of publications, and what nobody confirmed. Arguments are numbers and words of the program alone."""

from typing import Any

from celery import shared_task

from campaigns.programmes import publication_letters
from records import publications
from records.models import ListMembership, PublicationOrder


def write_soon(found: ListMembership | PublicationOrder) -> None:
    """Have the letter written once what became of it is committed."""
    task: Any = write_to_subscriber if isinstance(found, ListMembership) else write_of_order
    task.delay_on_commit(found.pk)


@shared_task
def write_to_subscriber(membership: int) -> None:
    """How it stands when the task runs. One that has gone meanwhile is told nothing."""
    rows = ListMembership.objects.select_related("mailing_list__publication", "customer")
    if found := rows.filter(pk=membership).first():
        publication_letters.write(found)


@shared_task
def write_of_order(order: int) -> None:
    rows = PublicationOrder.objects.select_related("publication__mailing_list", "customer", "entry__fulfilment")
    if found := rows.filter(pk=order).first():
        publication_letters.write(found)


@shared_task
def drop_unconfirmed_orders() -> None:
    publications.drop_unconfirmed()

"""Letters to whoever registered for an event. Arguments are numbers alone."""

from collections.abc import Iterable

from celery import shared_task
from django.db import transaction

from campaigns.programmes import confirming, waiting_letters
from privacy.errands import Errand
from records import moving
from records.intake.problems import Refused
from records.models import Gathering, Registration

LETTERS = Errand("registration_letters", gather=1)


def write_soon(registration: Registration) -> None:
    """Have a letter written of how it stands, once what became of it is committed."""
    waiting_letters.ask(registration)
    write_waiting_soon()


def write_waiting_soon() -> None:
    """The letters of registrations that say themselves that one waits."""
    transaction.on_commit(lambda: LETTERS.ask(write_letters))


@shared_task
def write_letters() -> None:
    """Tell how registrations stand when their turn comes. One worker is at it at a time."""
    LETTERS.begins()
    try:
        is_more_left = waiting_letters.write_all()
    except Refused:
        is_more_left = True
    if is_more_left:
        LETTERS.ask(write_letters)


def tell_moved_soon(gathering: Gathering) -> None:
    """Have whoever is registered told once the change is committed."""
    tell_moved.delay_on_commit(gathering.pk)  # type: ignore[attr-defined]  # the stubs know no DjangoTask


@shared_task
def tell_moved(gathering: int) -> None:
    """Tell of an event that is at another time or place, or called off. Harmless when repeated: each is told once."""
    found = Gathering.objects.filter(pk=gathering).first()
    if found:
        _tell(moving.to_tell(found).values_list("pk", flat=True))


@shared_task
def tell_registered(registration: int) -> None:
    """The letter to one of them, so that one that does not go keeps no other back."""
    confirming.tell_moved(registration)


@shared_task
def tend_registrations() -> None:
    """Tell who was not told yet: a mail server or the broker was away."""
    write_letters()
    _tell(moving.to_tell().values_list("pk", flat=True))


def _tell(registrations: Iterable[int]) -> None:
    for number in registrations:
        tell_registered.delay(number)

"""Letters to whoever registered for an event that is at another time or place, or off. Arguments are numbers alone."""

from collections.abc import Iterable

from celery import shared_task

from campaigns.programmes import confirming
from privacy.errands import ask_once_committed
from records import moving
from records.models import Gathering


def tell_moved_soon(gathering: Gathering) -> None:
    """Have whoever is registered told once the change is committed."""
    ask_once_committed(tell_moved.name, gathering.pk)


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
    _tell(moving.to_tell().values_list("pk", flat=True))


def _tell(registrations: Iterable[int]) -> None:
    for number in registrations:
        tell_registered.delay(number)

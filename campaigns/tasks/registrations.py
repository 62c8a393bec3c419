"""Letters to whoever registered for an event. Arguments are numbers alone."""

from celery import shared_task

from campaigns.programmes import confirming
from records.models import Registration


def write_soon(registration: Registration) -> None:
    """Have the letter written once what became of the registration is committed."""
    write_to_registered.delay_on_commit(registration.pk)  # type: ignore[attr-defined]  # the stubs know no DjangoTask


@shared_task
def write_to_registered(registration: int) -> None:
    """Tell how the registration stands when the task runs. One that has gone meanwhile is told nothing."""
    found = Registration.objects.select_related("gathering", "customer").filter(pk=registration).first()
    if found:
        confirming.write(found)

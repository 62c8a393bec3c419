"""Background work of mailings. Arguments are numbers alone."""

from celery import shared_task

from campaigns.mailing import running, trying
from campaigns.mailing.sending import work_on


@shared_task
def send_mailing(number: int) -> None:
    """Send what waits of a mailing, for as long as a task should last. Harmless when repeated."""
    if work_on(number):
        running.ask(number)
    else:
        running.finish()


@shared_task
def tend_mailings() -> None:
    """Settle what dead workers left and go on with what waits: a call may have been lost, a retry may be due."""
    running.tend()


@shared_task
def send_test(number: int, user: int) -> None:
    """Send the test mail of a mailing to a member of staff."""
    trying.send_test(number, user)

"""Entry points of background work. Arguments are numbers alone."""

from celery import shared_task

from privacy import disclosures
from privacy.agency import agency_today
from privacy.api import idempotency
from privacy.ledger import sealing
from privacy.models import DispositionRun
from privacy.notice import published
from privacy.notifications import mailing, reading
from privacy.retention import orphans, preparing, runs, standing
from privacy.retention.enums import RunState
from privacy.rights import beside, due, holding
from privacy.rights.package import making
from privacy.safeguards import contractors, reviewing, telling
from privacy.webhooks import delivering

MOST_AT_ONCE = 200
BATCHES_A_CALL = 100  # of a disposal, after which it asks for itself again, so that no call outlives its lock


@shared_task
def forget_api_answers() -> None:
    """Delete the answers that were kept for a day for requests sent again."""
    idempotency.forget()


@shared_task
def tell_webhook(number: int) -> None:
    """Try to tell an endpoint of an event. Harmless when repeated: it is tried only while it is due."""
    delivering.deliver(number)


@shared_task
def tend_webhooks() -> None:
    """Ask for each telling that is due: its own call may have been lost, its worker may have died."""
    for number in delivering.due(MOST_AT_ONCE):
        tell_webhook.delay(number)


@shared_task
def forget_webhooks() -> None:
    """Delete what was told a month ago."""
    delivering.forget()


@shared_task
def mail_notifications() -> None:
    """Mail staff what they are to be told of. Harmless when repeated: each notification is in one letter."""
    mailing.mail_waiting()


@shared_task
def forget_notifications() -> None:
    """Delete notifications of three months ago."""
    reading.forget()


@shared_task
def tend_retention() -> None:
    """Look at the clock, make the month's disposition list, go on with the one that is signed, tell what is wrong."""
    standing.tick()


@shared_task
def sweep_store() -> None:
    """Destroy the files that no row names. Harmless when repeated."""
    orphans.sweep()


@shared_task
def prepare_disposal() -> None:
    """Do ahead what can be of the months of logs that go before long. Harmless when repeated."""
    preparing.prepare_coming()


@shared_task
def carry_on_disposition(number: int) -> None:
    """Go on with a signed disposition list. Harmless when repeated: one worker at a time holds its lock."""
    run = DispositionRun.objects.filter(pk=number).first()
    if run is not None and runs.carry_on(run, most=BATCHES_A_CALL) == RunState.RUNNING:
        standing.ask_to_carry_on()


@shared_task
def seal_ledger() -> None:
    """Seal what was written since the last minute. Harmless when repeated: one worker seals at a time."""
    sealing.seal_all()


@shared_task
def make_package(number: int) -> None:
    """Make an access package. Harmless when repeated: one worker is at it at a time."""
    making.make(number)


@shared_task
def tend_packages() -> None:
    """Packages whose worker died begin anew; those whose time is over are deleted."""
    making.tend()


@shared_task
def tend_requests() -> None:
    """Remind officers of what is due, and tell again of what is overdue."""
    beside.refresh()
    holding.release_what_is_over()
    due.tell_of_due()


@shared_task
def tend_safeguards() -> None:
    """Close contractors' accounts whose contract is over; open the quarter's review; remind of what is due."""
    today = agency_today()
    contractors.close_those_that_are_over()
    reviewing.open_review(today)
    telling.remind(today)


@shared_task
def remind_the_cache() -> None:
    """Put back what every process knows by the cache, where that lost it: notices published, models with disputes."""
    published.announce()
    beside.refresh()


@shared_task
def forget_accounting() -> None:
    """Delete the accounting of disclosures whose five years are over, where no record of its persons is left."""
    disclosures.forget_accounting()

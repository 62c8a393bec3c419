"""Entry points of background work."""

from collections.abc import Callable

import structlog
from celery import shared_task

from privacy import errands
from records import suppliers, tallying, webhooks
from records.identity import comparing
from records.intake import running, uploads
from records.models import Payment
from records.paying import deliveries, orders, payments, registrations
from records.paying.adapter import ProviderAway, ProviderRefuses

log = structlog.get_logger(__name__)

SECONDS_AT_ONCE = 20.0  # a million new customers must not keep a worker from everything else
MOST_AT_ONCE = 200


@shared_task
def compare_waiting() -> None:
    """Compare customers who are new or changed with all others. Harmless when repeated: each is compared once."""
    comparing.compare_all(SECONDS_AT_ONCE)


@shared_task
def count_answers() -> None:
    """Count what was answered in surveys since the last time. Harmless when repeated (records.tallying)."""
    tallying.fold_all()


@shared_task
def work_on_upload(number: int) -> None:
    """Check or import a file that somebody sent, for as long as a task should last. Harmless when repeated."""
    if running.work_on(number):
        errands.ask(running.WORK, number)


@shared_task
def tend_uploads() -> None:
    """Go on with imports whose worker died, and delete files that nobody touched for a day."""
    running.tend()
    uploads.sweep()


@shared_task
def take_in_delivery(number: int) -> None:
    """Take in what the conference service told. Harmless when repeated: a delivery is taken in once."""
    webhooks.take_in(number)


@shared_task
def take_in_waiting() -> None:
    """Ask for each delivery that still waits: its own call may have been lost (a broker away)."""
    for number in webhooks.waiting(MOST_AT_ONCE):
        take_in_delivery.delay(number)


@shared_task
def send_refund(number: int) -> None:
    """Have the provider give a payment back. What fails is asked for again by `tend_payments`."""
    _at_provider(payments.send_refund, number)


@shared_task
def end_checkout(number: int) -> None:
    """Have the provider take no money for what was called off. What it took meanwhile is settled."""
    _at_provider(payments.end_checkout, number)


@shared_task
def for_each(task: str, numbers: list[int]) -> None:
    """Ask for `send_refund` or `end_checkout` of each payment: thousands take longer to ask for than a page may."""
    ask = {"send_refund": send_refund, "end_checkout": end_checkout}[task.rpartition(".")[2]]
    for number in numbers:
        ask.delay(number)


@shared_task
def tend_payments() -> None:
    """Settle what no webhook told of, and let go what was not paid in time. Harmless when repeated."""
    payments.tend()
    registrations.lapse_unpaid()
    orders.lapse_unpaid()


@shared_task
def remind_of_contracts() -> None:
    """Tell whoever keeps a supplier's contract that it ends soon. Harmless when repeated: each end is told once."""
    suppliers.remind()


@shared_task
def forget_payment_deliveries() -> None:
    deliveries.forget_old()


def _at_provider(act: Callable[[Payment], None], number: int) -> None:
    found = Payment.objects.filter(pk=number).first()
    if found is None:
        return
    try:
        act(found)
    except (ProviderAway, ProviderRefuses) as problem:
        log.warning("payment_provider", payment=number, reason=str(problem))

"""Payments where much happens at the same time: tabs, deliveries, the clock. On threads of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from campaigns.models import Event, Outcome
from config.schedule import SCHEDULE
from records import tasks
from records.enums import RegistrationState
from records.models import Payment, PaymentCard, PaymentDelivery, PublicationOrder, Registration
from records.models.paying import LIVE
from records.paying import orders, registrations
from records.paying.adapter import provider
from records.paying.deliveries import take_in
from tests.campaigns.gathering import comes, make_gathering
from tests.campaigns.publishing import ADDRESS, make_publication
from tests.campaigns.publishing import orders as publication_orders
from tests.factories import make_customer
from tests.paying import GOOD, Sandbox, paying

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with paying(settings) as found:
        yield found


def at_once(what: Callable[[], Any], times: int = 6) -> list[Any]:
    def alone(_nth: int) -> Any:
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


def test_six_tabs_at_once_lead_to_one_page(sandbox: Sandbox, work: None) -> None:
    made = comes(make_gathering(price=Decimal(25)), "C-1")

    def begin() -> str:
        payment = registrations.begin(Registration.objects.get(pk=made.pk), "en")
        assert payment
        return payment.address

    assert len(set(at_once(begin))) == 1
    assert Payment.objects.get().state == "open"


def test_one_delivery_six_times_at_once_while_the_clock_asks_too_counts_once(sandbox: Sandbox, work: None) -> None:
    made = comes(make_gathering(price=Decimal(25)), "C-1")
    payment = registrations.begin(made, "en")
    assert payment
    assert sandbox.open(payment.address, GOOD)[0] == 303
    Payment.objects.update(created_at="2026-01-01T00:00Z")
    (delivery,) = sandbox.deliveries
    headers = sandbox.signed(delivery["body"], delivery["id"])
    turns = iter(range(6))

    def one() -> Any:
        service = provider()
        assert service
        return tasks.tend_payments() if next(turns) % 3 == 0 else take_in(service, headers, delivery["body"])

    at_once(one)
    made.refresh_from_db()
    assert (made.state, Payment.objects.get().state) == (RegistrationState.CONFIRMED, "paid")
    assert (PaymentCard.objects.count(), PaymentDelivery.objects.count(), Outcome.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(kind="conversion").count() == 1


def test_ordering_again_while_paying_in_other_tabs_leaves_one_order_and_its_one_payment(
    sandbox: Sandbox, work: None
) -> None:
    publication = make_publication(price=Decimal("12.50"))
    customer = make_customer("C-1", email="ann@example.org", **ADDRESS)
    made = publication_orders(publication, customer)
    turns = iter(range(6))

    def one() -> None:
        nth = next(turns)
        if nth % 2:
            publication_orders(publication, customer, copies=nth)
        else:
            orders.begin(PublicationOrder.objects.get(pk=made.pk), "en")

    at_once(one)
    order = PublicationOrder.objects.get()
    payment = orders.begin(order, "en")
    assert payment
    assert (order.amount, payment.amount) == (order.copies * Decimal("12.50"),) * 2
    assert Payment.objects.filter(state__in=LIVE).count() == 1


def test_the_clock_tends_payments_and_contracts() -> None:
    names = {entry["task"] for entry in SCHEDULE.values()}
    assert names >= {
        task.name for task in (tasks.tend_payments, tasks.remind_of_contracts, tasks.forget_payment_deliveries)
    }

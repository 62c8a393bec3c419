"""Payments as staff see them: their list, the page of one, and a refund that is made once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.home.duties import lines_for
from privacy import changes
from privacy.models import User
from privacy.roles import Role
from records import tasks
from records.forms.gathering import GatheringForm
from records.models import Payment, PaymentDelivery
from records.paying import deliveries
from records.paying.adapter import Asked, provider
from tests.factories import make_customer, make_user
from tests.paying import GOOD, Sandbox, paid_payment, paying

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 1, 17, tzinfo=UTC)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with paying(settings) as found:
        yield found


def paid(sandbox: Sandbox, number: str = "C-1", *staff: User) -> Payment:
    """A payment of nothing that there is, paid at the sandbox too."""
    payment = paid_payment(make_customer(number, *staff), NOW, what="The forum")
    asked = Asked(payment.key, Decimal(25), "USD", "x", "en", "http://localhost/", timezone.now() + timedelta(hours=1))
    service = provider()
    assert service
    checkout = service.check_out(asked)
    assert sandbox.open(checkout.address, GOOD)[0] == 303
    payment.reference = checkout.reference
    payment.save()
    return payment


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, manager: User, count: int) -> None:
    for number in range(count):
        paid_payment(make_customer(f"C-{number}"), NOW, what="The forum", reference=f"sbx_{number}").save()
    client.get("/records/payments/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/records/payments/").content.decode()
    assert page.count("The forum") == count
    assert len(queries) == 14


def test_sales_see_the_payments_of_their_customers_alone_and_refund_none(client: Client, sandbox: Sandbox) -> None:
    sales = make_user(Role.SALES)
    own = paid(sandbox, "C-1", sales)
    paid(sandbox, "C-2", make_user(Role.SALES, "Other"))
    client.force_login(sales)
    assert [row["row"]["customer__name"] for row in client.get("/records/payments/").context["rows"]] == [
        own.customer.name
    ]
    page = client.get(f"/records/payments/{own.key}/").content.decode()
    assert "$25" in page
    assert "Refund all of it" not in page
    assert client.post(f"/records/payments/{own.key}/refund/").status_code == 403
    assert "The forum" in client.get(f"/customers/{own.customer.key}/").content.decode()


def test_a_refund_is_made_once_however_often_it_is_pressed_and_stands_in_the_history(
    client: Client, manager: User, sandbox: Sandbox, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tasks.send_refund, "delay_on_commit", tasks.send_refund)
    payment = paid(sandbox)
    assert "Refund all of it" in client.get(f"/records/payments/{payment.key}/").content.decode()
    answer = client.post(f"/records/payments/{payment.key}/refund/", follow=True)
    assert "The refund is on its way." in answer.content.decode()
    tasks.tend_payments()
    payment.refresh_from_db()
    assert payment.state in ("refunding", "refunded")
    tasks.send_refund(payment.pk)
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_at is not None) == ("refunded", True)
    again = client.post(f"/records/payments/{payment.key}/refund/", follow=True)
    assert "Nothing is there to be refunded" in again.content.decode()
    assert [one["type"] for one in sandbox.deliveries].count("checkout.refunded") == 1
    by = {entry.by for entry in changes.history(payment) if entry.field == "state"}
    assert manager.name in by


def test_a_refund_that_the_provider_does_not_make_stands_on_the_home_page(
    client: Client, manager: User, sandbox: Sandbox, settings: Any
) -> None:
    payment, url = paid(sandbox), settings.PAYMENT_URL
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    client.post(f"/records/payments/{payment.key}/refund/")
    tasks.send_refund(payment.pk)
    assert Payment.objects.get().state == "refunding"
    since = timezone.now() - timedelta(hours=2)
    Payment.objects.update(refund_asked_at=since, created_at=since)
    (line,) = [line for line in lines_for(manager) if "refund" in line.label]
    assert (line.label, line.is_bad) == ("1 refund has not gone back yet", True)
    settings.PAYMENT_URL = url
    tasks.tend_payments()
    assert Payment.objects.get().state == "refunded"


def test_ids_of_deliveries_are_forgotten_after_ninety_days() -> None:
    for days in (89, 91):
        at = timezone.now() - timedelta(days=days)
        PaymentDelivery.objects.create(delivery_id=f"d{days}", became="taken", received_at=at)
    assert deliveries.forget_old() == 1
    assert PaymentDelivery.objects.get().delivery_id == "d89"


@pytest.mark.parametrize(
    ("price", "said"),
    [("-1", "A price is 0 or more."), ("1000000000", "Ensure that there are no more than 8 digits in total.")],
)
def test_a_price_that_is_none_is_refused(manager: User, price: str, said: str) -> None:
    form = GatheringForm(manager, {"price": price})
    assert form.errors["price"] == [said]


def test_without_a_provider_nothing_can_cost(manager: User, settings: Any) -> None:
    settings.PAYMENT_PROVIDER = ""
    form = GatheringForm(manager, {"price": "5"})
    assert form.errors["price"] == ["No payment provider is set up, so that nobody could pay it."]
    assert "price" not in GatheringForm(manager, {"price": ""}).errors

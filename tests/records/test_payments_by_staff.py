"""Payments as staff see them: their list, the page of one, and a refund that is made once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.home.duties import lines_for
from privacy import changes
from privacy.models import User
from privacy.roles import Role
from records import tasks
from records.forms.gathering import GatheringForm
from records.models import Customer, Payment, PaymentDelivery
from records.paying import deliveries
from records.paying.adapter import Asked, provider
from records.paying.payments import SEND_REFUND
from tests.broker import Broker
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
    assert len(queries) == 6


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
    client: Client, manager: User, sandbox: Sandbox, broker: Broker
) -> None:
    payment = paid(sandbox)
    assert "Refund all of it" in client.get(f"/records/payments/{payment.key}/").content.decode()
    answer = client.post(f"/records/payments/{payment.key}/refund/", follow=True)
    assert "The refund is on its way." in answer.content.decode()
    assert broker.asked(SEND_REFUND) == [payment.pk]
    tasks.tend_payments()
    payment.refresh_from_db()
    assert payment.state in ("refunding", "refunded")
    tasks.send_refund(payment.pk)
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_at is not None) == ("refunded", True)
    again = client.post(f"/records/payments/{payment.key}/refund/", follow=True)
    assert "There is nothing to refund" in again.content.decode()
    assert [one["type"] for one in sandbox.deliveries].count("checkout.refunded") == 1
    by = {entry.by for entry in changes.history(payment) if entry.field == "state"}
    assert manager.name in by


def test_a_refund_is_made_by_the_clock_where_the_broker_is_away(
    client: Client, manager: User, sandbox: Sandbox, broker: Broker
) -> None:
    payment, broker.is_away = paid(sandbox), True
    answer = client.post(f"/records/payments/{payment.key}/refund/", follow=True)
    assert "The refund is on its way." in answer.content.decode()
    payment.refresh_from_db()
    assert (payment.state, broker.calls) == ("refunding", [])
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    tasks.tend_payments()
    payment.refresh_from_db()
    assert payment.state == "refunded"


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


def told(sandbox: Sandbox, payment: Payment, nth: int, **said: str) -> None:
    """The provider tells of the payment, signed, what `said` changes of it."""
    data = {"id": payment.reference, "key": str(payment.key), "amount": "25.00", "currency": "USD", "state": "paid"}
    body = json.dumps({"data": {**data, **said}}).encode()
    answer = Client().post(
        "/hooks/payments", body, content_type="application/json", headers=sandbox.signed(body, f"dlv_{nth}")
    )
    assert answer.status_code == 204


def unpaid(customer: Customer, reference: str = "sbx_1") -> Payment:
    """A payment that waits at the provider's page, for a registration that there is not."""
    at = timezone.now() + timedelta(hours=1)
    known = {"state": "open", "paid_at": None, "what": "The forum", "address": "http://localhost/pay/1"}
    payment = paid_payment(customer, at, **known, reference=reference)
    payment.save()
    return payment


def test_what_the_provider_says_amiss_stands_on_the_home_page_until_somebody_has_seen_to_it(
    client: Client, manager: User, sandbox: Sandbox
) -> None:
    payment, other = unpaid(make_customer("C-1")), unpaid(make_customer("C-2"), "sbx_2")
    address = f"/records/payments/{payment.key}/"

    def waiting() -> list[tuple[str, str, bool]]:
        lines = [line for line in lines_for(manager) if "not match" in line.label]
        return [(line.label, line.address, line.is_bad) for line in lines]

    told(sandbox, payment, 1, amount="1.00", currency="EUR")
    payment.refresh_from_db()
    assert (payment.state, payment.amiss) == ("open", "paid, 1.00 EUR, sbx_1")
    assert waiting() == [("1 payment does not match what was requested", "/records/payments/?amiss=on", True)]
    listed = client.get("/records/payments/?amiss=on").context["rows"]
    assert [row["row"]["customer__name"] for row in listed] == [payment.customer.name]
    page = client.get(address).content.decode()
    assert "does not match what was asked for: paid, 1.00 EUR, sbx_1." in page
    assert "does not match" not in client.get(f"/records/payments/{other.key}/").content.decode()
    answer = client.post(f"{address}seen-to/", follow=True).content.decode()
    assert "Taken care of." in answer
    assert "paid, 1.00 EUR, sbx_1" in answer
    # The clock asks the provider each minute: the same again is nothing new, something else is.
    told(sandbox, payment, 2, amount="1.00", currency="EUR")
    assert waiting() == []
    assert "There is nothing to take care of." in client.post(f"{address}seen-to/", follow=True).content.decode()
    told(sandbox, payment, 3, currency="4111 1111 1111 1111 \0 usd", amount="9" * 5_000)
    payment.refresh_from_db()
    assert payment.amiss == f"paid, {'9' * 20} usd, sbx_1"
    assert [label for label, _address, _is_bad in waiting()] == ["1 payment does not match what was requested"]
    by = {entry.by for entry in changes.history(payment) if entry.field == "amiss_at"}
    assert manager.name in by


def test_what_is_amiss_is_over_with_its_time_and_waits_for_staff_still(manager: User, sandbox: Sandbox) -> None:
    payment, since = unpaid(make_customer("C-1")), timezone.now() - timedelta(hours=1)
    asked = Asked(payment.key, Decimal(1), "USD", "x", "en", "http://localhost/", timezone.now() + timedelta(hours=1))
    service = provider()
    assert service
    checkout = service.check_out(asked)
    assert sandbox.open(checkout.address, GOOD)[0] == 303
    late = {"reference": checkout.reference, "created_at": since, "expires_at": since}
    Payment.objects.update(**late)
    tasks.tend_payments()
    payment.refresh_from_db()
    assert (payment.state, payment.amiss) == ("expired", f"paid, 1 USD, {checkout.reference}")
    assert payment.amiss_at
    assert [line.label for line in lines_for(manager)] == ["1 payment does not match what was requested"]


def test_sales_see_to_nothing_that_is_amiss(client: Client, sandbox: Sandbox) -> None:
    sales = make_user(Role.SALES)
    payment = unpaid(make_customer("C-1", sales))
    told(sandbox, payment, 1, id="sbx_other")
    client.force_login(sales)
    assert client.post(f"/records/payments/{payment.key}/seen-to/").status_code == 403
    payment.refresh_from_db()
    assert payment.amiss_at is not None
    assert [line for line in lines_for(sales) if "not match" in line.label] == []


def test_the_database_takes_no_payment_that_is_amiss_without_a_word(sandbox: Sandbox) -> None:
    payment = unpaid(make_customer("C-1"))
    with pytest.raises(IntegrityError, match="payment_amiss_said"):
        Payment.objects.filter(pk=payment.pk).update(amiss_at=timezone.now())


def test_ids_of_deliveries_are_forgotten_after_ninety_days() -> None:
    for days in (89, 91):
        at = timezone.now() - timedelta(days=days)
        PaymentDelivery.objects.create(delivery_id=f"d{days}", became="taken", received_at=at)
    assert deliveries.forget_old() == 1
    assert PaymentDelivery.objects.get().delivery_id == "d89"


@pytest.mark.parametrize(
    ("price", "said"),
    [("-1", "A price must be 0 or more."), ("1000000000", "Give a number of at most 8 digits.")],
)
def test_a_price_that_is_none_is_refused(manager: User, price: str, said: str) -> None:
    form = GatheringForm(manager, {"price": price})
    assert form.errors["price"] == [said]


def test_without_a_provider_nothing_can_cost(manager: User, settings: Any) -> None:
    settings.PAYMENT_PROVIDER = ""
    form = GatheringForm(manager, {"price": "5"})
    assert form.errors["price"] == ["No payment provider is set up, so nobody could pay it."]
    assert "price" not in GatheringForm(manager, {"price": ""}).errors

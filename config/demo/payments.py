"""The demo's payments: places at the event and copies of the publication that cost something, paid at the sandbox. All
of it is made up.

They stand in the sandbox's own file too, where it is the provider, so that they can be refunded.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from config import embedded
from config.demo.rhythm import Calendar
from config.demo.staff import email_of
from config.payment_sandbox.store import Store
from privacy.models import User
from records.enums import CardBrand, PaymentState, Source
from records.models import Payment, PublicationOrder, Registration, SupplierContract
from records.models.paying import CURRENCY
from records.naming import new_token
from records.paying.registrations import NAME
from records.publications import PAID_AS

KEEPER = "Beatriz Carvalho"
PAID = 24


def make_payments(calendar: Calendar) -> None:
    keeper = User.objects.get(email=email_of(KEEPER))
    SupplierContract.objects.filter(source_import__is_demo=True).update(keeper=keeper)
    standing = Registration.objects.filter(gathering__is_demo=True, gathering__price__gt=0, cancelled_at=None)
    bought = PublicationOrder.objects.filter(publication__is_demo=True, amount__isnull=False)
    payments = [
        *map(_place, standing.select_related("gathering", "customer").order_by("registered_at", "pk")[:PAID]),
        *map(_order, bought.select_related("publication__mailing_list", "customer").order_by("confirmed_at", "pk")),
    ]
    if payments and settings.PAYMENT_PROVIDER == "sandbox":
        _known_to_sandbox(payments)
    Payment.objects.bulk_create(payments)


def _place(registration: Registration) -> Payment:
    gathering = registration.gathering
    return _paid(NAME, registration, gathering.name, gathering.price, registration.registered_at)


def _order(order: PublicationOrder) -> Payment:
    amount, at = order.amount or Decimal(0), order.confirmed_at or order.asked_at
    return _paid(PAID_AS, order, order.publication.name, amount, at)


def _paid(kind: str, thing: Registration | PublicationOrder, what: str, amount: Decimal, at: datetime) -> Payment:
    """Twenty minutes after it was asked for."""
    return Payment(
        customer=thing.customer,
        kind=kind,
        subject=thing.key,
        what=what,
        amount=amount,
        state=PaymentState.PAID,
        token=new_token(),
        language="en",
        provider="Sandbox",
        reference=f"demo_{thing.key.hex}",
        expires_at=at + timedelta(hours=1),
        paid_at=at + timedelta(minutes=20),
        source=Source.CUSTOMER,
    )


def _known_to_sandbox(payments: list[Payment]) -> None:
    """Paid there as well, and told of already."""
    store = Store(embedded.var_folder() / "payment_sandbox.sqlite")
    until = (timezone.now() + timedelta(hours=1)).isoformat()
    brands = [brand.value for brand in CardBrand][:4]
    for nth, payment in enumerate(payments):
        row = store.ask({
            "key": str(payment.key), "amount": str(payment.amount), "currency": CURRENCY, "what": payment.what,
            "language": "en", "back": settings.PUBLIC_URL, "until": until,
        })  # fmt: skip
        card = {"brand": brands[nth % 4], "last_four": f"{1000 + 37 * nth}", "expires": "12/2039"}
        store.pay(row["id"], {"token": f"card_{payment.token}", **card})
        payment.reference = row["id"]
    keys = {str(payment.key) for payment in payments}
    for delivery in store.due(timezone.now().timestamp() + 60):
        if any(key in delivery["body"] for key in keys):
            store.taken(delivery["id"])
    store.close()

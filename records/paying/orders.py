"""An order of a publication that costs something: it is held for a time, and is sent once it is paid."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacy import changes
from privacy.purposes import Basis
from records import publications
from records.enums import OrderState
from records.models import Payment, Publication, PublicationOrder
from records.paying import payments
from records.paying.payments import BY_THE_PROVIDER, By, Wanted
from records.paying.things import PaidFor, declare_paid_for
from records.publications import PAID_AS, PROVIDING
from records.signals import orders_settled

AT_ONCE = 200


def begin(order: PublicationOrder, language: str) -> Payment | None:
    """The payment of a held order; None where nothing is to be paid. Raises what payments.begin raises."""

    def wanted() -> Wanted | None:
        found = _locked(order.key)
        if found is None or found.stands is not OrderState.HELD:
            return None
        customer, amount, until = found.customer, found.amount, found.held_until
        if customer is None or amount is None or until is None or until <= timezone.now():
            return None
        return Wanted(PAID_AS, found.key, customer, found.publication.name, amount, language, until)

    return payments.begin(wanted)


def lapse_unpaid() -> int:
    """Orders that were not paid in time are let go. How many. Relies on publication_order_held."""
    rows = _held().filter(held_until__lt=timezone.now()).order_by("held_until", "pk")
    return sum(_lapse(key) for key in rows.values_list("key", flat=True)[:AT_ONCE])


def _lapse(key: UUID) -> bool:
    """Unless it is paid meanwhile, or somebody may be paying."""
    with transaction.atomic():
        order = _locked(key)
        if order is None or order.cancelled_at or order.held_until is None:
            return False
        if payments.is_kept(PAID_AS, key, order.held_until):
            return False
        order.cancelled_at = timezone.now()
        changes.save(order, by=BY_THE_PROVIDER, basis=PROVIDING)
        orders_settled.send(PublicationOrder, orders=[order])
    return True


def free_of_charge(publication: Publication, by: By, basis: Basis) -> None:
    """It costs nothing any more: what was held until it is paid is to be sent."""
    rows = _held().filter(publication=publication).select_related("customer", "publication__mailing_list")
    settled = changes.save_all(rows, {"held_until": None, "amount": None}, by=by, basis=basis)
    if settled:
        payments.call_off(PAID_AS, [one.key for one in settled], by, basis, refunds=False)
        for order in settled:
            publications.give_task(order)
        orders_settled.send(PublicationOrder, orders=settled)
    # Of nobody known yet, so that no history is kept of them.
    publication.orders.filter(confirmed_at=None, cancelled_at=None).update(amount=None)


def _held() -> "QuerySet[PublicationOrder]":
    return PublicationOrder.objects.filter(cancelled_at=None, held_until__isnull=False)


def _locked(key: UUID) -> PublicationOrder | None:
    rows = PublicationOrder.objects.select_for_update(of=("self",))
    return rows.select_related("publication__mailing_list", "customer").filter(key=key).first()


def _takes(order: PublicationOrder | None, payment: Payment) -> bool:
    """It is to be sent. What was let go, or costs something else by now, is not."""
    if order is None or order.stands is not OrderState.HELD or order.amount != payment.amount:
        return False
    order.held_until = None
    changes.save(order, by=BY_THE_PROVIDER, basis=PROVIDING)
    publications.give_task(order)
    orders_settled.send(PublicationOrder, orders=[order])
    return True


KIND = declare_paid_for(
    PaidFor(name=PAID_AS, label="Order of a publication", basis=PROVIDING, lock=_locked, takes=_takes)
)

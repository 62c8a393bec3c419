"""Publications: what customers ask for, confirm, change and end; and who becomes a subscriber by it.

What costs something is held while it is paid (records.paying.orders), and is sent once it is.

Nothing that came by no link of one's own counts before it is confirmed from the mailbox that it names: nobody is put on
a list by somebody else, and no record of a person is made of what a machine typed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.accesslog import Actor
from privacy.agency import agency_today
from privacy.models import User
from privacy.purposes import Basis
from records import next_steps
from records.enums import DeliveryWay, OrderKind, Source
from records.known import known_by, known_or_made
from records.models import (
    POSTAL,
    Customer,
    Destination,
    FulfilmentEntry,
    ListMembership,
    Publication,
    PublicationOrder,
    Suppression,
)
from records.naming import new_token
from records.next_steps import Task
from records.paying import payments
from records.suppressing import addresses_of, suppress_member, suppression_hashes

By = User | Actor
BY_THEMSELVES = Actor.system("publication_page")
# The notice's purpose "To provide appropriate materials and publications to customers".
PROVIDING = Basis(2)
# What payments call what they pay for.
PAID_AS = "order"
# How the numbers of customers begin who came without a link of their own.
NUMBERED = "P"
# Days after which what nobody confirmed is deleted.
KEPT_DAYS = 7
# Days within which staff see to an order.
TASK_DAYS = 5
ABOUT = "Publication: "
STEP = next_steps.own(gettext_noop("Asked for it once: make sure it is sent"))
UNSUBSCRIBED = "unsubscribed by themselves"


@dataclass(frozen=True)
class Wanted:
    """What somebody types: what of a publication goes whither. Of the address all parts may be empty, or few."""

    kind: OrderKind = OrderKind.ONCE
    way: DeliveryWay = DeliveryWay.POST
    copies: int = 1
    addressee: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def postal(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in POSTAL}


@dataclass(frozen=True)
class Came:
    """How somebody came: through a campaign's address or a share, in which language."""

    language: str = ""
    campaign_slug: str = ""
    share_key: UUID | None = None


def catalogue() -> "QuerySet[Publication]":
    """What anybody finds, by name."""
    open_to_all = Publication.objects.filter(is_open=True).exclude(published_at=None)
    return open_to_all.select_related("mailing_list").order_by("mailing_list__name")


def cost(publication: Publication, wanted: Wanted) -> Decimal | None:
    """What it costs now; None where it is free, as every subscription is."""
    if publication.price is None or wanted.kind == OrderKind.EVERY:
        return None
    return publication.price * wanted.copies


# Asking ---------------------------------------------------------------------------------------------------------------
def ask(publication: Publication, email: str, wanted: Wanted, came: Came) -> PublicationOrder:
    """Note what somebody asks who is nobody known: nothing comes of it until they confirm it. Who asks again before
    that has what they said last, under the same link. Relies on publication_order_waits_once.
    """
    rows = PublicationOrder.objects.filter(
        publication=publication, kind=wanted.kind, email__iexact=email, confirmed_at=None, cancelled_at=None
    )
    with transaction.atomic():
        known = rows.select_for_update().first()
        if known is None:
            try:
                with transaction.atomic():
                    return _asked(PublicationOrder(publication=publication, token=new_token()), email, wanted, came)
            except IntegrityError:  # it was sent twice at the same time, and the other one was first
                known = rows.select_for_update().get()
        return _asked(known, email, wanted, came)


def _asked(order: PublicationOrder, email: str, wanted: Wanted, came: Came) -> PublicationOrder:
    order.kind, order.email, order.asked_at, order.source = wanted.kind, email, timezone.now(), Source.CUSTOMER
    order.language, order.campaign_slug, order.share_key = came.language, came.campaign_slug, came.share_key
    order.amount = cost(order.publication, wanted)
    _direct(order, wanted)
    order.save()
    return order


def confirm(order: PublicationOrder) -> tuple[ListMembership | PublicationOrder, bool]:
    """What comes of it, and whether that is new: a subscription, under the same token; or the order, which now waits to
    be sent. Raises PublicationOrder.DoesNotExist for what was confirmed meanwhile as a subscription, or was dropped.
    """
    with transaction.atomic():
        locked = PublicationOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if locked.confirmed_at or locked.cancelled_at:
            return locked, False
        wanted = wanted_of(locked)
        customer = known_or_made(locked.addressee or locked.email, locked.email, mark=NUMBERED, **wanted.postal)
        _one_at_a_time(customer)
        if not locked.is_subscription:
            return _ordered(locked, customer, wanted), True
        # A subscription is a membership from now on; the same link leads to it.
        locked.delete()
        came = Came(locked.language)
        return subscribe(locked.publication, customer, wanted, came, token=locked.token, email=locked.email)


def order_now(
    publication: Publication, customer: Customer, wanted: Wanted, came: Came, *, email: str = ""
) -> tuple[ListMembership | PublicationOrder, bool]:
    """The same for whoever came by a link of their own, with nothing to confirm. Sent twice, an order that still waits
    is changed, not doubled; one that is paid stays, and another is made. `email` is where a subscription goes that has
    an address of its own."""
    with transaction.atomic():
        _one_at_a_time(customer)
        if wanted.kind == OrderKind.EVERY:
            return subscribe(publication, customer, wanted, came, email=email)
        known = _unpaid_order(publication, customer)
        made = known or PublicationOrder(
            publication=publication, token=new_token(), asked_at=timezone.now(), source=Source.CUSTOMER
        )
        if known is None:
            made.campaign_slug, made.share_key, made.language = came.campaign_slug, came.share_key, came.language
        _price(made, cost(publication, wanted))
        return _ordered(made, customer, wanted), known is None


def _price(order: PublicationOrder, amount: Decimal | None) -> None:
    """Whoever is at the provider's page with another amount than what it costs now pays that no more."""
    if order.amount != amount and order.confirmed_at:
        payments.call_off(PAID_AS, [order.key], BY_THEMSELVES, PROVIDING, refunds=False)
    order.amount = amount


def waiting(publication: Publication) -> "QuerySet[PublicationOrder]":
    """What was ordered once, confirmed, paid where it costs something, and is on no list yet."""
    return _on_no_list(publication).filter(held_until=None)


def _on_no_list(publication: Publication) -> "QuerySet[PublicationOrder]":
    return publication.orders.filter(entry=None, cancelled_at=None).exclude(confirmed_at=None)


def _one_at_a_time(customer: Customer) -> None:
    """Whoever orders or confirms for the same person meanwhile waits until the transaction ends. What refers to the
    customer may be stored meanwhile: a payment is, by whoever has locked an order."""
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.person_id)


def _unpaid_order(publication: Publication, customer: Customer) -> PublicationOrder | None:
    """What the person ordered once, is on no list yet, and nobody paid for; locked."""
    unpaid = Q(held_until__isnull=False) if publication.price else Q(amount=None)
    rows = _on_no_list(publication).filter(unpaid, customer__in=_person(customer)).select_for_update(of=("self",))
    return rows.select_related("publication__mailing_list", "customer").first()


def _ordered(order: PublicationOrder, customer: Customer, wanted: Wanted) -> PublicationOrder:
    is_new = order.confirmed_at is None
    order.customer, order.confirmed_at = customer, order.confirmed_at or timezone.now()
    _direct(order, _as_they_are(wanted, customer))
    if is_new and order.amount:
        order.held_until = order.confirmed_at + timedelta(minutes=settings.PAYMENT_HOLD_MINUTES)
    changes.save(order, by=BY_THEMSELVES, basis=PROVIDING)
    if is_new and not order.amount:
        give_task(order)
    return order


# Subscriptions --------------------------------------------------------------------------------------------------------
def subscription_of(publication: Publication, customer: Customer) -> ListMembership | None:
    """The person's, whatever record of theirs it hangs on; with a token of its own, so that they can come to it."""
    rows = publication.mailing_list.memberships.filter(customer__in=_person(customer), until=None)
    found = rows.select_related("customer", "mailing_list__publication").order_by("since", "pk").first()
    if found and found.token is None:
        found.token = new_token()
        changes.save(found, by=BY_THEMSELVES, basis=PROVIDING)
    return found


def known_subscription(publication: Publication, email: str) -> ListMembership | None:
    """Of whoever has this address."""
    customer = known_by(email)
    return subscription_of(publication, customer) if customer else None


def subscribe(
    publication: Publication,
    customer: Customer,
    wanted: Wanted,
    came: Came,
    *,
    token: str | None = None,
    email: str = "",
) -> tuple[ListMembership, bool]:
    """Put somebody who says so themselves on the list, and lift what kept them off it alone. Who is on it has what they
    said last. The caller holds a transaction.
    """
    known = subscription_of(publication, customer)
    made = known or ListMembership(
        mailing_list=publication.mailing_list, customer=customer, since=agency_today(), source=Source.CUSTOMER,
        token=token or new_token(), language=came.language,
    )  # fmt: skip
    made.confirmed_at = timezone.now()
    if email and email.lower() != customer.email.lower():
        made.address = email
    _direct(made, _as_they_are(wanted, customer))
    changes.save(made, by=BY_THEMSELVES, basis=PROVIDING)
    _lift(made)
    return made, known is None


def _lift(membership: ListMembership) -> None:
    """They left the list once, and ask for it again: of all lists they stay left out where they are."""
    for kind, value in addresses_of(membership.customer, membership.address):
        hashes = suppression_hashes(kind, [value])
        left = Suppression.objects.filter(kind=kind, value_hash__in=hashes, mailing_list=membership.mailing_list)
        left.delete()


def leave(membership: ListMembership, why: str = UNSUBSCRIBED, by: By = BY_THEMSELVES) -> bool:
    """End it today, and keep its addresses from coming back by an import. False where it had ended."""
    with transaction.atomic():
        locked = ListMembership.objects.select_for_update(of=("self",)).select_related("customer").get(pk=membership.pk)
        if locked.until is not None:
            return False
        locked.until, locked.end_reason = agency_today(), why
        changes.save(locked, by=by, basis=PROVIDING)
        suppress_member(locked)
    return True


# One's own ------------------------------------------------------------------------------------------------------------
def of_token(token: str) -> ListMembership | PublicationOrder | None:
    """What stands at this address of somebody's own."""
    memberships = ListMembership.objects.select_related("mailing_list__publication", "customer")
    found = memberships.filter(token=token, mailing_list__publication__isnull=False).first()
    if found:
        return found
    orders = PublicationOrder.objects.select_related("publication__mailing_list", "customer", "entry__fulfilment")
    return orders.filter(token=token).first()


def publication_of(found: ListMembership | PublicationOrder) -> Publication:
    return found.mailing_list.publication if isinstance(found, ListMembership) else found.publication


def wanted_of(found: ListMembership | PublicationOrder) -> Wanted:
    """As it stands, with the customer's own name and address where none were given."""
    kind = OrderKind.EVERY if isinstance(found, ListMembership) else OrderKind(found.kind)
    customer = found.customer
    postal: dict[str, str] = {name: getattr(found, name) for name in POSTAL}
    if not found.street and customer:
        postal = {name: getattr(customer, name) for name in POSTAL}
    addressee = found.addressee or (customer.name if customer else "")
    return Wanted(kind, DeliveryWay(found.way), found.copies, addressee, **postal)


def change(found: ListMembership | PublicationOrder, wanted: Wanted) -> bool:
    """Whither it goes from now on, and how many where they are free. False for what has ended, or was sent."""
    with transaction.atomic():
        locked = type(found)._base_manager.select_for_update(of=("self",)).get(pk=found.pk)
        if not may_change(locked):
            return False
        if isinstance(locked, PublicationOrder) and locked.amount:
            wanted = replace(wanted, copies=locked.copies)  # so many are paid
        _direct(locked, _as_they_are(wanted, locked.customer) if locked.customer else wanted)
        changes.save(locked, by=BY_THEMSELVES, basis=PROVIDING)
    return True


def may_change(found: ListMembership | PublicationOrder) -> bool:
    if isinstance(found, ListMembership):
        return found.until is None
    return found.cancelled_at is None and not FulfilmentEntry.objects.filter(order=found).exists()


def cancel(order: PublicationOrder, by: By = BY_THEMSELVES) -> bool:
    """Call it off, until it is on a fulfilment list. What was paid goes back."""
    with transaction.atomic():
        locked = PublicationOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if not may_change(locked):
            return False
        if locked.customer is None:
            locked.delete()
            return True
        locked.cancelled_at, locked.held_until = timezone.now(), None
        changes.save(locked, by=by, basis=PROVIDING)
        close_tasks([locked])
        if locked.amount:
            payments.call_off(PAID_AS, [locked.key], by, PROVIDING, refunds=True)
    return True


def drop_unconfirmed() -> int:
    """Delete what nobody confirmed in time; how many. Relies on publication_order_unconfirmed."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    unconfirmed = PublicationOrder.objects.filter(confirmed_at=None, customer=None, asked_at__lt=before)
    return unconfirmed._raw_delete("default")


def _direct(found: Destination, wanted: Wanted) -> None:
    found.way, found.copies, found.addressee = wanted.way, wanted.copies, wanted.addressee
    for name, value in wanted.postal.items():
        setattr(found, name, value)


def _as_they_are(wanted: Wanted, customer: Customer) -> Wanted:
    """Without what the customer's record says already: where that is corrected, this follows."""
    addressee = "" if wanted.addressee == customer.name else wanted.addressee
    if all(value == getattr(customer, name) for name, value in wanted.postal.items()):
        return replace(wanted, addressee=addressee, street="", city="", state="", postal_code="")
    return replace(wanted, addressee=addressee)


def _person(customer: Customer) -> "QuerySet[Customer]":
    return Customer.objects.of_person(customer.person_id)


# What staff do of it --------------------------------------------------------------------------------------------------
def give_task(order: PublicationOrder) -> None:
    """A next step for whoever looks after the customer; of others the publication's page says how many wait."""
    customer = order.customer
    staff = next_steps.staff_of(customer) if customer else None
    if customer is None or staff is None:
        return
    day = agency_today() + timedelta(days=TASK_DAYS)
    task = Task(customer, staff, f"{ABOUT}{order.publication.name}", STEP, day, _leads_to(order))
    next_steps.give(task, BY_THEMSELVES, PROVIDING)


def close_tasks(orders: Iterable[PublicationOrder], by: By = BY_THEMSELVES) -> int:
    """The next steps on these orders are done. How many."""
    asked = [order for order in orders if order.customer_id]
    customers = [order.customer_id for order in asked if order.customer_id]
    return next_steps.end(next_steps.given(customers, map(_leads_to, asked), STEP), by, PROVIDING)


def _leads_to(order: PublicationOrder) -> str:
    return reverse("publication_orders_page", args=[order.key])

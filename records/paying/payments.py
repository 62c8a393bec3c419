"""What becomes of a payment: begun, paid, ended, given back. Each step may be told twice, late or out of order.

The row stands before the provider is called, and no lock is held while it is: whatever breaks, the row says what is to
be asked again, under the same key. Whoever locks a payment has locked the thing that it is for before.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from privacy import changes
from privacy.accesslog import Actor
from privacy.errands import ask_once_committed
from privacy.models import User
from privacy.purposes import Basis
from records.enums import PaymentState, PaymentTold, Source
from records.models import Customer, Payment, PaymentCard
from records.models.paying import ENDED, GIVEN, LIVE, PENDING
from records.naming import new_token
from records.paying.adapter import (
    Asked,
    CardKept,
    Found,
    Provider,
    ProviderAway,
    ProviderRefuses,
    Stands,
    provider,
)
from records.paying.things import paid_for
from records.signals import payment_settled

log = structlog.get_logger(__name__)

By = User | Actor
BY_THE_PROVIDER = Actor.system("payments")
# While the provider does not answer whether somebody has paid, what they pay for is kept for so much longer.
GRACE = timedelta(minutes=30)
# Who comes in the last minutes of a place's time still gets so long at the provider.
LEAST_TIME = timedelta(minutes=15)
# Webhooks tell within seconds; what none told of is asked for after so long.
LEFT_TO_WEBHOOKS = timedelta(minutes=2)
# So long a refund that the provider does not make is asked for again by itself.
REFUND_TRIES = timedelta(days=1)
AT_ONCE = 200
SEND_REFUND, END_CHECKOUT = "records.tasks.send_refund", "records.tasks.end_checkout"


class NoProvider(Exception):
    """No payment provider is set up."""


@dataclass(frozen=True)
class Wanted:
    """What somebody is to pay, and until when."""

    kind: str
    subject: UUID
    customer: Customer
    what: str
    amount: Decimal
    language: str
    until: datetime


# Asking ---------------------------------------------------------------------------------------------------------------
def begin(wanted: Callable[[], Wanted | None]) -> Payment | None:
    """The payment of a thing, with the provider's page to go to; the one that is there already, from another tab. One
    that is past its time, for the thing was asked for anew since, is ended, and gives way to a new one.

    `wanted` is called with the thing locked by it, and gives None where nothing is to be paid (any more). Raises
    NoProvider, ProviderAway (nothing is lost: ask again) and ProviderRefuses.
    """
    service = provider()
    if service is None:
        raise NoProvider
    with transaction.atomic():
        asked = wanted()
        if asked is None:
            return None
        payment = live_of(asked.kind, asked.subject) or _made(asked, service)
    if payment.state in PENDING and payment.expires_at <= timezone.now():
        _tend(payment)
        payment.refresh_from_db()
        if payment.state not in LIVE:
            return begin(wanted)
    return _at_provider(payment, service) if payment.state == PaymentState.BEGUN else payment


def live_of(kind: str, subject: UUID) -> Payment | None:
    """The one payment of a thing that is under way or paid. Relies on payment_live_once."""
    rows = Payment.objects.select_related("customer").filter(kind=kind, subject=subject, state__in=LIVE)
    return rows.first()


def _made(asked: Wanted, service: Provider) -> Payment:
    payment = Payment(
        kind=asked.kind,
        subject=asked.subject,
        customer=asked.customer,
        what=asked.what[:200],
        amount=asked.amount,
        language=asked.language,
        token=new_token(),
        provider=service.name,
        expires_at=max(asked.until, timezone.now() + LEAST_TIME),
        source=Source.CUSTOMER,
    )
    _save(payment)
    return payment


def _at_provider(payment: Payment, service: Provider) -> Payment:
    """Ask the provider for its page. Asked twice, from two tabs or after a lost answer, it is the same page."""
    try:
        checkout = service.check_out(_asked(payment))
    except ProviderRefuses:
        _end_if(payment, PaymentState.BEGUN, PaymentState.FAILED)
        log.warning("payment_refused", payment=payment.pk)
        raise
    with transaction.atomic():
        # It may have been called off meanwhile, or told of by the provider already.
        known = _locked(payment)
        if known.state == PaymentState.BEGUN:
            known.state, known.reference, known.address = PaymentState.OPEN, checkout.reference, checkout.address
            _save(known)
    return known


def _asked(payment: Payment) -> Asked:
    back = f"{settings.PUBLIC_URL}{reverse('payment', args=[payment.token])}"
    return Asked(
        payment.key, payment.amount, payment.currency, payment.what, payment.language, back, payment.expires_at
    )


# Hearing how it stands ------------------------------------------------------------------------------------------------
def look_up(payment: Payment) -> Payment:
    """Ask the provider how it stands, where somebody may be paying. Raises ProviderAway; then it is as it was."""
    service = provider()
    if service is None or payment.state != PaymentState.OPEN:
        return payment
    try:
        settle(service.look_up(payment.reference))
    except ProviderRefuses:
        log.warning("payment_not_known_to_provider", payment=payment.pk)
    payment.refresh_from_db()
    return payment


def settle(found: Found) -> PaymentTold:
    """Take in what the provider says. The same again, or something older, changes nothing."""
    known = Payment.objects.filter(key=found.key).first()
    if known is None:
        return PaymentTold.OTHER
    with transaction.atomic():
        kind = paid_for(known.kind)
        thing = kind.lock(known.subject)
        payment = _locked(known)
        if _is_amiss(payment, found):
            _keep_amiss(payment, found)
            return PaymentTold.AMISS
        before = payment.state
        payment.reference = payment.reference or found.reference
        if found.stands is Stands.PAID and payment.state not in GIVEN:
            _paid(payment, found, is_taken=_is_alone(payment) and kind.takes(thing, payment))
        elif found.stands is Stands.REFUNDED and payment.state != PaymentState.REFUNDED:
            _refunded(payment, found)
        elif found.stands is Stands.EXPIRED and payment.state in PENDING:
            _end(payment, PaymentState.EXPIRED)
    return PaymentTold.KNOWN if payment.state == before else PaymentTold.TAKEN


def _is_amiss(payment: Payment, found: Found) -> bool:
    is_another = bool(payment.reference) and payment.reference != found.reference
    return is_another or (payment.amount, payment.currency) != (found.amount, found.currency)


def _keep_amiss(payment: Payment, found: Found) -> None:
    """For staff to see to. It confirms nothing. The clock asks each minute: the same again is nothing new."""
    log.warning("payment_amiss", payment=payment.pk)
    currency = re.sub("[^A-Za-z]", "", found.currency)[:10]
    said = f"{found.stands.value}, {str(found.amount)[:20]} {currency}, {found.reference}"
    if payment.amiss != said:
        payment.amiss, payment.amiss_at = said, timezone.now()
        _save(payment)


def see_to(payment: Payment, by: By, basis: Basis) -> bool:
    """Somebody has looked at what does not fit: it waits for nobody any more. False where nothing waited."""
    with transaction.atomic():
        known = _locked(payment)
        if known.amiss_at is None:
            return False
        known.amiss_at = None
        _save(known, by, basis)
    return True


def _is_alone(payment: Payment) -> bool:
    """Whether no later payment of the same thing is under way or paid."""
    others = Payment.objects.filter(kind=payment.kind, subject=payment.subject, state__in=LIVE)
    return not others.exclude(pk=payment.pk).exists()


def _paid(payment: Payment, found: Found, *, is_taken: bool) -> None:
    """What cannot be given any more is paid back without anybody's doing."""
    payment.state, payment.address, payment.ended_at = PaymentState.PAID, "", None
    payment.paid_at = found.at or timezone.now()
    if found.card:
        _keep_card(payment, found.card)
    if is_taken:
        _save(payment)
        payment_settled.send(Payment, payment=payment)
    else:
        _to_be_refunded(payment)


def _refunded(payment: Payment, found: Found) -> None:
    """Asked for by us, or done at the provider's own desk."""
    if payment.state not in (PaymentState.PAID, PaymentState.REFUNDING):
        payment.paid_at, payment.ended_at, payment.address = found.at or timezone.now(), None, ""
        payment.state, payment.refund_asked_at = PaymentState.REFUNDING, timezone.now()
        _save(payment)
    now = timezone.now()
    payment.state, payment.refunded_at = PaymentState.REFUNDED, now
    payment.refund_asked_at = payment.refund_asked_at or now
    _save(payment)
    payment_settled.send(Payment, payment=payment)


def _keep_card(payment: Payment, card: CardKept) -> None:
    """Of the card that paid, what may be kept. A token that is known already, under whomever, stays as it is."""
    if PaymentCard.objects.filter(provider=payment.provider, token=card.token).exists():
        return
    kept = PaymentCard(
        customer=payment.customer,
        brand=card.brand,
        last_four=card.last_four,
        provider=payment.provider,
        token=card.token,
        source=Source.CUSTOMER,
    )
    kept.expires = card.expires
    changes.save(kept, by=BY_THE_PROVIDER, basis=paid_for(payment.kind).basis)


# Ending and giving back -----------------------------------------------------------------------------------------------
def call_off(kind: str, subjects: Collection[UUID], by: By, basis: Basis, *, refunds: bool) -> None:
    """The things are called off, which the caller has locked: who has not paid cannot any more, and who has gets it
    back where `refunds`."""
    now = timezone.now()
    of_these = Payment.objects.filter(kind=kind, subject__in=subjects).select_related("customer")
    ends = {"state": PaymentState.CANCELLED, "ended_at": now, "address": ""}
    ended = changes.save_all(of_these.filter(state__in=PENDING), ends, by=by, basis=basis)
    # Without a reference nobody was led to the provider's page.
    _soon(END_CHECKOUT, *(payment for payment in ended if payment.reference))
    if refunds:
        due = {"state": PaymentState.REFUNDING, "refund_asked_at": now}
        _soon(SEND_REFUND, *changes.save_all(of_these.filter(state=PaymentState.PAID), due, by=by, basis=basis))


def refund(payment: Payment, by: By, basis: Basis) -> bool:
    """Give it all back. False where it was not paid; where that is under way, it is asked for once more."""
    with transaction.atomic():
        paid_for(payment.kind).lock(payment.subject)
        known = _locked(payment)
        if known.state == PaymentState.PAID:
            _to_be_refunded(known, by, basis)
        elif known.state == PaymentState.REFUNDING:
            _soon(SEND_REFUND, known)
        else:
            return False
    return True


def send_refund(payment: Payment) -> None:
    """Have the provider do it, once however often it is asked. Raises ProviderAway, ProviderRefuses: it stays due."""
    service = provider()
    if service and payment.state == PaymentState.REFUNDING:
        settle(service.refund(payment.reference, f"{payment.key}-refund"))


def end_checkout(payment: Payment) -> None:
    """Nobody can pay it any more; where somebody just did, that is settled. Raises ProviderAway."""
    service = provider()
    if service and payment.reference:
        try:
            settle(service.end(payment.reference))
        except ProviderRefuses:
            log.warning("payment_not_known_to_provider", payment=payment.pk)
            _end_if(payment, PaymentState.OPEN, PaymentState.FAILED)


def _to_be_refunded(payment: Payment, by: By = BY_THE_PROVIDER, basis: Basis | None = None) -> None:
    payment.state, payment.refund_asked_at = PaymentState.REFUNDING, timezone.now()
    _save(payment, by, basis)
    _soon(SEND_REFUND, payment)


def _end(payment: Payment, state: PaymentState) -> None:
    payment.state, payment.ended_at, payment.address = state, timezone.now(), ""
    _save(payment)


def _end_if(payment: Payment, state: PaymentState, becomes: PaymentState) -> None:
    with transaction.atomic():
        paid_for(payment.kind).lock(payment.subject)
        known = _locked(payment)
        if known.state == state:
            _end(known, becomes)


def _save(payment: Payment, by: By = BY_THE_PROVIDER, basis: Basis | None = None) -> None:
    """Without a `basis` for the purpose of what is paid for."""
    changes.save(payment, by=by, basis=basis or paid_for(payment.kind).basis)


def _locked(payment: Payment) -> Payment:
    return Payment.objects.select_for_update(of=("self",)).select_related("customer").get(pk=payment.pk)


def _soon(task: str, *due: Payment) -> None:
    """Once this is committed; what the call cannot reach, `tend` does. Of many, one call asks for all."""
    if len(due) == 1:
        ask_once_committed(task, due[0].pk)
    elif due:
        ask_once_committed("records.tasks.for_each", task, [payment.pk for payment in due])


# By the clock ---------------------------------------------------------------------------------------------------------
def tend() -> None:
    """Ask for what no webhook told, end what was not paid in time, and refund what is due. One provider that is away
    is asked once a turn: the next turn goes on."""
    try:
        for payment in _to_be_settled():
            _tend(payment)
    except ProviderAway as problem:
        log.warning("payment_provider_away", reason=str(problem))


def _to_be_settled() -> list[Payment]:
    """Relies on payment_to_be_settled."""
    now = timezone.now()
    rows = Payment.objects.filter(state__in=(*PENDING, PaymentState.REFUNDING), created_at__lt=now - LEFT_TO_WEBHOOKS)
    rows = rows.exclude(state=PaymentState.REFUNDING, refund_asked_at__lt=now - REFUND_TRIES)
    return list(rows.order_by("expires_at", "pk")[:AT_ONCE])


def _tend(payment: Payment) -> None:
    is_late = payment.expires_at <= timezone.now()
    if payment.state == PaymentState.REFUNDING:
        try:
            send_refund(payment)
        except ProviderRefuses as problem:
            log.warning("refund_refused", payment=payment.pk, reason=str(problem))
    elif payment.state == PaymentState.OPEN:
        (_end_late if is_late else look_up)(payment)
    elif is_late:
        # Nobody was led to the provider's page: its address never came back.
        _end_if(payment, PaymentState.BEGUN, PaymentState.EXPIRED)


def _end_late(payment: Payment) -> None:
    """Nobody paid it in time; nor did who paid something else, of whom the provider would be asked for ever."""
    end_checkout(payment)
    payment.refresh_from_db()
    if payment.amiss:
        _end_if(payment, PaymentState.OPEN, PaymentState.EXPIRED)


def is_kept(kind: str, subject: UUID, until: datetime) -> bool:
    """Whether what is held until then is kept still: for its time, and where somebody may be paying and the provider
    does not answer whether they have. The caller has locked it."""
    now = timezone.now()
    if until > now:
        return True
    live = live_of(kind, subject)
    return live is not None and live.state == PaymentState.OPEN and now < max(until, live.expires_at) + GRACE


TROUBLES = """
SELECT count(*) FILTER (WHERE state = %(refunding)s AND refund_asked_at < %(since)s), count(amiss_at)
FROM records_payment
WHERE state = %(refunding)s AND refund_asked_at < %(since)s OR amiss_at IS NOT NULL
"""


def troubles() -> dict[str, int]:
    """How many refunds the provider has not made within the hour (`stuck`), and of how many payments it says what does
    not fit (`amiss`). One statement; relies on payment_to_be_settled and payment_amiss."""
    values: dict[str, Any] = {"refunding": PaymentState.REFUNDING.value, "since": timezone.now() - timedelta(hours=1)}
    with connection.cursor() as cursor:
        cursor.execute(TROUBLES, values)
        stuck, amiss = cursor.fetchone()
    return {"stuck": stuck, "amiss": amiss}


def is_over(payment: Payment) -> bool:
    return payment.state in ENDED

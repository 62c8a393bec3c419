"""A registration for an event that costs something: its place is held for a time, and is theirs once it is paid."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from privacy import changes
from privacy.purposes import Basis
from records import accommodating, seating
from records.enums import PaymentState, RegistrationState
from records.models import Gathering, Payment, Registration
from records.paying import payments
from records.paying.payments import BY_THE_PROVIDER, By, Wanted
from records.paying.things import PaidFor, declare_paid_for
from records.signals import places_settled

NAME = "registration"
# The notice's purpose "To conduct registration for USPS and related events".
PAYING = Basis(3)
AT_ONCE = 200


def due(registration: Registration) -> Decimal | None:
    """What is to be paid for the place now; None where nothing is."""
    gathering = registration.gathering
    return gathering.price if registration.state is RegistrationState.HELD and gathering.price else None


def begin(registration: Registration, language: str) -> Payment | None:
    """The payment of a held place; None where nothing is to be paid. Raises what payments.begin raises."""

    def wanted() -> Wanted | None:
        gathering = seating.locked(registration.gathering_id)
        registration.refresh_from_db()
        amount, until = due(registration), registration.held_until
        if amount is None or until is None or until <= timezone.now():
            return None
        what, customer = gathering.name, registration.customer
        return Wanted(NAME, registration.key, customer, what, amount, language, until)

    return payments.begin(wanted)


def is_paid(registration: Registration) -> bool:
    live = payments.live_of(NAME, registration.key)
    return live is not None and live.state == PaymentState.PAID


def is_refunded_now(gathering: Gathering) -> bool:
    """Whether whoever calls off now gets their money back, by the event's terms."""
    if gathering.refund_days is None:
        return False
    return timezone.now() <= gathering.starts_at - timedelta(days=gathering.refund_days)


def cancel(registration: Registration, by: By, basis: Basis) -> bool:
    """Call it off, with its payment: what is not paid ends, what is goes back within the event's terms."""
    with transaction.atomic():
        gathering = seating.locked(registration.gathering_id)
        if not seating.cancel(registration, by, basis):
            return False
        payments.call_off(NAME, [registration.key], by, basis, refunds=is_refunded_now(gathering))
    return True


def cancel_with_event(gathering: Gathering, by: By, basis: Basis) -> None:
    """The event is called off, and locked: so is all that stands, at the same moment, and what was paid goes back."""
    standing = gathering.registrations.filter(cancelled_at=None).select_related("customer")
    off = {"cancelled_at": gathering.cancelled_at, "is_waiting": False, "held_until": None}
    cancelled = changes.save_all(standing, off, by=by, basis=basis)
    accommodating.called_off(cancelled, by, basis)
    payments.call_off(NAME, [one.key for one in cancelled], by, basis, refunds=True)


def free_of_charge(gathering: Gathering, by: By, basis: Basis) -> None:
    """It costs nothing any more: places that were held until they are paid are theirs."""
    held = gathering.registrations.filter(cancelled_at=None, held_until__isnull=False).select_related("customer")
    if settled := changes.save_all(held, {"held_until": None}, by=by, basis=basis):
        payments.call_off(NAME, [one.key for one in settled], by, basis, refunds=False)
        places_settled.send(Registration, registrations=settled)


def lapse_unpaid() -> int:
    """Places that were not paid in time go to who waits. How many. Relies on registration_held."""
    now = timezone.now()
    rows = Registration.objects.filter(cancelled_at=None, held_until__lt=now).order_by("held_until", "pk")
    return sum(_lapse(registration) for registration in rows.select_related("customer")[:AT_ONCE])


def _lapse(registration: Registration) -> bool:
    """Unless it is paid meanwhile, or somebody may be paying and the provider does not answer whether they have."""
    with transaction.atomic():
        seating.under_lock(registration)
        until = registration.held_until
        if registration.cancelled_at or until is None or payments.is_kept(NAME, registration.key, until):
            return False
        seating.cancel(registration, BY_THE_PROVIDER, PAYING, is_lapsed=True)
        places_settled.send(Registration, registrations=[registration])
    return True


def _locked(key: UUID) -> Registration | None:
    found = Registration.objects.filter(key=key).values_list("gathering", flat=True).first()
    if found is None:
        return None
    seating.locked(found)
    return Registration.objects.select_related("gathering", "customer").get(key=key)


def _takes(registration: Registration | None, payment: Payment) -> bool:
    """The place is theirs. Of a place that went as it was not paid in time: again, where one is left, and they are not
    registered under another record by now."""
    if registration is None or registration.is_waiting:
        return False
    gathering = registration.gathering
    if registration.cancelled_at:
        is_over = gathering.cancelled_at is not None or gathering.starts_at <= timezone.now()
        if is_over or not registration.is_lapsed or seating.free(gathering) == 0:
            return False
        if seating.another_standing(registration):
            return False
        registration.cancelled_at = None
        accommodating.stands_again(registration, BY_THE_PROVIDER, PAYING)
    registration.held_until = None
    changes.save(registration, by=BY_THE_PROVIDER, basis=PAYING)
    places_settled.send(Registration, registrations=[registration])
    return True


KIND = declare_paid_for(PaidFor(name=NAME, label="Registration for an event", basis=PAYING, lock=_locked, takes=_takes))

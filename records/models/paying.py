"""Payments through a provider's hosted page: what was asked for, how it stands, and which deliveries were taken in."""

from django.db import models
from django.db.models import Q

from privacy.holdings import Holds, SystemData
from records import clocks
from records.enums import PaymentState, PaymentTold
from records.models.contact import OF_CUSTOMER
from records.models.customer import Customer
from records.models.provenance import OfCustomer, Provenance

CURRENCY = "USD"
# Of one thing, one payment at most is in one of these.
LIVE = (PaymentState.BEGUN, PaymentState.OPEN, PaymentState.PAID)
# Somebody is still at the provider's page, or on the way to it.
PENDING = (PaymentState.BEGUN, PaymentState.OPEN)
GIVEN = (PaymentState.PAID, PaymentState.REFUNDING, PaymentState.REFUNDED)
ENDED = (PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED)


class Payment(OfCustomer, Provenance):
    """`kind` and `subject` name what it pays for (records.paying.things): a registration or an order, by its
    key.

    The migration's trigger lets `state` change only as records.paying.payments says.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=20, editable=False)
    subject = models.UUIDField(editable=False)
    what = models.CharField("paid for", max_length=200, editable=False)
    amount = models.DecimalField("amount", max_digits=8, decimal_places=2, editable=False)
    currency = models.CharField(max_length=3, default=CURRENCY, editable=False)
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.BEGUN, editable=False)
    # Stands in the address to which the provider leads back; it opens nothing but what is said of the payment.
    token = models.CharField(max_length=22, unique=True, editable=False)
    language = models.CharField(max_length=2, blank=True, default="", editable=False)
    provider = models.CharField("payment provider", max_length=40, editable=False)
    reference = models.CharField("the provider's reference", max_length=200, blank=True, default="", editable=False)
    # The provider's page, while it can be paid there.
    address = models.CharField(max_length=500, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(editable=False)
    paid_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    refund_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    refunded_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the provider said last that does not fit what was asked for, and since when nobody has seen to it.
    amiss = models.CharField("what does not match", max_length=200, blank=True, default="", editable=False)
    amiss_at = models.DateTimeField("needs attention since", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state"),
            models.CheckConstraint(condition=Q(amount__gt=0, currency=CURRENCY), name="payment_amount"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.BEGUN) | Q(state__in=ENDED) | ~Q(reference=""),
                name="payment_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(state=PaymentState.OPEN) | Q(address=""), name="payment_address_while_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=GIVEN, paid_at__isnull=False) | (~Q(state__in=GIVEN) & Q(paid_at=None)),
                name="payment_paid_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="payment_ended_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(PaymentState.REFUNDING, PaymentState.REFUNDED), refund_asked_at__isnull=False)
                | (~Q(state__in=(PaymentState.REFUNDING, PaymentState.REFUNDED)) & Q(refund_asked_at=None)),
                name="payment_refund_asked_at",
            ),
            models.CheckConstraint(
                condition=Q(state=PaymentState.REFUNDED, refunded_at__isnull=False)
                | (~Q(state=PaymentState.REFUNDED) & Q(refunded_at=None)),
                name="payment_refunded_at",
            ),
            models.CheckConstraint(condition=Q(amiss_at=None) | ~Q(amiss=""), name="payment_amiss_said"),
            models.UniqueConstraint(
                fields=["provider", "reference"], condition=~Q(reference=""), name="payment_reference_once"
            ),
            models.UniqueConstraint(fields=["kind", "subject"], condition=Q(state__in=LIVE), name="payment_live_once"),
        ]
        indexes = [
            models.Index(fields=["kind", "subject"], name="payment_of_subject"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=(*PENDING, PaymentState.REFUNDING)),
                name="payment_to_be_settled",
            ),
            models.Index(fields=["amiss_at"], condition=Q(amiss_at__isnull=False), name="payment_amiss"),
        ]

    notice = Holds(
        elements={
            "what": "c07-name-of-event",
            # What stands at the provider for the card that paid, as a token does.
            "reference": "c06-credit-and-or-debit-card-number",
            "amiss": "c06-credit-and-or-debit-card-number",
        },
        system={
            **OF_CUSTOMER,
            "kind": "which kind of thing is paid for",
            "subject": "which one, by its key",
            "amount": "what it costs",
            "currency": "in which currency",
            "state": "how the payment stands",
            "token": "random, stands in the address of the payment's own page",
            "language": "in which language they paid",
            "provider": "who takes the money",
            "address": "the provider's page, while it can be paid there",
            "expires_at": "until when it can be paid",
            "paid_at": "when it was paid",
            "ended_at": "when it ended without being paid",
            "refund_asked_at": "when it was to be refunded",
            "refunded_at": "when it was refunded",
            "amiss_at": "since when what the provider says of it does not fit, and nobody has seen to it",
        },
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        shows_life="paid_at",
        told=("amount", "currency", "state", "provider"),
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return f"{self.what}: {self.amount} {self.currency}"


class PaymentDelivery(models.Model):
    """A delivery of the provider, by its own id, so that it counts once, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    delivery_id = models.CharField(max_length=120, unique=True)
    became = models.CharField(max_length=10, choices=PaymentTold)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(became__in=PaymentTold.values), name="payment_delivery_became"),
            models.CheckConstraint(condition=~Q(delivery_id=""), name="payment_delivery_has_id"),
        ]

    notice = SystemData("ids of a payment provider's deliveries and what became of them; names no payment and nobody")

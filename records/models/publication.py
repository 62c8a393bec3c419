"""Publications: the catalogue, what customers ask for, and the lists by which issues are sent.

Who subscribes is a member of the publication's list (`ListMembership`): imports, audiences and suppression know of them
as of any other list.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from privacy.holdings import Holds, SystemData
from privacy.retention.periods import day_of
from records import clocks
from records.enums import DeliveryWay, OrderKind, OrderState, PublicationForm
from records.models.contact import OF_CUSTOMER
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import Customer
from records.models.destination import ADDRESS_ELEMENTS, ADDRESS_SYSTEM, Destination
from records.models.membership import MailingList
from records.models.provenance import Provenance
from records.models.survey import SPANISH


class Publication(Provenance):
    """What the catalogue says of a publication. Its name is its list's; its subscribers are the list's members."""

    mailing_list = models.OneToOneField(MailingList, models.PROTECT, related_name="publication", editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name_es = models.CharField("name in Spanish", max_length=200, blank=True, default="")
    description = models.TextField(max_length=5_000, blank=True, default="")
    description_es = models.TextField("description in Spanish", max_length=5_000, blank=True, default="")
    how_often = models.CharField("how often it comes", max_length=100, blank=True, default="")
    how_often_es = models.CharField("the same in Spanish", max_length=100, blank=True, default="")
    form = models.CharField("how it is sent", max_length=6, choices=PublicationForm, default=PublicationForm.PRINT)
    takes_subscriptions = models.BooleanField("customers can subscribe", default=True)
    takes_orders = models.BooleanField("customers can order it once", default=True)
    most_copies = models.PositiveSmallIntegerField("most copies", default=1)
    # In US dollars, of each copy that is ordered once; none: free, as every subscription is.
    price = models.DecimalField("price in US dollars", max_digits=8, decimal_places=2, null=True, blank=True)
    # Whether customers find it: published, and in the catalogue or by personal links alone.
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_open = models.BooleanField("in the public catalog", default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["mailing_list__name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(form__in=PublicationForm.values), name="publication_form"),
            models.CheckConstraint(condition=Q(most_copies__range=(1, 1_000)), name="publication_most_copies"),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gt=0, takes_orders=True), name="publication_price"
            ),
            models.CheckConstraint(
                condition=Q(takes_subscriptions=True) | Q(takes_orders=True), name="publication_takes_something"
            ),
        ]

    notice = SystemData("A publication's own description; who gets it stands in ListMembership and PublicationOrder.")

    def __str__(self) -> str:
        return self.mailing_list.name

    @property
    def name(self) -> str:
        return self.mailing_list.name

    @property
    def provider(self) -> str:
        return self.mailing_list.provider

    @property
    def terms(self) -> str:
        return self.mailing_list.terms

    @property
    def ways(self) -> list[DeliveryWay]:
        """By which ways it can be had, the usual one first."""
        return [way for way in DeliveryWay if self.form in (way.value, PublicationForm.BOTH)]

    def name_in(self, language: str) -> str:
        return (language == SPANISH and self.name_es) or self.name

    def description_in(self, language: str) -> str:
        return (language == SPANISH and self.description_es) or self.description

    def how_often_in(self, language: str) -> str:
        return (language == SPANISH and self.how_often_es) or self.how_often


class PublicationOrder(Provenance, Destination, Correspondence):
    """What somebody asked for: a publication once; or each issue of it, until they confirm it and are on its list.

    Whoever came by no link of their own is nobody known until they confirm it from their mailbox.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="publication_orders")
    kind = models.CharField("what was asked for", max_length=5, choices=OrderKind, default=OrderKind.ONCE)
    email = models.EmailField("e-mail", max_length=254, blank=True, default="")
    asked_at = models.DateTimeField("asked")
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("canceled", null=True, blank=True, editable=False)
    # What it costs in all, as it was when it was ordered: a later price changes nothing of it. None: free.
    amount = models.DecimalField(
        "amount in US dollars", max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    # Kept until then for whoever pays (records.paying); stays on what was not paid in time.
    held_until = models.DateTimeField("held until", null=True, blank=True, editable=False)
    # Through what they came, for the response once it is confirmed. No references: a share may go before.
    campaign_slug = models.CharField(max_length=80, blank=True, default="", editable=False)
    share_key = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            *Correspondence.Meta.constraints,
            *Destination.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="publication_order_kind"),
            # One who asks twice at the same time waits once.
            models.UniqueConstraint(
                F("publication"), F("kind"), Lower("email"),
                condition=Q(confirmed_at=None, cancelled_at=None), name="publication_order_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(customer__isnull=False, kind=OrderKind.ONCE),
                name="publication_order_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("asked_at")),
                name="publication_order_confirmed_after",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0, kind=OrderKind.ONCE), name="publication_order_amount"
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(amount__isnull=False, confirmed_at__isnull=False),
                name="publication_order_held_costs",
            ),
        ]  # fmt: skip
        indexes = [
            *Correspondence.Meta.indexes,
            models.Index(fields=["customer", "-asked_at"], name="publication_order_of_customer"),
            models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="publication_order_unconfirmed"),
            models.Index(
                fields=["held_until"],
                condition=Q(cancelled_at=None, held_until__isnull=False),
                name="publication_order_held",
            ),
        ]

    notice = Holds(
        elements={**ADDRESS_ELEMENTS, "email": ("c01-email-address", "c01-other-emails-provided-by-customers")},
        system={
            **OF_CUSTOMER,
            **ADDRESS_SYSTEM,
            **LETTER_SYSTEM,
            "publication": "what was asked for",
            "kind": "once, or each issue",
            "asked_at": "when it was asked for",
            "confirmed_at": "when they confirmed it",
            "cancelled_at": "when it was called off",
            "amount": "what it costs",
            "held_until": "until when it was kept while they paid",
            "campaign_slug": "through which campaign they came",
            "share_key": "through which share they came",
        },
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks={"RET-3": clocks.ended_or(day_of("asked_at", models.DateTimeField()))},
        told=("publication", "kind", "copies", "way", "amount", "campaign_slug"),
        shows_life="asked_at",
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return f"{self.publication}: {self.addressee or self.email or (self.customer or '')}"

    @property
    def vault_subject(self) -> uuid.UUID:
        """The customer; what nobody has confirmed yet has a key of its own."""
        return self.customer.key if self.customer else self.key

    @property
    def is_subscription(self) -> bool:
        return self.kind == OrderKind.EVERY

    @property
    def is_lapsed(self) -> bool:
        """Whether it is off because it was not paid in time, and not because somebody called it off."""
        return self.cancelled_at is not None and self.held_until is not None

    @property
    def stands(self) -> OrderState:
        """One query, where its entry was not fetched with it."""
        if self.cancelled_at:
            return OrderState.CANCELLED
        if self.confirmed_at is None:
            return OrderState.UNCONFIRMED
        if self.held_until:
            return OrderState.HELD
        entry = getattr(self, "entry", None)
        if entry is None:
            return OrderState.WAITING
        return OrderState.SENT if entry.fulfilment.sent_on else OrderState.LISTED

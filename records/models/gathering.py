"""Events that customers attend: registrations with their roles (category 7) and wishes (category 8)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds
from privacy.vault.fields import SealedTextField
from records import clocks
from records.enums import RegistrationState
from records.models.contact import OF_CUSTOMER
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.customer import Customer
from records.models.provenance import SYSTEM_FIELDS, OfCustomer, Provenance
from records.models.sent import SENT_SYSTEM, Sent
from records.models.survey import SPANISH


class Gathering(Provenance):
    """An event of the agency: a conference, a workshop, a council's meeting. `Event` is the event log's word."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("name of the event", max_length=200)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    name_es = models.CharField("name in Spanish", max_length=200, blank=True, default="")
    description = models.TextField(max_length=5_000, blank=True, default="")
    description_es = models.TextField("description in Spanish", max_length=5_000, blank=True, default="")
    # Its clock times are those of its place, whoever reads them.
    time_zone = models.CharField(max_length=64, default="America/New_York")
    capacity = models.PositiveIntegerField("places", null=True, blank=True)
    registration_closes_at = models.DateTimeField(null=True, blank=True)
    # In US dollars; 0 is free. Who pays until so many days before it begins and calls off then is refunded.
    price = models.DecimalField("price in US dollars", max_digits=8, decimal_places=2, default=0, db_default=0)
    refund_days = models.PositiveSmallIntegerField(
        "refundable until this many days before it begins", null=True, blank=True
    )
    # Whether customers find it at its address: published, and open to whoever has that, or to personal links alone.
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_open = models.BooleanField("anyone with the link can register", default=False)
    # Calendars take what has the higher number: how often it was moved or called off, and when last (records.moving).
    moves = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("canceled", null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="gathering_has_name"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="gathering_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=1), name="gathering_capacity"),
            models.CheckConstraint(condition=Q(price__gte=0), name="gathering_price"),
        ]

    notice = Holds(
        elements={"name": "c07-name-of-event"},
        system={
            **SYSTEM_FIELDS,
            "slug": "name of the event in addresses",
            "place": "where the event is, the same for everybody",
            "starts_at": "when the event is",
            "ends_at": "when the event is",
            "name_es": "name of the event in Spanish",
            "description": "what it is about, the same for everybody",
            "description_es": "the same in Spanish",
            "time_zone": "whose clock its times are on",
            "capacity": "how many places there are",
            "registration_closes_at": "until when one may register",
            "price": "what a place costs, the same for everybody",
            "refund_days": "until when it is refunded, the same for everybody",
            "published_at": "since when customers find it",
            "is_open": "who may register",
            "moves": "how often its time or place was changed",
            "moved_at": "when that was last",
            "cancelled_at": "when it was called off",
            "is_demo": "marks made-up data",
        },
        individual="",
        clock="starts_at",
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return (language == SPANISH and self.name_es) or self.name

    def description_in(self, language: str) -> str:
        return (language == SPANISH and self.description_es) or self.description

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def starts_there(self) -> datetime:
        """By the clock of its place."""
        return self.starts_at.astimezone(self.zone)

    @property
    def ends_there(self) -> datetime | None:
        return self.ends_at.astimezone(self.zone) if self.ends_at else None


class Registration(OfCustomer, Provenance, Correspondence, Sent):
    gathering = models.ForeignKey(Gathering, models.PROTECT, verbose_name="event", related_name="registrations")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="registrations")
    registered_at = models.DateTimeField()
    role = models.CharField("role at the event", max_length=100, blank=True)
    itinerary = SealedTextField(max_length=5_000, null=True, blank=True)
    badge_name = models.CharField(max_length=100, blank=True)
    accommodations = SealedTextField(max_length=2_000, null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # On the waiting list: it moves up when a place is free (records.seating).
    is_waiting = models.BooleanField("on the waiting list", default=False, db_default=False, editable=False)
    # The place is kept until then for whoever pays (records.paying); stays on what was not paid in time.
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    # Stands in the address by which its customer changes it; none for those that staff or a file brought.
    token = models.CharField(max_length=22, unique=True, null=True, editable=False)
    language = models.CharField(max_length=2, blank=True, default="", db_default="", editable=False)
    # The `moved_at` of the event that its customer was last written to about.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["gathering", "registered_at", "id"]
        constraints = [
            *Correspondence.Meta.constraints,
            *Sent.Meta.constraints,
            models.UniqueConstraint(fields=["gathering", "customer"], name="registration_once"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_at__gte=F("registered_at")),
                name="registration_cancelled_after",
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at=None) | Q(attended=True), name="registration_checked_in_attended"
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(is_waiting=False), name="registration_held_is_a_place"
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            *Sent.Meta.indexes,
            models.Index(fields=["customer", "-registered_at"], name="registration_of_customer"),
            # Who has a place, counted; who waits, in order.
            models.Index(
                fields=["gathering", "is_waiting", "registered_at", "id"],
                condition=Q(cancelled_at=None),
                name="registration_standing",
            ),
            models.Index(
                fields=["held_until"],
                condition=Q(cancelled_at=None, held_until__isnull=False),
                name="registration_held",
            ),
        ]

    notice = Holds(
        elements={
            "gathering": "c07-name-of-event",
            "role": "c07-role-at-event",
            "attended": "c07-role-at-event",
            "checked_in_at": "c07-role-at-event",
            "itinerary": "c07-itinerary",
            "badge_name": "c08-preferences-for-badge-name",
            "accommodations": "c08-preferences-for-accommodations",
        },
        system={
            **OF_CUSTOMER,
            **LETTER_SYSTEM,
            **SENT_SYSTEM,
            "registered_at": "when they signed up",
            "cancelled_at": "when they called it off",
            "is_waiting": "whether they wait for a place",
            "held_until": "until when their place was kept while they paid",
            "token": "random, stands in the address of their own page",
            "language": "in which language they signed up",
            "told_at": "up to when they were told that the event is at another time or place",
        },
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        shows_life="registered_at",
        # Whoever was there was the one who is on the badge.
        lifeless=Q(is_claimed=True) & ~Q(attended=True),
        rules=("RET-3",),
    )

    @property
    def badge(self) -> str:
        """What the badge says: what was asked for here, else what the customer always wants, else their name."""
        if self.badge_name:
            return self.badge_name
        preference = getattr(self.customer, "preference", None)
        return (preference.badge_name if preference else "") or self.customer.name

    @property
    def state(self) -> RegistrationState:
        if self.cancelled_at:
            return RegistrationState.CANCELLED
        if self.is_waiting:
            return RegistrationState.WAITING
        return RegistrationState.HELD if self.held_until else RegistrationState.CONFIRMED

    @property
    def is_lapsed(self) -> bool:
        """Whether it is off because it was not paid in time, and not because somebody called it off."""
        return self.cancelled_at is not None and self.held_until is not None

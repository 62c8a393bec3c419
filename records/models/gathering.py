"""Events that customers attend: registrations with their roles (category 7) and wishes (category 8)."""

from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds
from privacy.vault.fields import SealedTextField
from records import clocks
from records.models.contact import OF_CUSTOMER
from records.models.customer import Customer
from records.models.provenance import SYSTEM_FIELDS, OfCustomer, Provenance


class Gathering(Provenance):
    """An event of the agency: a conference, a workshop, a council's meeting. `Event` is the event log's word."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("name of the event", max_length=200)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="gathering_has_name"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="gathering_ends_after_start"
            ),
        ]

    notice = Holds(
        elements={"name": "c07-name-of-event"},
        system={
            **SYSTEM_FIELDS,
            "slug": "name of the event in addresses",
            "place": "where the event is, the same for everybody",
            "starts_at": "when the event is",
            "ends_at": "when the event is",
            "is_demo": "marks made-up data",
        },
        individual="",
        clock="starts_at",
        rules=("RET-3",),
    )

    def __str__(self) -> str:
        return self.name


class Registration(OfCustomer, Provenance):
    gathering = models.ForeignKey(Gathering, models.PROTECT, verbose_name="event", related_name="registrations")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="registrations")
    registered_at = models.DateTimeField()
    role = models.CharField("role at the event", max_length=100, blank=True)
    itinerary = SealedTextField(max_length=5_000, null=True, blank=True)
    badge_name = models.CharField(max_length=100, blank=True)
    accommodations = SealedTextField(max_length=2_000, null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["gathering", "registered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["gathering", "customer"], name="registration_once"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_at__gte=F("registered_at")),
                name="registration_cancelled_after",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-registered_at"], name="registration_of_customer")]

    notice = Holds(
        elements={
            "gathering": "c07-name-of-event",
            "role": "c07-role-at-event",
            "attended": "c07-role-at-event",
            "itinerary": "c07-itinerary",
            "badge_name": "c08-preferences-for-badge-name",
            "accommodations": "c08-preferences-for-accommodations",
        },
        system={**OF_CUSTOMER, "registered_at": "when they signed up", "cancelled_at": "when they called it off"},
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        shows_life="registered_at",
        rules=("RET-3",),
    )

    @property
    def badge(self) -> str:
        """What the badge says: what was asked for here, else what the customer always wants, else their name."""
        if self.badge_name:
            return self.badge_name
        preference = getattr(self.customer, "preference", None)
        return (preference.badge_name if preference else "") or self.customer.name

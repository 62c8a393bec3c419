"""Customers, and whose customers they are."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from privacy.enums import KeyKind
from privacy.models import User
from privacy.roles import Permit
from records.models.importing import Import
from records.models.organization import Organization
from records.models.team import TeamMembership, Territory


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> Self:
        """The customers whom the user's roles let them see; none without a permit."""
        if user.has_permit(Permit.VIEW_ALL_CUSTOMERS):
            return self
        if user.has_permit(Permit.VIEW_TEAM_CUSTOMERS):
            return self.of_teams_of(user)
        if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS):
            return self.assigned_to(user)
        return self.none()

    def assigned_to(self, staff: User) -> Self:
        return self.filter(Exists(CustomerAssignment.objects.current().filter(customer=OuterRef("pk"), staff=staff)))

    def of_teams_of(self, manager: User) -> Self:
        """The customers of the manager's people, and those of their teams' territories who are nobody's yet."""
        territories = TeamMembership.objects.managed_by(manager).values("team__territory")
        present = CustomerAssignment.objects.current().filter(customer=OuterRef("pk"))
        theirs = Exists(present.filter(staff__in=managed_staff(manager)))
        return self.filter(theirs | Q(Q(territory__in=territories), ~Exists(present)))

    def found_by(self, text: str) -> Self:
        """Those whose number or e-mail address is the text, or whose name begins with it, case aside.

        Each of the three has its index (customer_number, customer_email_lower, customer_name_prefix).
        """
        text = text.strip()
        if not text:
            return self
        return self.annotate(name_lower=Lower("name"), email_lower=Lower("email")).filter(
            Q(number=text) | Q(email_lower=text.lower()) | Q(name_lower__startswith=text.lower())
        )


def searched_key(text: str) -> KeyKind:
    """Which of the notice's keys a text that is searched for is, by its look: `found_by` tries all three."""
    if "@" in text:
        return KeyKind.EMAIL_ADDRESS
    return KeyKind.CUSTOMER_ID if any(letter.isdigit() for letter in text) else KeyKind.CUSTOMER_NAME


def managed_staff(manager: User) -> "models.QuerySet[User]":
    """The manager and the present members of the teams that they manage."""
    mine = TeamMembership.objects.managed_by(manager)
    return User.objects.filter(
        Q(pk=manager.pk)
        | Exists(TeamMembership.objects.filter(staff=OuterRef("pk"), until=None, team__in=mine.values("team")))
    )


class Customer(models.Model):
    """A person or an account's contact whom materials are shared with."""

    # Stable name of the person in events and URLs: says nothing about who it is.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("customer ID", max_length=40, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    postal_code = models.CharField("ZIP or postal code", max_length=20, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="customers")
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, blank=True, related_name="customers")
    customer_since = models.DateField(null=True, blank=True)
    source_import = models.ForeignKey(Import, models.PROTECT, null=True, related_name="customers")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(condition=~Q(number=""), name="customer_has_number"),
        ]
        indexes = [
            models.Index(Lower("email"), name="customer_email_lower"),
            # C.UTF-8 sorts by code point, so an ordinary index serves a prefix search too.
            models.Index(Lower("name"), "id", name="customer_name_prefix"),
            models.Index(fields=["name", "id"], name="customer_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerAssignmentQuerySet(models.QuerySet["CustomerAssignment"]):
    def current(self) -> Self:
        return self.filter(until=None)


class CustomerAssignment(models.Model):
    """Whose customer somebody is, from and until when; what is over stays as history."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="customer_assignments")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CustomerAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["customer", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "customer"], condition=Q(until=None), name="customer_assigned_once_to_each"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="assignment_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"customer {self.customer_id} of {self.staff_id}"

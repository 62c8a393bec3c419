"""Calls and visits: when, by whom, what about, and the next step with its date."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from privacy.holdings import Holds
from records import clocks
from records.enums import InteractionKind
from records.models.contact import OF_CUSTOMER
from records.models.customer import Customer
from records.models.provenance import Provenance


class Interaction(Provenance):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=10, choices=InteractionKind, default=InteractionKind.CALL)
    happened_at = models.DateTimeField("when", default=timezone.now)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interactions")
    about = models.CharField(max_length=200)
    notes = models.TextField(max_length=10_000, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_step_on = models.DateField("on", null=True, blank=True)
    next_step_done_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(about=""), name="interaction_about"),
            models.CheckConstraint(condition=Q(kind__in=InteractionKind.values), name="interaction_kind"),
            models.CheckConstraint(
                condition=Q(next_step="", next_step_on=None, next_step_done_at=None) | ~Q(next_step=""),
                name="interaction_date_with_step",
            ),
            models.CheckConstraint(
                condition=Q(next_step_done_at=None) | Q(next_step_done_at__gte=F("happened_at")),
                name="interaction_done_after",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-happened_at"], name="interaction_of_customer"),
            models.Index(
                fields=["staff", "next_step_on"],
                condition=Q(next_step_done_at=None) & ~Q(next_step=""),
                name="interaction_open_steps",
            ),
        ]

    notice = Holds(
        elements=dict.fromkeys(
            ("kind", "happened_at", "about", "notes", "next_step", "next_step_on", "next_step_done_at"),
            "c03-calls-made",
        )
        | {"staff": ("c03-names-of-usps-employees-serving-the-firm", "c03-calls-made")},
        system=OF_CUSTOMER,
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        shows_life="happened_at",
        rules=("RET-3",),
    )

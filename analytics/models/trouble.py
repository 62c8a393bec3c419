"""Where a customer seems to be in trouble: what was found by which detector, and what staff made of it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from analytics.enums import TroubleState
from analytics.models.rollups import REPORTED
from privacy.holdings import Holds
from privacy.models import User
from records.models import Customer


class TroubleAreaQuerySet(models.QuerySet["TroubleArea"]):
    def visible_to(self, user: User) -> Self:
        """Those of the customers whom the user sees."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


class TroubleArea(models.Model):
    """One finding. `evidence` is what its detector saw, as numbers and days; open until staff dismissed it or acted, or
    it passed by itself. A customer has one open finding of a detector at a time."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="trouble_areas")
    detector = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=TroubleState, default=TroubleState.OPEN)
    # Why it was dismissed, or what was done.
    note = models.TextField(max_length=1_000, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = TroubleAreaQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "detector"], condition=Q(state=TroubleState.OPEN), name="trouble_open_once"
            ),
            models.CheckConstraint(condition=Q(state__in=TroubleState.values), name="trouble_state"),
            models.CheckConstraint(
                condition=Q(state=TroubleState.OPEN, settled_at=None, settled_by=None)
                | Q(state=TroubleState.PASSED, settled_at__isnull=False, settled_by=None)
                | Q(state__in=[TroubleState.DISMISSED, TroubleState.ACTED], settled_at__isnull=False)
                & Q(settled_by__isnull=False)
                & ~Q(note=""),
                name="trouble_settled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["detector", "state"], name="trouble_of_detector")]

    notice = Holds(
        elements={"detector": REPORTED, "evidence": REPORTED, "note": REPORTED, "state": REPORTED},
        system={
            "id": "database key",
            "key": "random name of the row in addresses",
            "customer": "whom it is about",
            "found_at": "when it was found first",
            "seen_at": "starts the retention",
            "settled_at": "when staff decided, or it passed",
            "settled_by": "which member of staff decided",
        },
        individual="customer",
        clock="seen_at",
        rules=("RET-7",),
    )

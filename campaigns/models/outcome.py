"""Responses and conversions that staff recorded."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.enums import OutcomeKind
from campaigns.models.campaign import Campaign, Variant, Viewer
from campaigns.models.event import EventBatch
from campaigns.models.share import Share
from privacy.holdings import Holds


class Outcome(models.Model):
    """A response or conversion of a customer as staff recorded it; its event in the log has the same id.

    One that was wrong is taken back: the event leaves the log, this row stays and says so.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=OutcomeKind)
    viewer = models.ForeignKey(Viewer, models.PROTECT, related_name="outcomes")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="outcomes")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, blank=True, related_name="+")
    share = models.ForeignKey(Share, models.PROTECT, null=True, blank=True, related_name="outcomes")
    happened_at = models.DateTimeField("when")
    # Money in the agency's currency.
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # The commit of its event; none once it is taken back.
    batch = models.OneToOneField(EventBatch, models.PROTECT, null=True, related_name="outcome")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OutcomeKind.values), name="outcome_kind"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="outcome_amount"),
            models.CheckConstraint(
                condition=Q(campaign=None, variant=None) | Q(campaign__isnull=False, variant__isnull=False),
                name="outcome_variant_with_campaign",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, batch__isnull=False) | Q(taken_back_at__isnull=False, batch=None),
                name="outcome_in_the_log_or_taken_back",
            ),
        ]
        indexes = [models.Index(fields=["viewer", "-happened_at"], name="outcome_of_viewer")]

    notice = Holds(
        elements=dict.fromkeys(("kind", "happened_at", "amount"), "c18-analytics-program-report-data"),
        system={
            "id": "database key",
            "key": "random name of the row, and of its event",
            "viewer": "who responded",
            "campaign": "in which campaign",
            "variant": "in which arm",
            "share": "through which share",
            "batch": "the commit of its event",
            "recorded_by": "which member of staff recorded it",
            "recorded_at": "when it was recorded",
            "taken_back_at": "when it was taken back",
            "taken_back_by": "which member of staff took it back",
        },
        individual="viewer__customer",
        clock="happened_at",
        told=("campaign", "variant"),
        rules=("RET-2B",),
        scopes={"campaign": "campaign__slug"},
        shows_life="happened_at",
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        """Under whom its history is sealed."""
        customer = self.viewer.customer
        return customer.key if customer else self.viewer.key

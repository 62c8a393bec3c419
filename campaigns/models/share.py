import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign, Variant, Viewer
from campaigns.models.event import EventBatch
from campaigns.models.material import Material
from privacy.holdings import Holds


def new_token() -> str:
    """128 random bits, as they stand in a share's address."""
    return secrets.token_urlsafe(16)


class Share(models.Model):
    """One material shared with one recipient, within a campaign or by itself."""

    # The id of the event `shared` that made it; the same event twice makes one share.
    key = models.UUIDField(unique=True)
    token = models.CharField(max_length=22, unique=True, default=new_token)
    material = models.ForeignKey(Material, models.PROTECT, related_name="shares")
    recipient = models.ForeignKey(Viewer, models.PROTECT, related_name="shares")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="shares")
    variant = models.ForeignKey(Variant, models.PROTECT, null=True, related_name="shares")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="shares")
    batch = models.ForeignKey(EventBatch, models.PROTECT, null=True, related_name="shares")
    shared_at = models.DateTimeField()

    class Meta:
        ordering = ["-shared_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign=None, variant=None) | Q(campaign__isnull=False, variant__isnull=False),
                name="share_variant_with_campaign",
            ),
        ]
        indexes = [models.Index(fields=["recipient", "-shared_at"], name="share_of_recipient")]

    notice = Holds(
        elements={
            "sender": (
                "c18-analytics-program-shared-by-email-address",
                "c18-analytics-program-shared-by-name",
                "c18-custom-webpage-shared-by-email-address",
                "c18-custom-webpage-shared-by-name",
            ),
            "recipient": (
                "c18-analytics-program-shared-to-email-address",
                "c18-custom-webpage-shared-to-email-address",
                "c18-custom-webpage-shared-to-name",
            ),
            "shared_at": ("c18-customer-sharing-program-usage-report-data", "c18-custom-webpage-share-number"),
        },
        system={
            "id": "database key",
            "key": "the sender's name of the event that made it",
            "token": "random, stands in the share's address",
            "material": "what was shared",
            "campaign": "which campaign",
            "variant": "which arm",
            "batch": "the commit that the fold counts",
        },
        individual="recipient__customer",
        clock="shared_at",
        rules=("RET-2B",),
    )

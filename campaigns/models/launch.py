"""A campaign's launch: the draw of its people, once."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from campaigns.models.campaign import Campaign
from privacy.holdings import SystemData


class Launch(models.Model):
    """Whom the audience held at the moment of the draw, who was left out and why, and how far the shares are.

    The draw is made once: `drawn_at` is set in the transaction that writes every Assignment of the campaign.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="launch")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    drawn_at = models.DateTimeField(null=True)
    matched = models.PositiveIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)
    # People by the reason why they were left out (campaigns.leaving_out.LeftOut).
    left_out = models.JSONField(default=dict)
    shares = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reached__lte=F("matched")), name="launch_reaches_who_match"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(drawn_at__isnull=False), name="launch_done_after_draw"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="launch_under_way")]

    notice = SystemData("Counts of a campaign's draw; who was drawn stands in Assignment.")

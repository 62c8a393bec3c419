"""What came of tests of variants, written down when they ended."""

from django.db import models
from django.db.models import Q

from campaigns.models import Campaign, Variant
from privacy.holdings import SystemData


class ReachedVerdict(models.Model):
    """A campaign with a control has ended: its clearest variant against the control by one measure, as it stood then.

    Without a variant no difference was clear, or, where `blocked` says why, nothing could be told. Written once,
    whatever comes in later.
    """

    # As in the rollups the database does not hold on to the campaign: taking its import back takes it away.
    campaign = models.OneToOneField(
        Campaign, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    variant = models.ForeignKey(Variant, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    measure = models.CharField(max_length=40)
    # The variant less the control, with its interval at 95 %.
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    blocked = models.TextField(default="", db_default="")
    reached_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(measure=""), name="reached_verdict_measure"),
            models.CheckConstraint(
                condition=Q(variant=None, difference=None, low=None, high=None)
                | Q(
                    variant__isnull=False,
                    difference__isnull=False,
                    low__isnull=False,
                    high__isnull=False,
                    low__lte=models.F("difference"),
                    high__gte=models.F("difference"),
                ),
                name="reached_verdict_of_variant",
            ),
            models.CheckConstraint(condition=Q(blocked="") | Q(variant=None), name="reached_verdict_blocked"),
        ]

    notice = SystemData("Sums over all people of a campaign: no row is about a person.")

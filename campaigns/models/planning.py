"""What a campaign is planned with: saved audiences, notes on a date, and the steps of its life."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.enums import CampaignState
from campaigns.models.campaign import Campaign
from privacy.holdings import SystemData


class Audience(models.Model):
    """A saved filter over customers; who is in it is asked anew each time, and frozen at a campaign's launch."""

    name = models.CharField(max_length=120, unique=True)
    # Conditions as campaigns.audiences reads them: no persons, only what is asked of them.
    conditions = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="audiences")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="audience_has_name")]

    notice = SystemData("What is asked of customers to be in an audience; nobody stands in it.")

    def __str__(self) -> str:
        return self.name


class CampaignStep(models.Model):
    """A campaign went from one state to another."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    before = models.CharField(max_length=10, choices=CampaignState)
    after = models.CharField(max_length=10, choices=CampaignState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["campaign", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__in=CampaignState.values, after__in=CampaignState.values),
                name="campaign_step_states",
            ),
        ]

    notice = SystemData("Which member of staff moved a campaign on.")


class CampaignNote(models.Model):
    """What happened on a date that explains the numbers; of one campaign, or of all where none is named."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="notes")
    day = models.DateField()
    text = models.CharField(max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["day", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="campaign_note_text")]
        indexes = [models.Index(fields=["day"], name="campaign_note_day")]

    notice = SystemData("A note on a campaign's date, without persons.")

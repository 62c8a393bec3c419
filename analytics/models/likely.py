"""Who is likely to respond to a campaign: how that was learnt and measured, and what it says of each customer."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from analytics.enums import LikelyState
from analytics.models.rollups import REPORTED
from campaigns.models import Campaign
from privacy.holdings import Holds, SystemData
from records.models import Customer

MEASURES = ("auc", "auc_low", "lift", "calibration_error", "plain_auc", "plain_lift", "plain_calibration_error")


def shared_by_all(names: tuple[str, ...], value: Any) -> Q:
    return Q(**{f"{name}__isnull": value for name in names})


class ResponseModelQuerySet(models.QuerySet["ResponseModel"]):
    def trained(self) -> Self:
        return self.filter(trained_at__isnull=False)


class ResponseModel(models.Model):
    """A training. Its row is there while it learns (`trained_at` is empty), so that a disposal meanwhile takes it away.

    `draws` are persons drawn into a campaign of whom it is known whether they responded, `responses` how many did.
    `parts` says of the parts that it learns from, is calibrated on and tried on how many responded and how many not.
    The measures are of those tried, `people` of them, all drawn after those whom it was learnt from: the area under the
    curve with the lower end of its 95% interval, the lift in the top tenth, the calibration error; `plain_…` are
    logistic regression's.
    """

    began_at = models.DateTimeField(auto_now_add=True)
    trained_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=LikelyState, default=LikelyState.FEW)
    draws = models.PositiveIntegerField(default=0)
    responses = models.PositiveIntegerField(default=0)
    campaigns = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict)
    fields = models.JSONField(default=list)
    people = models.PositiveIntegerField(default=0)
    auc = models.FloatField(null=True)
    auc_low = models.FloatField(null=True)
    lift = models.FloatField(null=True)
    calibration_error = models.FloatField(null=True)
    plain_auc = models.FloatField(null=True)
    plain_lift = models.FloatField(null=True)
    plain_calibration_error = models.FloatField(null=True)

    objects = ResponseModelQuerySet.as_manager()

    class Meta:
        get_latest_by = "trained_at"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LikelyState.values), name="response_model_state"),
            models.CheckConstraint(
                condition=Q(state=LikelyState.FEW) & shared_by_all(MEASURES, True)
                | ~Q(state=LikelyState.FEW) & Q(trained_at__isnull=False) & shared_by_all(MEASURES, False),
                name="response_model_measured",
            ),
            models.CheckConstraint(condition=Q(responses__lte=models.F("draws")), name="response_model_counts"),
        ]

    notice = SystemData("How a model was trained and measured: numbers over everybody.")


class Likelihood(models.Model):
    """How likely a customer who is not in the campaign yet is to respond to it, and the reasons that weigh most: of
    each its field, value, usual value, and what the probability would be with that."""

    model = models.ForeignKey(ResponseModel, models.CASCADE, related_name="likelihoods", db_index=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="likelihoods")
    probability = models.FloatField()
    reasons = models.JSONField(default=list)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "campaign", "customer"], name="likelihood_once"),
            models.CheckConstraint(condition=Q(probability__gt=0, probability__lt=1), name="likelihood_probability"),
        ]
        indexes = [models.Index(fields=["campaign", "-probability", "id"], name="likelihood_of_campaign")]

    notice = Holds(
        elements={"probability": REPORTED, "reasons": REPORTED},
        system={
            "id": "database key",
            "model": "the training that says so",
            "campaign": "to which campaign",
            "customer": "who may respond",
            "scored_at": "starts the retention",
        },
        individual="customer",
        clock="scored_at",
        told=("campaign",),
        rules=("RET-7",),
        scopes={"campaign": "campaign__slug"},
    )

"""Who may be the same person: keys by which records meet, pairs that were found, and merges that can be undone."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds, SystemData
from records import clocks
from records.enums import MatchKeyKind, PairState
from records.models.customer import Customer


class MatchKey(models.Model):
    """One normal form of a customer's details. Records that share one are compared."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="match_keys")
    kind = models.CharField(max_length=10, choices=MatchKeyKind)
    value = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "customer"], name="match_key_once"),
            models.CheckConstraint(condition=~Q(value=""), name="match_key_has_value"),
        ]

    notice = Holds(
        elements={
            "value": (
                "c01-email-address",
                "c01-other-emails-provided-by-customers",
                "c01-phone-numbers",
                "c01-home-mailing-address",
                "c02-customer-ids",
                "c02-duns-numbers",
            ),
        },
        system={"id": "database key", "customer": "whose it is", "kind": "which element the value is"},
        individual="customer",
        clock="customer__relationship_ended_on",
        clocks=clocks.OF_CUSTOMER,
        rules=("RET-3",),
    )


class DuplicatePair(models.Model):
    """Two customers who may be one person, the earlier first. What was decided stays, so that nobody is asked twice."""

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    score = models.FloatField()
    # Which details agree, by name: never their values.
    evidence = ArrayField(models.CharField(max_length=12), default=list)
    state = models.CharField(max_length=10, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="pair_state"),
            models.CheckConstraint(
                condition=Q(state=PairState.OPEN, decided_at=None)
                | ~Q(state=PairState.OPEN) & Q(decided_at__isnull=False),
                name="pair_decided_or_not",
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], condition=Q(state=PairState.OPEN), name="pair_open")]

    notice = SystemData("Which records may be one person's: numbers of rows, a score and the names of what agrees.")


class Merge(models.Model):
    """That `absorbed` is the same person as `kept`. Undone by `undone_at`; nothing of either record is overwritten."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="absorbed_by_merges")
    absorbed = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    # Who pointed to `absorbed` before, and now to `kept` too.
    followers = ArrayField(models.BigIntegerField(), default=list)
    score = models.FloatField(null=True)
    merged_at = models.DateTimeField(auto_now_add=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once"),
        ]

    notice = SystemData("Which records are one person's, since when and by whose decision: numbers of rows.")

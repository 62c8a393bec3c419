"""The register of paper and removable media: what stands where, whose records are in it, and how it was destroyed.

Source: the notice's storage ("computer storage media, and paper"), retrieval and disposal.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.enums import KeyKind
from privacy.holdings import SystemData
from privacy.physical.enums import Destroying, DestructionState, Medium


class Destruction(models.Model):
    """Units that are destroyed together, by one method, before a witness. What it holds is its certificate."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=DestructionState, default=DestructionState.LISTED)
    method = models.CharField(max_length=20, choices=Destroying)
    # Of media: which technique of the practice, with which tool.
    technique = models.CharField(max_length=200, blank=True)
    site = models.CharField("where it is destroyed", max_length=200)
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(default=timezone.now)
    destroyed_on = models.DateField(null=True)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    witnessed_at = models.DateTimeField(null=True)
    holds_checked = models.JSONField(default=list)
    # What was taken off the list and why, or why it was withdrawn.
    said = models.TextField(max_length=4_000, blank=True)
    # Whether the journal outside the database tells of it (privacy.physical.journaling).
    is_journaled = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = "destruction"
        constraints = [
            models.CheckConstraint(condition=Q(method__in=Destroying.values), name="destruction_method"),
            models.CheckConstraint(condition=Q(state__in=DestructionState.values), name="destruction_state"),
            models.CheckConstraint(
                condition=~Q(method=Destroying.MEDIA_PRACTICE) | ~Q(technique=""), name="destruction_names_technique"
            ),
            models.CheckConstraint(
                condition=Q(state=DestructionState.DONE, witness__isnull=False, witnessed_at__isnull=False,
                            destroyed_on__isnull=False)
                | ~Q(state=DestructionState.DONE) & Q(witness=None, witnessed_at=None, destroyed_on=None),
                name="destruction_is_witnessed",
            ),
            models.CheckConstraint(
                condition=Q(witness=None) | ~Q(witness=F("listed_by")), name="destruction_witnessed_by_another"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state=DestructionState.DONE, is_journaled=False),
                name="destruction_unjournaled",
            )
        ]

    notice = SystemData("When which boxes and media were destroyed, how, by whom and before whom: no records.")

    def __str__(self) -> str:
        return _("Destruction %(number)s") % {"number": self.pk}


# What a scanner reads of every label: letters, digits and hyphens.
BARCODE = r"^[A-Z0-9][A-Z0-9-]{2,19}$"


class PhysicalUnit(models.Model):
    """A box of paper or a medium, by the barcode on it; it stays on file when it is destroyed."""

    barcode = models.CharField(max_length=20, unique=True)
    medium = models.CharField(max_length=10, choices=Medium, default=Medium.PAPER)
    series = models.CharField(max_length=120, help_text="What the records are; no names of individuals.")
    box = models.CharField("box or volume", max_length=40)
    site = models.CharField(max_length=120)
    categories = ArrayField(models.SmallIntegerField())
    rule = models.CharField("retention rule", max_length=10)
    # The days of its records, first and last; the day that starts the clock of the last of them to become due.
    first_day = models.DateField("records from")
    last_day = models.DateField("records until")
    clock_day = models.DateField(null=True, blank=True)
    # Whether everybody whose records are in it is in its index: if not, whoever a hold names may be in it.
    is_indexed = models.BooleanField("everyone in it is in its index", default=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    destruction = models.ForeignKey(Destruction, models.PROTECT, null=True, related_name="units", editable=False)
    # The version of its rule when it was listed, and the first day on which it could go.
    policy = models.ForeignKey("privacy.RetentionPolicy", models.PROTECT, null=True, related_name="+", editable=False)
    due_on = models.DateField(null=True, editable=False)
    destroyed_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["series", "box", "id"]
        verbose_name = "box or medium"
        verbose_name_plural = "paper and media"
        constraints = [
            models.CheckConstraint(
                condition=Q(barcode__regex=BARCODE), name="unit_barcode_can_be_scanned"
            ),
            models.UniqueConstraint(fields=["series", "box"], name="unit_once_in_its_series"),
            models.CheckConstraint(condition=Q(medium__in=Medium.values), name="unit_medium"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="unit_days_in_order"),
            models.CheckConstraint(
                condition=Q(clock_day=None) | Q(clock_day__gte=F("first_day")), name="unit_clock_after_its_records"
            ),
            models.CheckConstraint(condition=~Q(categories=[]), name="unit_is_of_something"),
            models.CheckConstraint(condition=Q(destroyed_on=None) | Q(destruction__isnull=False, policy__isnull=False),
                                   name="unit_destroyed_on_a_certificate"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["rule"], condition=Q(destroyed_on=None), name="unit_kept_by_rule")]

    notice = SystemData(
        "Where boxes of paper and media stand, of which kind and which days their records are: whose they are stands "
        "in its index by keyed hash and key alone."
    )

    def __str__(self) -> str:
        return f"{self.series}, {self.box} ({self.barcode})"


class UnitKey(models.Model):
    """By what a unit is found again: one of the notice's keys as a keyed hash, and the person's key where known.

    It goes when its unit is destroyed.
    """

    unit = models.ForeignKey(PhysicalUnit, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=30, choices=KeyKind)
    hash = models.BinaryField(max_length=32)
    person = models.UUIDField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "hash"], name="unit_key_once"),
            models.CheckConstraint(condition=~Q(kind=KeyKind.LIST), name="unit_key_is_a_key"),
        ]
        indexes = [
            models.Index(fields=["kind", "hash"], name="unit_by_key"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="unit_of_person"),
        ]

    notice = SystemData("Keyed hashes, from which nobody can be read, and keys of persons, which name nobody.")

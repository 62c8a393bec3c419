"""The notice's retention rules as policy, in versions, and the runs of disposal with what each found and did."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.holdings import SystemData
from privacy.retention.enums import (
    OPEN_STATES,
    Consequence,
    Method,
    RunState,
    StepState,
    Unit,
    VersionState,
)


class RetentionPolicy(models.Model):
    """One version of one rule: from which date, how long, and how its records go.

    The first version is the notice's own, made by the program; a change is another version with a reason. Nothing runs
    under a version that nobody approved, and nobody approves what they changed themselves.
    """

    rule = models.CharField(max_length=10)
    number = models.PositiveSmallIntegerField("version")
    trigger = models.CharField(max_length=60)
    count = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=Unit)
    method = models.CharField(max_length=10, choices=Method, default=Method.PURGE)
    reason = models.TextField(max_length=2_000)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.PROPOSED)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField("comment on approval or rejection", max_length=2_000, blank=True)

    class Meta:
        ordering = ["rule", "-number"]
        verbose_name = "retention rule"
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state=VersionState.IN_FORCE), name="policy_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state=VersionState.PROPOSED), name="policy_one_proposed"
            ),
            models.CheckConstraint(condition=Q(state__in=VersionState.values), name="policy_state"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="policy_unit"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="policy_method"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(trigger=""), name="policy_is_explained"),
            models.CheckConstraint(
                condition=Q(state=VersionState.PROPOSED, decided_by=None, decided_at=None)
                | ~Q(state=VersionState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="policy_decided_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[VersionState.PROPOSED, VersionState.DECLINED])
                | Q(made_by=None)
                | ~Q(made_by=F("decided_by")),
                name="policy_approved_by_another",
            ),
        ]

    notice = SystemData("The retention rules as the program carries them out, and who approved them.")

    def __str__(self) -> str:
        return _("Rule %(rule)s, version %(number)s") % {"rule": self.rule.removeprefix("RET-"), "number": self.number}


class DispositionRun(models.Model):
    """A list of what is due on a day, frozen, signed, and disposed of.

    `fingerprint` is the hash of all that the list holds: a run disposes of exactly that or stops.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PLANNED)
    fingerprint = models.CharField(max_length=64)
    planned = models.BigIntegerField(default=0)
    held = models.BigIntegerField("due but held when the list was made", default=0)
    waiting = models.BigIntegerField("due but needed by others when the list was made", default=0)
    undated = models.BigIntegerField("without a date that starts the clock", default=0)
    # Who made the list; none where the clock or a command did, which `made_as` then names.
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_as = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # In words, without persons: why it stopped or was withdrawn.
    said = models.TextField(max_length=2_000, blank=True)
    holds_checked = models.JSONField(default=list)
    # Of the second query, after the last batch: how many of the list's rows are still there though nothing keeps them.
    left_over = models.BigIntegerField(null=True)
    # The last entry of the disposal journal when the run ended.
    journal_number = models.BigIntegerField(null=True)
    journal_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "disposition list"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="disposition_state"),
            # Two runs at once would dispose of the same rows; a list waits for the one before it.
            models.UniqueConstraint(
                models.Value(1), condition=Q(state__in=OPEN_STATES), name="disposition_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(made_by=None) ^ Q(made_as=""), name="disposition_made_by_one"),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None) | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="disposition_signed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RunState.PLANNED, RunState.WITHDRAWN, RunState.STOPPED])
                | Q(signed_by__isnull=False),
                name="disposition_runs_signed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended_at=None)
                | ~Q(state__in=OPEN_STATES) & Q(ended_at__isnull=False),
                name="disposition_ended_or_open",
            ),
        ]

    notice = SystemData("What was disposed of when under which rule, in counts; who made the list and who signed it.")

    def __str__(self) -> str:
        return _("Disposition list of %(day)s") % {"day": self.as_of}

    @property
    def lock(self) -> str:
        """The name of the lock that its worker holds."""
        return f"privacy.disposition:{self.pk}"


class DispositionStep(models.Model):
    """One line of a list: the rows of one model under one version of one rule, or one partition of a log."""

    run = models.ForeignKey(DispositionRun, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=80)
    # The name of a partition that goes whole; empty for rows.
    partition = models.CharField(max_length=80, blank=True)
    policy = models.ForeignKey(RetentionPolicy, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StepState, default=StepState.WAITING)
    planned = models.BigIntegerField()
    held = models.BigIntegerField("due but held when the list was made", default=0)
    waiting = models.BigIntegerField("due but needed by others, or in doubt, when the list was made", default=0)
    first_trigger = models.DateField(null=True)
    last_trigger = models.DateField(null=True)
    fingerprint = models.CharField(max_length=64)
    # The number of the last planned row that is dealt with: where the next batch begins.
    cursor = models.BigIntegerField(default=0)
    disposed = models.BigIntegerField(default=0)
    kept_held = models.BigIntegerField("kept: held since the list was made", default=0)
    kept_changed = models.BigIntegerField("kept: no longer due, needed by others or gone", default=0)
    keys_destroyed = models.BigIntegerField(default=0)
    exception_reason = models.TextField(max_length=1_000, blank=True)
    excepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="disposition_step_position_once"),
            models.CheckConstraint(condition=Q(state__in=StepState.values), name="disposition_step_state"),
            models.CheckConstraint(
                condition=Q(disposed__gte=0, kept_held__gte=0, kept_changed__gte=0)
                & Q(planned__gte=F("disposed") + F("kept_held") + F("kept_changed")),
                name="disposition_step_never_more_than_planned",
            ),
            models.CheckConstraint(
                condition=Q(state=StepState.EXCEPTED, excepted_by__isnull=False) & ~Q(exception_reason="")
                | ~Q(state=StepState.EXCEPTED) & Q(excepted_by=None, exception_reason=""),
                name="disposition_step_excepted_for_a_reason",
            ),
        ]

    notice = SystemData("Counts of one line of a disposition list.")


class PlannedRow(models.Model):
    """One row that a list disposes of: by its database key, or as text where that is made of several columns.

    They are deleted when the run has ended.
    """

    id = models.BigAutoField(primary_key=True)
    step = models.ForeignKey(DispositionStep, models.CASCADE, related_name="rows", db_index=False)
    number = models.BigIntegerField(null=True)
    name = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["step", "id"], name="planned_row_in_order"),
            models.Index(fields=["step", "number"], name="planned_row_by_number"),
        ]

    notice = SystemData("Numbers of rows that are to be disposed of, until they are.")


class PendingConsequence(models.Model):
    """What a committed batch still has to do outside the database, so that a worker that dies forgets nothing."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Consequence)
    run = models.ForeignKey(DispositionRun, models.CASCADE, related_name="pending")
    step = models.ForeignKey(DispositionStep, models.CASCADE, related_name="pending", null=True)
    # Identifiers alone: the key's subject, the file's random name, or the rows of a batch.
    what = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=Consequence.values), name="consequence_kind")]

    notice = SystemData("Keys and files that go with what was just disposed of: identifiers, for some seconds.")


class RetentionClock(models.Model):
    """The last day on which retention looked at its clock: one row, so that a clock that jumps is noticed."""

    only = models.BooleanField(primary_key=True, default=True)
    day = models.DateField()
    looked_at = models.DateTimeField(default=timezone.now)
    # Why nothing runs until a records administrator has looked, in words; empty where all is well.
    doubt = models.CharField(max_length=300, blank=True)
    alerted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="retention_clock_is_one")]

    notice = SystemData("The day on which the program last looked for what is due.")

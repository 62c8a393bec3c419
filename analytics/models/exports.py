"""Exports that are made in the background, and the schedules by which they are made again and again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from analytics.enums import ExportState, Rhythm, RunOutcome
from privacy.holdings import SystemData
from privacy.models import User

UNDER_WAY = (ExportState.QUEUED, ExportState.RUNNING)


class ExportQuerySet(models.QuerySet["Export"]):
    def of(self, user: User) -> "ExportQuerySet":
        """Those that the user asked for: nobody sees another's."""
        return self.filter(asked_by=user)

    def under_way(self) -> "ExportQuerySet":
        """Those that a worker has, or should have. Relies on export_under_way (partial)."""
        return self.filter(state__in=UNDER_WAY)


class Export(models.Model):
    """A list or report that somebody wants as a file. `of` names it, `query` its filters and sort.

    `stored_as` is the file's name in the exports folder, random, and empty unless it is ready. The filters, the
    recipient and the file go when it expires; that there was an export stays.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    of = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=20)
    # For what identifiable records are read: `purpose-12`, `duty-access`; empty where there are none.
    basis = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    # Where it leaves the agency: to whom, and under which routine use of the notice.
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_address = models.CharField(max_length=400, blank=True)
    routine_use = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    rows_counted = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    stored_as = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)
    # Times that a worker began it.
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    # When its worker last showed itself.
    touched_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state"),
            models.CheckConstraint(
                condition=Q(state=ExportState.READY, expires_at__isnull=False, as_of__isnull=False) & ~Q(stored_as="")
                | ~Q(state=ExportState.READY) & Q(stored_as=""),
                name="export_file_while_ready",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, ended_at=None) | (~Q(state__in=UNDER_WAY) & Q(ended_at__isnull=False)),
                name="export_ended_at_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.EXPIRED) | Q(query="", recipient_name="", recipient_address=""),
                name="export_expired_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(routine_use=None, recipient_name="", recipient_address="")
                | Q(state=ExportState.EXPIRED)
                | (Q(routine_use__isnull=False) & ~Q(recipient_name="") & ~Q(recipient_address="")),
                name="export_recipient_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["touched_at"], name="export_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["expires_at"], name="export_ready", condition=Q(state=ExportState.READY)),
            models.Index(fields=["asked_by", "-id"], name="export_of_user"),
        ]

    notice = SystemData(
        "Who asked for which list or report as a file, and when. The file itself may hold records of any category that "
        "its list shows: it lies in the exports folder under a random name, and is deleted with the filters and the "
        "recipient when it expires, a week after it was made, well before any record's retention ends."
    )

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        return min(100, self.rows_done * 100 // self.rows_counted) if self.rows_counted else 0

    @property
    def lock(self) -> str:
        """The name of the lock that its worker holds."""
        return f"analytics.export:{self.pk}"


class ExportScheduleQuerySet(models.QuerySet["ExportSchedule"]):
    def titled(self, language: str) -> "ExportScheduleQuerySet":
        """Each with what it is called in a language as `said`."""
        by_itself = Coalesce(KT(f"translations__{language}"), F("title"), output_field=models.TextField())
        named = Case(When(own_title="", then=by_itself), default=F("own_title"), output_field=models.TextField())
        return self.annotate(said=named)


class ExportSchedule(models.Model):
    """A list or report that is made for its readers again and again, at an hour of each reader's own clock, or of one
    clock for all.

    It is called what its owner typed, or else what it is of: `title` in English, `translations` in each other language.
    One that was set before there were any has none until its next run; its `title` is then in its owner's language.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    of = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict)
    own_title = models.CharField(max_length=200, blank=True)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=20)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    # 0 is Monday; of a weekly one.
    weekday = models.PositiveSmallIntegerField(null=True)
    # Of a monthly one; a month that has no such day has it on its last.
    day_of_month = models.PositiveSmallIntegerField(null=True)
    at = models.TimeField()
    # The time zone whose clock it goes by; each reader's own where there is none.
    clock = models.CharField(max_length=64, blank=True)
    is_paused = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ExportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.DAILY, weekday=None, day_of_month=None)
                | Q(rhythm=Rhythm.WEEKLY, weekday__range=(0, 6), day_of_month=None)
                | Q(rhythm=Rhythm.MONTHLY, weekday=None, day_of_month__range=(1, 31)),
                name="schedule_rhythm",
            ),
        ]
        indexes = [models.Index(fields=["owner", "title"], name="schedule_of_owner")]

    notice = SystemData("Which list or report is made when, for which staff: their accounts, and the list's filters.")

    def called_in(self, language: str) -> str:
        """What it is called in a language."""
        return self.own_title or self.translations.get(language) or self.title


class ScheduleReader(models.Model):
    """Somebody who gets what a schedule makes, and when next."""

    schedule = models.ForeignKey(ExportSchedule, models.CASCADE, related_name="readers")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    next_due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "reader"], name="schedule_reader_once")]
        indexes = [models.Index(fields=["next_due_at"], name="schedule_due")]

    notice = SystemData("Which member of staff reads what a schedule makes.")


class ScheduleRun(models.Model):
    """What a schedule made for a reader at a moment. There is one for each due moment, whoever looks how often."""

    schedule = models.ForeignKey(ExportSchedule, models.CASCADE, related_name="runs")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=RunOutcome, default=RunOutcome.UNDER_WAY)
    export = models.OneToOneField(Export, models.SET_NULL, null=True, related_name="run")
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "reader", "due_at"], name="schedule_run_once"),
            models.CheckConstraint(condition=Q(outcome__in=RunOutcome.values), name="schedule_run_outcome"),
        ]

    notice = SystemData("When a schedule ran for which member of staff, and what became of it.")


class ScheduleChange(models.Model):
    """A schedule was changed: everything that its owner says of it, before and after (analytics.exports.rescheduling).

    It goes with the schedule.
    """

    schedule = models.ForeignKey(ExportSchedule, models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-id"]

    notice = SystemData(
        "Who changed a schedule and when, and what it was before and after: staff's accounts, and the list's filters."
    )

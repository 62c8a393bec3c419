"""What operators look after: tasks that failed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from privacy.holdings import SystemData


class FailedTask(models.Model):
    """A background task, called with these arguments, whose last run ended in a failure.

    One row a call, however often it fails, so that a task of the schedule that fails every few seconds does not fill
    the table. No value that could name a person is kept: arguments that could are left out, and such a call cannot
    be run again from here.
    """

    class State(models.TextChoices):
        FAILED = "failed", "Failed"
        RETRIED = "retried", "Run again"
        DISMISSED = "dismissed", "Dismissed"

    task = models.CharField(max_length=255)
    # SHA-256 of the task's name and arguments.
    call = models.CharField(max_length=64, unique=True, editable=False)
    # {"args": [...], "kwargs": {...}}; null where they were not kept.
    arguments = models.JSONField(null=True, blank=True)
    exception = models.CharField(max_length=255)
    message = models.TextField(blank=True)
    traceback = models.TextField(blank=True)
    first_failed_at = models.DateTimeField()
    failed_at = models.DateTimeField("last failed at", db_index=True)
    attempts = models.PositiveIntegerField("failures", default=1)
    state = models.CharField(max_length=9, choices=State, default=State.FAILED)
    settled_at = models.DateTimeField("run again or dismissed at", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="by"
    )

    class Meta:
        ordering = ["-failed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["failed", "retried", "dismissed"]), name="failed_task_state"),
            models.CheckConstraint(
                condition=Q(state="failed", settled_at=None) | ~Q(state="failed") & Q(settled_at__isnull=False),
                name="failed_task_settled_or_not",
            ),
            models.CheckConstraint(condition=Q(attempts__gte=1), name="failed_task_attempts"),
            models.CheckConstraint(condition=Q(first_failed_at__lte=models.F("failed_at")), name="failed_task_times"),
        ]

    notice = SystemData("Failures of background work; values that could name a person are left out.")

    def __str__(self) -> str:
        return f"{self.task} ({self.pk})"

"""Words of exports and their schedules."""

from django.db import models


class ExportState(models.TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RUNNING = "running", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired and deleted"


class Rhythm(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class RunOutcome(models.TextChoices):
    """What became of one run for one reader. `UNDER_WAY` until its export has ended."""

    UNDER_WAY = "under_way", "Being made"
    SENT = "sent", "Made, and told by mail"
    NOT_ALLOWED = "not_allowed", "Not made: the reader may no longer export this"
    LEFT = "left", "Not made: the reader has left"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled by the reader"

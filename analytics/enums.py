"""Words of exports, their schedules, and findings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class TroubleState(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", _("Open")
    ACTED = "acted", _("Acted upon")
    DISMISSED = "dismissed", _("Dismissed")
    PASSED = "passed", _("Passed by itself")


class LikelyState(models.TextChoices):
    """What came of learning who responds. Nothing is said of anybody where it is not `READY`."""

    FEW = "few", "Too little to learn from"
    CHANCE = "chance", "No better than chance"
    READY = "ready", "Ready"

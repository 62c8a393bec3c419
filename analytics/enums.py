"""Words of exports, their schedules, and findings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Canceled"
    EXPIRED = "expired", "Expired and deleted"


class Rhythm(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class RunOutcome(models.TextChoices):
    """What became of one run for one reader. `UNDER_WAY` until its export has ended."""

    UNDER_WAY = "under_way", "Being prepared"
    SENT = "sent", "Ready, and the reader notified by e-mail"
    NOT_ALLOWED = "not_allowed", "Not prepared: the reader is no longer allowed to export this"
    LEFT = "left", "Not prepared: the reader has left"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Canceled by the reader"


class TroubleState(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", _("Open")
    ACTED = "acted", _("Acted on")
    DISMISSED = "dismissed", _("Dismissed")
    PASSED = "passed", _("Resolved on its own")


class LikelyState(models.TextChoices):
    """What came of learning who responds. Nothing is said of anybody where it is not `READY`."""

    FEW = "few", "Not enough data"
    CHANCE = "chance", "No better than chance"
    READY = "ready", "Ready"

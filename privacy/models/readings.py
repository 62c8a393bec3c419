"""What the privacy officer said of the readings that the notice's data mark as ours."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from privacy.holdings import SystemData


class ReadingDecision(models.Model):
    """One reading, as it stood, confirmed or wanted otherwise. Nobody changes one: the last of a reading holds.

    `reading` names it (`element/c01-age`, `term/answer`), `value` is what it said then, `wanted` what it should say.
    """

    reading = models.CharField(max_length=80)
    value = models.TextField()
    wanted = models.TextField(max_length=1_000, blank=True)
    reason = models.TextField(max_length=1_000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reading", "-id"], name="reading_latest")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="reading_decided_for_a_reason")]

    notice = SystemData("What the privacy officer decided of a reading of the notice: it is about no individual.")

    @property
    def is_change(self) -> bool:
        return bool(self.wanted)

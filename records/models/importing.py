"""Imports: what a person brought in, and can take back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from privacy.holdings import SystemData
from records.enums import ImportState, Location, Source


class Import(models.Model):
    """One file brought in. `read = loaded + already_present + rejected` holds at every commit.

    `last_line` is the last physical line whose record is committed, so an import that was cut off can go on.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    # SHA-256 of the decompressed content: the same file, plain or gzipped, is the same file.
    content_hash = models.CharField(max_length=64)
    mapping_name = models.CharField(max_length=255)
    mapping_hash = models.CharField(max_length=64)
    # Who the records come from and where they are kept, in the notice's words; the mapping says so.
    source = models.CharField(max_length=20, choices=Source, default=Source.PERSONNEL)
    location = models.CharField(max_length=20, choices=Location, default=Location.HEADQUARTERS)
    # The one date given to all rows of a file without dates, as its mapping names it.
    nominal_date = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.RUNNING)
    read = models.BigIntegerField(default=0)
    loaded = models.BigIntegerField(default=0)
    already_present = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    # Full card and bank account numbers that stood in the file, and were cut out of it.
    secrets_dropped = models.BigIntegerField(default=0)
    last_line = models.BigIntegerField(default=0)
    # Bytes of the file as it lies on the disk, and how many of them were read by the last commit.
    size = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    # Why rows were rejected (records.intake.reasons): columns, reasons and counts, nothing of the cells.
    reasons = models.JSONField(default=list)
    error = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("loaded") + F("already_present") + F("rejected")), name="import_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.RUNNING, finished_at=None)
                | (~Q(state=ImportState.RUNNING) & Q(finished_at__isnull=False)),
                name="import_finished_at_when_finished",
            ),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state"),
            # One import of the same file by the same mapping is under way at a time.
            models.UniqueConstraint(
                fields=["kind", "content_hash", "mapping_hash"],
                condition=Q(state=ImportState.RUNNING),
                name="import_runs_once",
            ),
        ]

    notice = SystemData(
        "What was brought in when and by whom, in counts; the rows themselves stand in their own tables."
    )

    def __str__(self) -> str:
        return f"import {self.pk}: {self.file_name}"


class ImportOverlap(models.Model):
    """Rows that a later import skipped because an earlier one holds them: the earlier cannot be undone first."""

    later = models.ForeignKey(Import, models.CASCADE, related_name="overlaps_with")
    earlier = models.ForeignKey(Import, models.PROTECT, related_name="overlapped_by")
    rows = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["later", "earlier"], name="import_overlap_once"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="import_overlap_rows"),
        ]

    notice = SystemData("Which import holds rows of which: counts.")

"""Files on their way in: what lies in the media folder until its import has ended."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from privacy.holdings import SystemData
from privacy.models import User
from records.enums import UploadState
from records.models.importing import Import


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, user: User) -> "UploadQuerySet":
        """Those that the user sent: nobody sees another's."""
        return self.filter(sent_by=user)

    def under_way(self) -> "UploadQuerySet":
        """Those that a worker has, or should have. Relies on upload_under_way (partial)."""
        return self.filter(state__in=UNDER_WAY)


UNDER_WAY = (UploadState.CHECKING, UploadState.WAITING, UploadState.RUNNING, UploadState.STOPPING)


class Upload(models.Model):
    """A file that somebody sent, how it is to be read, and what has become of it.

    `stored_as` is the file's name in the media folder, random, and empty once the file is gone. `mapping` is TOML;
    it stays as a mapping that was used. `checked` is what a dry run found, of the mapping whose digest is `checked_as`.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=64)
    size = models.BigIntegerField()
    header_hash = models.CharField(max_length=64, blank=True)
    mapping = models.TextField(blank=True)
    mapping_name = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.DRAFT)
    error = models.TextField(blank=True)
    checked = models.JSONField(default=dict)
    checked_as = models.CharField(max_length=64, blank=True)
    # Runs that broke off since the last chunk was committed.
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    source_import = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="uploads")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state"),
            models.CheckConstraint(
                condition=Q(state=UploadState.ENDED, stored_as="") | ~Q(state=UploadState.ENDED) & ~Q(stored_as=""),
                name="upload_file_until_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="upload_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["sent_by", "kind", "header_hash"], name="upload_mappings_used"),
        ]

    notice = SystemData(
        "Who sent which file when, and how it is read. The file itself lies in the media folder under a random name, "
        "and is deleted when its import has ended, or a day after it was last touched; its rows have their own tables."
    )

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def lock(self) -> str:
        """The name of the lock that its worker holds."""
        return f"records.upload:{self.pk}"

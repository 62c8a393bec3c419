"""Files of the notice's records, encrypted where they lie: recordings, images, archived files, signatures."""

import uuid

from django.db import models
from django.db.models import Q

from privacy.holdings import Holds
from privacy.vault.fields import SealedTextField
from records import clocks
from records.enums import MediaKind, MediaRule
from records.models.customer import Customer
from records.models.meeting import Meeting
from records.models.provenance import SYSTEM_FIELDS, Provenance
from records.models.research import StudyParticipant, StudySession
from records.models.survey import GENERAL_ELEMENTS


class SealedFileName(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """The name of a file in the encrypted store: what the file holds is sealed, its name there is random."""

    is_sealed = True


class MediaFile(Provenance):
    """A file in the encrypted store; `stored_as` is its name there. Found by its meeting, by its customer, or by the
    study that it is of: somebody's taking part, or a session of several."""

    kind = models.CharField(max_length=10, choices=MediaKind)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="media")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="media")
    participant = models.ForeignKey(StudyParticipant, models.PROTECT, null=True, blank=True, related_name="media")
    study_session = models.ForeignKey(StudySession, models.PROTECT, null=True, blank=True, related_name="media")
    file_name = SealedTextField(max_length=300)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField("size in bytes")
    recorded_at = models.DateTimeField()
    stored_as = SealedFileName(max_length=100, unique=True, editable=False)
    # The file's own key in hexadecimal digits, sealed by the subject's. Null where it was destroyed: the file is noise.
    data_key = SealedTextField(max_length=64, null=True, editable=False)
    retention_rule = models.CharField(max_length=10, choices=MediaRule, editable=False)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MediaKind.values), name="media_kind"),
            models.CheckConstraint(condition=Q(size__gte=0), name="media_size"),
            models.CheckConstraint(
                condition=Q(kind=MediaKind.SIGNATURE, customer__isnull=False)
                | Q(kind=MediaKind.RESEARCH, participant__isnull=False, customer__isnull=False, study_session=None)
                | Q(kind=MediaKind.RESEARCH, participant=None, customer=None, study_session__isnull=False)
                | ~Q(kind__in=[MediaKind.SIGNATURE, MediaKind.RESEARCH]) & Q(meeting__isnull=False),
                name="media_of_meeting_or_signer",
            ),
            models.CheckConstraint(
                condition=Q(retention_rule=MediaRule.SIGNATURE, kind=MediaKind.SIGNATURE)
                | Q(retention_rule=MediaRule.RESEARCH, kind=MediaKind.RESEARCH)
                | Q(retention_rule=MediaRule.RECORDING) & ~Q(kind__in=[MediaKind.SIGNATURE, MediaKind.RESEARCH]),
                name="media_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "recorded_at"], name="media_of_meeting"),
            models.Index(fields=["customer", "recorded_at"], name="media_of_customer"),
        ]

    notice = Holds(
        elements={
            "stored_as": (
                "c02-signatures",
                "c10-participants-webcam-generated-image",
                "c10-recorded-participant-audio",
                "c10-recorded-participant-video",
                "c10-recorded-shared-meeting-screen-content",
                "c11-archived-meeting-files",
                "c13-message-file",
                "c13-files-sent-through-chat",
                "c16-message-file",
                "c16-persistent-message-file",
                "c16-persistent-message-images-exchanged",
                "c16-persistent-message-files-exchanged",
                "c16-persistent-message-videos-exchanged",
                GENERAL_ELEMENTS[0],
            ),
            "file_name": "c11-archived-meeting-files",
            "content_type": "c11-archived-meeting-file-type",
            "size": "c11-archived-meeting-file-size",
            "recorded_at": "c11-archived-meeting-complete-time",
        },
        system={
            **SYSTEM_FIELDS,
            "data_key": "opens the file: key material, not a record",
            "kind": "which element the file is",
            "meeting": "where it was recorded",
            "customer": "who signed, or took part in research",
            "participant": "whose taking part in research it is of",
            "study_session": "of which session of a study it is",
            "retention_rule": "chosen by the kind: a recording, a signature or research",
        },
        individual="customer",
        clock="recorded_at",
        told=("kind",),
        clocks={
            "RET-6": ("meeting__ended_at", "recorded_at"),
            "RET-3": clocks.ended("customer__"),
        },
        rules=("RET-6", "RET-3", "RET-7"),
        rule_field="retention_rule",
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        """The signer's key for a signature, the participation's for a file of research; a recording of several people
        has a key of its own."""
        if self.participant:
            return self.participant.key
        return self.customer.key if self.customer else self.key

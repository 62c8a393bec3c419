"""Meetings of the conference service, who took part, and what they wrote (categories 10, 11, 13 and 16).

Waymark does not run the service; it keeps its records. What has no field here stands in `Record`, by element.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from privacy.holdings import Holds
from privacy.vault.fields import SealedTextField
from records.enums import MessageRule, MessageState
from records.models.customer import Customer
from records.models.importing import Import
from records.models.provenance import SYSTEM_FIELDS, Provenance


def _of_messages(*names: str, categories: tuple[str, ...] = ("c13", "c16", "c16-persistent")) -> tuple[str, ...]:
    """The elements of these names in the notice's lists of messages: sent, edited and deleted ones, of three kinds."""
    lists = {"c13": ("c13", ""), "c16": ("c16", ""), "c16-persistent": ("c16", "persistent-")}
    return tuple(f"{lists[kind][0]}-{name.replace('message', lists[kind][1] + 'message', 1)}"
                 for kind in categories for name in names)  # fmt: skip


def _all_states(suffix: str) -> tuple[str, ...]:
    return (f"message-{suffix}", f"edited-message-{suffix}", f"deleted-message-{suffix}")


class Meeting(Provenance):
    """One session. `number` is the meeting ID that people know, `uid` the session's own; found by ID or host only."""

    number = models.CharField("meeting ID", max_length=40)
    uid = models.CharField("session UUID", max_length=80, unique=True)
    topic = SealedTextField(max_length=300, null=True, blank=True)
    kind = models.CharField("type", max_length=40, blank=True)
    host_id = models.CharField(max_length=80, blank=True)
    host_name = models.CharField(max_length=200, blank=True)
    host_email = models.EmailField(max_length=254, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(uid=""), name="meeting_has_id"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="meeting_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["number", "-started_at"], name="meeting_by_number"),
            models.Index(Lower("host_email"), name="meeting_by_host_email"),
            models.Index(Lower("host_name"), name="meeting_by_host_name"),
        ]

    notice = Holds(
        elements={
            "number": ("c11-archived-meeting-id", "c14-meeting-id"),
            "uid": "c11-archived-meeting-uu-id",
            "topic": "c11-archived-meeting-topic",
            "kind": "c11-archived-meeting-type",
            "host_id": "c11-archived-meeting-host-id",
            "started_at": "c11-archived-meeting-start-time",
            "ended_at": "c11-archived-meeting-complete-time",
            "duration_seconds": ("c10-meeting-duration", "c11-archived-meeting-duration-in-seconds"),
            "host_name": "c12-user-name",
            "host_email": "c12-user-email-address",
        },
        system=SYSTEM_FIELDS,
        individual="",
        clock="started_at",
        clocks={"RET-4": ("ended_at", "started_at")},
        triggers={"RET-4": {"session_started": "started_at"}},
        rules=("RET-4",),
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key


class Participation(Provenance):
    """One person in one meeting, however often they left and came back. Guests' blank e-mails are kept blank."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="participations")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="participations")
    participant_id = models.CharField(max_length=80, blank=True)
    user_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200, blank=True)
    original_name = models.CharField("name in their account", max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    role = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=40, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField("seconds in the meeting")
    place = SealedTextField("participant location", max_length=200, null=True, blank=True)

    class Meta:
        ordering = ["meeting", "joined_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")), name="participation_leaves_after_joining"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-joined_at"], name="participation_of_customer"),
            models.Index(Lower("email"), name="participation_by_email"),
        ]

    notice = Holds(
        elements={
            "participant_id": ("c10-participant-id", "c11-past-meeting-participant-id"),
            "user_id": "c10-participant-user-id",
            "name": ("c10-participant-name", "c11-past-meeting-participant-name"),
            "original_name": "c10-participant-user-name",
            "email": ("c10-participant-user-name", "c11-past-meeting-participant-email"),
            "role": "c10-participant-role",
            "status": "c10-participant-status",
            "joined_at": (
                "c10-participant-join-time",
                "c10-participant-join-time-2",
                "c11-archived-meeting-participant-join-time",
            ),
            "left_at": ("c10-participant-leave-time", "c11-archived-meeting-participant-leave-time"),
            "seconds": "c10-meeting-duration",
            "place": "c10-participant-location",
        },
        system={
            **SYSTEM_FIELDS,
            "meeting": "where they took part",
            "customer": "who it is, where that is known",
        },
        individual="customer",
        clock="meeting__started_at",
        clocks={"RET-4": ("meeting__ended_at", "meeting__started_at")},
        triggers={"RET-4": {"session_started": "meeting__started_at"}},
        shows_life="joined_at",
        rules=("RET-4",),
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        """The participation itself: session data go with their session, whoever the participant turns out to be."""
        return self.key


class Interval(models.Model):
    """One stretch of a participation, from joining to leaving."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="intervals")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(max_length=200, blank=True)
    source_import = models.ForeignKey(
        Import, models.PROTECT, null=True, blank=True, editable=False, related_name="intervals"
    )

    class Meta:
        ordering = ["participation", "joined_at"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "joined_at"], name="interval_once"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")), name="interval_leaves_after_joining"
            ),
        ]

    notice = Holds(
        elements={
            "joined_at": "c10-participant-join-time",
            "left_at": "c10-participant-leave-time",
            "leave_reason": "c10-participant-leave-reason",
        },
        system={
            "id": "database key",
            "participation": "whose stretch it is",
            "source_import": "the import that brought it",
        },
        individual="participation__customer",
        clock="participation__meeting__started_at",
        clocks={"RET-4": ("participation__meeting__ended_at", "participation__meeting__started_at")},
        triggers={"RET-4": {"session_started": "participation__meeting__started_at"}},
        rules=("RET-4",),
    )


class Message(Provenance):
    """A chat message of a meeting or of the collaboration service; its text is sealed."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="messages")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="messages")
    number = models.CharField("message ID", max_length=120)
    main_number = models.CharField("ID of the message it answers", max_length=120, blank=True)
    main_sent_at = models.DateTimeField("when that was sent", null=True, blank=True)
    channel = models.CharField("channel title", max_length=200, blank=True)
    sender = models.CharField(max_length=254)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.SENT)
    text = SealedTextField(max_length=20_000, null=True, blank=True)
    file_name = SealedTextField(max_length=300, null=True, blank=True)
    file_size = models.BigIntegerField("file size in bytes", null=True, blank=True)
    retention_rule = models.CharField(max_length=10, choices=MessageRule, editable=False)

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["number", "state"], name="message_once"),
            models.CheckConstraint(condition=~Q(number=""), name="message_has_number"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_state"),
            models.CheckConstraint(
                condition=Q(retention_rule=MessageRule.SESSION, meeting__isnull=False)
                | Q(retention_rule=MessageRule.COLLABORATION, meeting=None),
                name="message_rule",
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "sent_at"], name="message_of_meeting"),
            models.Index(Lower("sender"), name="message_by_sender"),
        ]

    notice = Holds(
        elements={
            "number": _of_messages(*_all_states("id")),
            "main_number": _of_messages(*_all_states("main-message-id")),
            "main_sent_at": _of_messages(*_all_states("main-message-timestamp")),
            "channel": "c16-persistent-message-channel-title",
            "sender": _of_messages(*_all_states("sender")),
            "sent_at": _of_messages(*_all_states("time")),
            # Category 13 lists the texts of edited and deleted messages only.
            "text": (
                "c10-chat-interaction",
                "c12-chat-messaging-content",
                *_of_messages("edited-message-text", "deleted-message-text"),
                *_of_messages("message-text", categories=("c16", "c16-persistent")),
            ),
            "file_name": _of_messages("edited-message-file-name", "deleted-message-file-name"),
            "file_size": _of_messages(*_all_states("file-size")),
        },
        system={
            **SYSTEM_FIELDS,
            "meeting": "where it was written",
            "customer": "who wrote it, where that is known",
            "state": "which of the notice's three lists of elements it is under",
            "retention_rule": "chosen by where it was written: in a meeting or in the collaboration service",
        },
        individual="customer",
        clock="sent_at",
        clocks={"RET-4": ("meeting__ended_at", "sent_at")},
        triggers={"RET-4": {"session_started": ("meeting__started_at", "sent_at")}},
        rules=("RET-4", "RET-5"),
        rule_field="retention_rule",
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key

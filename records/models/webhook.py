"""What the conference service tells by itself: deliveries that wait to be taken in, and how many came."""

import uuid

from django.db import models
from django.db.models import Q

from privacy.holdings import Holds, SystemData
from privacy.vault.fields import SealedTextField
from records.enums import DeliveryOutcome, DeliveryState
from records.models.importing import Import


class Delivery(models.Model):
    """One event as the service told it. The body is kept, sealed, until it is taken in; then it is emptied."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=80)
    told_at = models.DateTimeField("when the service says it happened")
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    body = SealedTextField(null=True)
    error = models.CharField("why it could not be processed, without personal data", max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DONE, body=None) | ~Q(state=DeliveryState.DONE) & Q(body__isnull=False),
                name="delivery_emptied_when_done",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=~Q(state=DeliveryState.DONE), name="delivery_open")]

    notice = Holds(
        elements={
            "event": "c14-event",
            "told_at": "c14-event-time",
            "body": ("c10-participant-name", "c10-participant-join-time", "c10-chat-interaction", "c16-message-text"),
        },
        system={
            "id": "database key",
            "key": "made of the body, so that a repeated delivery is known",
            "received_at": "when it came",
            "state": "how far it is",
            "error": "why it could not be processed, without personal data",
        },
        individual="",
        clock="told_at",
        triggers={"RET-4": {"session_started": "told_at"}},
        rules=("RET-4",),
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key


class DeliveryTally(models.Model):
    """How many deliveries of an event came on a day (UTC), and what became of them."""

    day = models.DateField()
    event = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=DeliveryOutcome)
    count = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-day", "event"]
        constraints = [models.UniqueConstraint(fields=["day", "event", "outcome"], name="delivery_tally_once")]

    notice = SystemData("Counts of what the conference service told, by the event's name.")


class DroppedSecret(models.Model):
    """How many secrets of an element an import, or the deliveries of the service (no import), brought and lost here."""

    source_import = models.ForeignKey(Import, models.CASCADE, null=True, related_name="dropped_secrets")
    element = models.CharField(max_length=80)
    count = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["element"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_import", "element"], nulls_distinct=False, name="dropped_secret_once"
            )
        ]

    notice = SystemData("Counts of secrets that were dropped on intake, by element; never a value.")

"""Programs elsewhere that are told of what happens here: their addresses, what is told, and what became of it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from privacy.enums import EndpointEnd, TellingState, TellingWhy
from privacy.holdings import Holds, SystemData
from privacy.vault.fields import SealedTextField


class WebhookEndpoint(models.Model):
    """An address, and of which kinds of event it is told. Its secret signs what is sent; a former one signs beside it
    for a while, so that whoever checks the signatures can take up the new one in their own time."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=40))
    secret: Any = SealedTextField()
    former_secret: Any = SealedTextField(null=True)
    former_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, choices=EndpointEnd, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(address=""), name="webhook_endpoint_named"),
            models.CheckConstraint(condition=~Q(kinds=[]), name="webhook_endpoint_has_kind"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                name="webhook_endpoint_end",
            ),
            models.CheckConstraint(
                condition=Q(former_secret=None, former_until=None)
                | Q(former_secret__isnull=False, former_until__isnull=False),
                name="webhook_endpoint_former_secret",
            ),
        ]

    notice = SystemData("Addresses of the agency's own programs, with secrets that are sealed.")

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key


class WebhookEvent(models.Model):
    """Something that endpoints are told of. `about` names what it is, so that the same is told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    about = models.UUIDField(null=True, unique=True)
    # Identifiers alone: what they are of is read by the API, by who may.
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["at"], name="webhook_event_by_age")]

    notice = Holds(
        elements={"data": "c18-analytics-shared-document-viewed-count"},
        system={
            "id": "name of the event to whoever is told",
            "kind": "what kind of event it is",
            "at": "when it happened",
            "about": "made of what it is about, so that it is told once",
        },
        individual="",
        clock="at",
        rules=("RET-7",),
    )


class WebhookTelling(models.Model):
    """One event on its way to one endpoint. `attempts` counts the tries, and fences: only the last one may end it."""

    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="tellings")
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="tellings")
    state = models.CharField(max_length=10, choices=TellingState, default=TellingState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    # How many of them since it was made or asked for again.
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    # The status of the last answer, and what was wrong with the last try.
    status = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=20, choices=TellingWhy, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="webhook_told_once"),
            models.CheckConstraint(condition=Q(state__in=TellingState.values), name="webhook_telling_state"),
            models.CheckConstraint(
                condition=Q(state=TellingState.SENDING) ^ Q(claimed_until=None), name="webhook_claimed_while_sending"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TellingState.DELIVERED, TellingState.DEAD]) ^ Q(ended_at=None),
                name="webhook_ended_when_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=[TellingState.WAITING, TellingState.SENDING]),
                name="webhook_telling_due",
            ),
            models.Index(fields=["-id"], condition=Q(state=TellingState.DEAD), name="webhook_telling_dead"),
            models.Index(fields=["endpoint", "-id"], name="webhook_telling_of_endpoint"),
        ]

    notice = SystemData("What became of telling an endpoint: states, counts and times; never what was answered.")

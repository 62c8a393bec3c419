"""What recipients ask for: how they want to be written to, and what somebody should do for them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from campaigns.enums import Action, Frequency, Grade, Language
from campaigns.models.campaign import Viewer
from campaigns.models.share import Share
from privacy.holdings import Holds
from privacy.vault.fields import SealedTextField


class RecipientPreference(models.Model):
    """Said by the recipient on their own page, without an account."""

    viewer = models.OneToOneField(Viewer, models.CASCADE, related_name="preference")
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.EVERYTHING)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="recipient_frequency"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="recipient_language"),
        ]

    notice = Holds(
        elements={"frequency": "c09-preferences", "language": "c09-preferences"},
        system={"id": "database key", "viewer": "whose wish it is", "changed_at": "starts the retention"},
        individual="viewer__customer",
        clock="changed_at",
        rules=("RET-7",),
    )


class FollowUp(models.Model):
    """Something to do for a customer by a date: what was asked for through a share, on the owner's list until it is
    done. `viewer` is the share's recipient; that it was they who asked is not known where the grade is `unknown`."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.CharField(max_length=10, choices=Action)
    viewer = models.ForeignKey(Viewer, models.PROTECT, related_name="follow_ups")
    share = models.ForeignKey(Share, models.PROTECT, related_name="follow_ups")
    grade = models.CharField(max_length=10, choices=Grade, default=Grade.ADDRESSEE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="follow_ups")
    # The id of the event `response` that it came with.
    event_id = models.UUIDField(unique=True)
    text = SealedTextField(max_length=4_000, blank=True, default="")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = SealedTextField(max_length=1_000, blank=True, default="")

    class Meta:
        verbose_name = "follow-up"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="follow_up_action"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="follow_up_grade"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False), name="follow_up_done_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(done_at=None), name="follow_up_open"),
            models.Index(fields=["viewer", "-asked_at"], name="follow_up_of_viewer"),
        ]

    notice = Holds(
        elements={
            "action": ("c18-analytics-program-report-data", "c18-custom-webpage-user-insights"),
            "text": ("c09-customer-perception", "c09-recommended-improvements", "c18-custom-webpage-user-insights"),
            "outcome": "c03-calls-made",
            "owner": "c03-names-of-usps-employees-serving-the-firm",
        },
        system={
            "id": "database key",
            "key": "random name of the row in addresses and as associated data of what is sealed",
            "viewer": "through whose share it was asked",
            "share": "through which share",
            "grade": "how surely it is known that they asked",
            "event_id": "the event that it came with",
            "asked_at": "starts the retention",
            "due_on": "by when",
            "done_at": "when it was done",
            "done_by": "which member of staff did it",
        },
        individual="viewer__customer",
        clock="asked_at",
        rules=("RET-7",),
        scopes={"campaign": "share__campaign__slug"},
        shows_life="asked_at",
        lifeless=Q(grade=Grade.UNKNOWN.value),
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        customer = self.viewer.customer
        return customer.key if customer else self.viewer.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def asked(self) -> str:
        """What was asked for, in staff's words."""
        return Action(self.action).asked

    @property
    def is_by_unknown(self) -> bool:
        """Whether somebody asked of whom nobody knows whether they are the share's recipient."""
        return self.grade == Grade.UNKNOWN

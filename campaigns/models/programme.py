"""What customers are filling in: a sheet of answers to a survey, kept until it is handed in; and how people were
recruited for a study."""

import json
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from campaigns.models.event import EventBatch
from campaigns.models.share import Share
from privacy.holdings import Holds, SystemData
from privacy.vault.fields import SealedTextField
from records.models import Study, Survey
from records.models.survey import ANSWER_ELEMENTS, FEELINGS, GENERAL_ELEMENTS
from records.naming import new_token


class AnswerSheet(models.Model):
    """One person's answers on their way: of a share's recipient, or of whoever opened the survey's own address.

    What is handed in becomes a submission, and the sheet is emptied.
    """

    # Drawn by the page that was shown first, so that it sent twice begins one sheet.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=22, unique=True, default=new_token)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sheets")
    share = models.OneToOneField(Share, models.PROTECT, null=True, blank=True, related_name="answer_sheet")
    given_json = SealedTextField(max_length=500_000, blank=True, default="")
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(saved_at__gte=F("begun_at")), name="answer_sheet_saved_after"),
        ]
        indexes = [models.Index(fields=["saved_at"], condition=Q(handed_in_at=None), name="answer_sheet_left")]

    notice = Holds(
        elements={"given_json": (*GENERAL_ELEMENTS, *ANSWER_ELEMENTS, *FEELINGS)},
        system={
            "id": "database key",
            "key": "random name of the row, by which its submission is numbered",
            "token": "random, stands in the address of who answers without a share",
            "survey": "what is answered",
            "share": "through which share",
            "begun_at": "when it was begun",
            "saved_at": "starts the retention",
            "handed_in_at": "when it became a submission",
        },
        individual="share__recipient__customer",
        clock="saved_at",
        told=("survey",),
        rules=("RET-7",),
        scopes={"campaign": "share__campaign__slug"},
    )

    @property
    def vault_subject(self) -> uuid.UUID:
        customer = self.share.recipient.customer if self.share else None
        return customer.key if customer else self.key

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def given(self) -> dict[str, str]:
        """The answers so far, by the keys of their questions."""
        found: dict[str, str] = json.loads(self.given_json or "{}")
        return found

    @given.setter
    def given(self, answers: dict[str, str]) -> None:
        self.given_json = json.dumps(answers) if answers else ""


class Recruiting(models.Model):
    """People of an audience were invited to a study once: how many, and how many were left out and why."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="recruitings")
    # As the audience was called then: it may be changed or go.
    audience = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(EventBatch, models.SET_NULL, null=True, related_name="+")
    invited = models.PositiveIntegerField()
    # Numbers by campaigns.leaving_out.LeftOut.
    left_out = models.JSONField(default=dict)

    class Meta:
        ordering = ["study", "-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(audience=""), name="recruiting_has_audience")]

    notice = SystemData("How many were invited and left out; whom stands in Share.")

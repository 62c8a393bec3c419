"""Versions of the notice that are drafted in the program: their words, their publication, and what was said of them.

Source: 5 U.S.C. 552a(e)(4), (e)(11) (publication, 30 days for comments) and (r) (reports to Congress and OMB).
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from privacy.agency import agency_today
from privacy.enums import DeterminationKind, DraftState
from privacy.holdings import SystemData
from privacy.notice.consistency import COMMENT_PERIOD_DAYS


class NoticeDraftQuerySet(models.QuerySet["NoticeDraft"]):
    def in_view(self) -> "NoticeDraftQuerySet":
        """Those that will take effect or have done so: published, and not deferred without a day."""
        return self.filter(state=DraftState.PUBLISHED, effective_on__isnull=False)

    def begun(self) -> "NoticeDraftQuerySet":
        """Those that are no version yet: drafts, and what is deferred until further notice."""
        return self.exclude(state=DraftState.WITHDRAWN).filter(effective_on=None)


class NoticeDraft(models.Model):
    """One version, from its first draft on. `content` is what a file of the notice holds, less what is known only when
    it is published (privacy.drafts.contents); `base` is the version that it was begun from.

    `revision` counts the changes, so that nobody overwrites what somebody else just changed. Once published the
    database lets nobody change the words. Published without `effective_on` it is deferred until further notice.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    base = models.CharField(max_length=10)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    citation = models.CharField(max_length=40, blank=True)
    document_number = models.CharField(max_length=40, blank=True)
    # The agency's days.
    published_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    congress_on = models.DateField("reported to Congress on", null=True)
    omb_on = models.DateField("reported to OMB on", null=True)
    unreported_because = models.TextField("why no report is due", max_length=4_000, blank=True)

    objects = NoticeDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DraftState.values), name="draft_state"),
            models.CheckConstraint(
                condition=Q(citation="", published_on=None, published_by=None, effective_on=None)
                & ~Q(state=DraftState.PUBLISHED)
                | ~Q(citation="")
                & Q(published_on__isnull=False, published_by__isnull=False)
                & ~Q(state=DraftState.DRAFT),
                name="draft_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(effective_on=None)
                | Q(effective_on__gte=F("published_on") + timedelta(days=COMMENT_PERIOD_DAYS)),
                name="draft_waits_for_comments",
            ),
            models.UniqueConstraint(
                fields=["effective_on"], condition=Q(state=DraftState.PUBLISHED), name="draft_one_of_a_day"
            ),
        ]

    notice = SystemData("The words of the notice itself, which are public, and who drafted them.")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What commands and addresses call it: `draft-3`, or once its day is known `2027-03-01`."""
        return self.effective_on.isoformat() if self.effective_on else f"draft-{self.pk}"

    @property
    def has_begun(self) -> bool:
        """Whether it has taken effect."""
        return (
            self.state == DraftState.PUBLISHED and self.effective_on is not None and self.effective_on <= agency_today()
        )

    @property
    def is_draft(self) -> bool:
        return self.state == DraftState.DRAFT


class NoticeComment(models.Model):
    """A comment on a published version, and the agency's answer. Comments are open to public inspection in their
    docket, which `filed_as` names; of whoever wrote it nothing is kept here."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(NoticeDraft, models.PROTECT, related_name="comments")
    filed_as = models.CharField("filed as", max_length=80)
    received_on = models.DateField("received on")
    gist = models.TextField("what it says", max_length=4_000)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(max_length=4_000, blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["received_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "filed_as"], name="comment_filed_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None, answered_by=None)
                | ~Q(answer="") & Q(answered_on__isnull=False, answered_by__isnull=False),
                name="comment_answer_whole",
            ),
        ]

    notice = SystemData("What the public said of a proposed notice, by the number of its docket: it names nobody.")


class NoticeDetermination(models.Model):
    """A determination contrary to a published version taking effect on its day: deferred to another, or withdrawn."""

    draft = models.ForeignKey(NoticeDraft, models.PROTECT, related_name="determinations")
    kind = models.CharField(max_length=10, choices=DeterminationKind)
    reason = models.TextField(max_length=4_000)
    # The day on which it was to take effect, and the one to which it is deferred; none where that is open.
    was_effective_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="determination_has_reason"),
            models.CheckConstraint(
                condition=Q(kind=DeterminationKind.DEFER) | Q(kind=DeterminationKind.WITHDRAW, effective_on=None),
                name="determination_kind",
            ),
        ]

    notice = SystemData("Why a published version of the notice was deferred or withdrawn, and by whom.")

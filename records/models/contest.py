"""Contests: their terms beside the survey that they are, the one drawing of each, and who won (category 5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from privacy.holdings import Holds, SystemData
from privacy.vault.fields import SealedTextField
from records.enums import AwardState
from records.models.correspondence import LETTER_SYSTEM, Correspondence
from records.models.organization import Organization
from records.models.provenance import SYSTEM_FIELDS, Provenance
from records.models.survey import GENERAL_ELEMENTS, SPANISH, Submission, Survey

# Of anybody's own words for a prize, a rule or a condition.
LONGEST = 20_000


class Contest(Provenance):
    """The terms of a contest. What it is called, when it is open and what is asked is its survey's; an entry is a
    submission to that."""

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="contest", editable=False)
    rules = models.TextField(max_length=LONGEST)
    rules_es = models.TextField("rules in Spanish", max_length=LONGEST, blank=True, default="")
    prizes = models.TextField(max_length=2_000)
    prizes_es = models.TextField("prizes in Spanish", max_length=2_000, blank=True, default="")
    # A line each. Whoever says no does not enter, and nothing is kept of what they said.
    conditions = models.TextField("questions that must be answered “yes”", max_length=2_000, blank=True, default="")
    conditions_es = models.TextField("these questions in Spanish", max_length=2_000, blank=True, default="")
    minimum_age = models.PositiveSmallIntegerField("minimum age", null=True, blank=True)
    states = models.CharField("only for people in these states", max_length=200, blank=True, default="")
    # The organization's key, no reference to it: a contest that is long over keeps no organization from its disposal.
    only_organization = models.UUIDField("only for people at", null=True, blank=True)
    winners = models.PositiveSmallIntegerField("number of winners", default=1)
    alternates = models.PositiveSmallIntegerField("number of alternates", default=0)
    claim_days = models.PositiveSmallIntegerField("days to claim", default=14)
    # Drawn when it is first published: its digest is public from then on, itself from the drawing on.
    seed = SealedTextField(max_length=64, null=True, blank=True, editable=False)
    seed_sha256 = models.CharField("fingerprint of the seed", max_length=64, blank=True, default="", editable=False)
    committed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-survey__opens_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rules=""), name="contest_has_rules"),
            models.CheckConstraint(condition=~Q(prizes=""), name="contest_has_prizes"),
            models.CheckConstraint(condition=Q(winners__gte=1), name="contest_winners"),
            models.CheckConstraint(condition=Q(claim_days__gte=1), name="contest_claim_days"),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(minimum_age__range=(1, 99)), name="contest_minimum_age"
            ),
            models.CheckConstraint(
                condition=Q(seed_sha256="", committed_at=None)
                | (Q(committed_at__isnull=False) & Q(seed_sha256__regex=r"^[0-9a-f]{64}$")),
                name="contest_committed_whole",
            ),
        ]

    notice = SystemData("A contest's own terms, the same for everybody; entries stand in Submission.")

    def __str__(self) -> str:
        return self.survey.name

    @property
    def name(self) -> str:
        return self.survey.name

    @property
    def only_for(self) -> str:
        """The organization whose people alone may enter, as it is called now; its key once it has gone."""
        if self.only_organization is None:
            return ""
        known = Organization.objects.filter(key=self.only_organization).values_list("name", flat=True).first()
        return known or str(self.only_organization)

    @property
    def opens_on(self) -> object:
        return self.survey.opens_on

    @property
    def closes_on(self) -> object:
        return self.survey.closes_on

    @property
    def published_at(self) -> object:
        return self.survey.published_at

    def rules_in(self, language: str) -> str:
        return (language == SPANISH and self.rules_es) or self.rules

    def prizes_in(self, language: str) -> str:
        return (language == SPANISH and self.prizes_es) or self.prizes

    def conditions_in(self, language: str) -> list[str]:
        """A question each; in English where there are not as many in the other language."""
        own = _lines(self.conditions)
        read = _lines(self.conditions_es) if language == SPANISH else own
        return read if len(read) == len(own) else own

    @property
    def state_codes(self) -> list[str]:
        return self.states.replace(",", " ").split()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Drawing(models.Model):
    """The one drawing of a contest: never made again, never changed. `file` is what is published, to the byte."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.OneToOneField(Contest, models.PROTECT, related_name="drawing")
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entries = models.PositiveIntegerField()
    file = models.TextField()
    file_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(file=""), name="drawing_has_file"),
            models.CheckConstraint(condition=Q(file_sha256__regex=r"^[0-9a-f]{64}$"), name="drawing_digest"),
        ]

    notice = SystemData("Random numbers of entries, and which of them won: whose they are stands in Submission.")


class Award(Correspondence):
    """A winner or an alternate. Whose rank is above the number of winners waits until a prize is free."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contest = models.ForeignKey(Contest, models.PROTECT, related_name="awards")
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="award", verbose_name="entry")
    rank = models.PositiveIntegerField("number in the drawing")
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.WAITING, editable=False)
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The last of the agency's days on which it can be claimed.
    claim_until = models.DateField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    send_to = models.TextField("where the prize goes", max_length=500, blank=True, default="")

    class Meta:
        ordering = ["contest", "rank"]
        constraints = [
            *Correspondence.Meta.constraints,
            models.UniqueConstraint(fields=["contest", "rank"], name="award_rank_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="award_rank"),
            models.CheckConstraint(condition=Q(state__in=AwardState.values), name="award_state"),
            models.CheckConstraint(
                condition=Q(state__in=(AwardState.WAITING, AwardState.DECLINED))
                | Q(offered_at__isnull=False, claim_until__isnull=False),
                name="award_offered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(AwardState.WAITING, AwardState.OFFERED), settled_at=None)
                | Q(state__in=(AwardState.CLAIMED, AwardState.DECLINED, AwardState.LAPSED), settled_at__isnull=False),
                name="award_settled",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(offered_at=None) | Q(settled_at__gte=F("offered_at")),
                name="award_settled_after",
            ),
        ]
        indexes = [
            *Correspondence.Meta.indexes,
            models.Index(fields=["claim_until"], condition=Q(state=AwardState.OFFERED), name="award_to_be_claimed"),
        ]

    notice = Holds(
        elements={"send_to": GENERAL_ELEMENTS[1], "state": GENERAL_ELEMENTS[1]},
        system={
            **LETTER_SYSTEM,
            "id": "database key",
            "key": SYSTEM_FIELDS["key"],
            "contest": "what was won",
            "submission": "whose entry it is",
            "rank": "as which it was drawn",
            "offered_at": "when they could claim it",
            "claim_until": "until when they could",
            "settled_at": "when they did, or it went on to another",
        },
        individual="submission__customer",
        clock="submission__submitted_at",
        told=("contest", "rank"),
        rules=("RET-7", "RET-2B"),
        rule_field="submission__retention_rule",
    )

    def __str__(self) -> str:
        return f"{self.contest} {self.rank}"

    @property
    def vault_subject(self) -> uuid.UUID:
        return self.submission.vault_subject

    @property
    def vault_row(self) -> uuid.UUID:
        return self.key

    @property
    def customer(self) -> object:
        return self.submission.customer

    @property
    def entry_number(self) -> str:
        return self.submission.entry_number or ""
